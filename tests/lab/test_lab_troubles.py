"""Each trouble that the lab can make is really there to be seen."""

import pytest
import wakeonlan

from tests.lab.docker_api import DockerApi
from tests.lab.lab import Lab
from tests.lab.look import answers_ping, page, soon
from tests.lab.project import Project
from tests.lab.server import Hardware, LabServer

pytestmark = [pytest.mark.lab]


def test_a_card_that_listens_for_another_mac(lab: Lab) -> None:
    with lab.server(hardware=Hardware(mac="02:00:00:00:00:02")) as server:
        wakeonlan.wake(server.mac, host=server.broadcast)

        assert server.wait_for("magic").detail["valid"] is False
        assert not answers_ping(server)


def test_a_docker_that_never_starts(lab: Lab) -> None:
    with lab.server(hardware=Hardware(docker_starts=False)) as server:
        server.power_on()
        server.wait_for("network")

        assert soon(lambda: answers_ping(server))
        with pytest.raises(TimeoutError):
            server.wait_for("docker", seconds=1)
        server.sleep()
        assert not answers_ping(server)


def test_a_docker_without_the_containers(lab: Lab) -> None:
    with lab.server(Project(trouble="missing")) as server:
        server.wake()
        with server.docker() as docker:
            assert docker.names() == []


def test_a_container_that_answers_but_is_unhealthy(lab: Lab) -> None:
    with lab.server(Project(trouble="unhealthy")) as server, _started(server) as docker:
        assert soon(lambda: docker.state("client1-web-1") == "running unhealthy")
        assert _status(server) == 200


def test_a_container_that_exits_at_once(lab: Lab) -> None:
    with lab.server(Project(trouble="exits")) as server, _started(server) as docker:
        assert soon(lambda: docker.state("client1-web-1") == "exited")
        assert docker.inspect("client1-web-1")["State"]["ExitCode"] == 1
        assert "the configuration is broken" in docker.log("client1-web-1")


def test_a_healthy_container_whose_app_answers_500(lab: Lab) -> None:
    with lab.server(Project(trouble="error500")) as server, _started(server) as docker:
        assert soon(lambda: docker.state("client1-web-1") == "running healthy")
        assert _status(server) == 500
        assert _status(server) == 500


def test_an_app_that_is_long_in_coming(lab: Lab) -> None:
    with lab.server(Project(app_delay=8)) as server, _started(server) as docker:
        assert docker.state("client1-web-1") == "running starting"
        assert _status(server) is None
        assert soon(lambda: _status(server) == 200)


def _started(server: LabServer) -> DockerApi:
    server.wake()
    docker = server.docker()
    docker.start("client1-web-1")
    return docker


def _status(server: LabServer) -> int | None:
    answer = page(server)
    return answer.status_code if answer is not None else None
