import json
from pathlib import Path

import pytest

from hall.adapters.docker.api import BODY_LIMIT, without_addresses
from hall.adapters.docker.models import needs_of
from hall.adapters.docker.timeouts import DockerTimeouts
from hall.core.errors import DockerError
from hall.core.model.container import SHARED, Container, Dependency, ProjectRef
from tests.adapters.docker.engines import runtime
from tests.adapters.docker.fake_engine import FakeEngine, inspected, listed
from tests.adapters.docker.projects import CLIENT1, project
from tests.support.timeouts import PATIENCE_S


async def test_a_projects_containers_are_found_by_its_label(seen, tmp_path: Path):
    fake = project("db", "web")
    assert [one.name for one in await seen(fake, tmp_path)] == ["db", "web"]
    assert fake.queries[0]["all"] == "1"
    assert json.loads(fake.queries[0]["filters"]) == {
        "label": ["com.docker.compose.project=client1"]
    }


async def test_the_list_and_its_containers_share_one_connection(seen, tmp_path: Path):
    fake = project("db", "web")
    await seen(fake, tmp_path)
    assert (len(fake.asked), fake.connections) == (3, 1)


async def test_a_container_is_seen_with_all_that_matters(seen, tmp_path: Path):
    labels = {"service": "web", "depends_on": "db:service_healthy:false,cache"}
    health = {"Status": "unhealthy", "Log": [{"ExitCode": 0}, {"ExitCode": 7}]}
    fake = project("web", web=inspected("web", labels=labels, health=health))
    assert await seen(fake, tmp_path) == (
        Container(
            name="web",
            state="running",
            health="unhealthy",
            health_exit=7,
            service="web",
            depends_on=(
                Dependency("db", "service_healthy"),
                Dependency("cache", "service_started"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [("running", 0, None), ("created", 0, None), ("created", 127, 127), ("exited", 0, 0)],
)
async def test_an_exit_code_is_told_once_there_is_one(
    seen, tmp_path: Path, status: str, code: int, told: int | None
):
    fake = project("web", web=inspected("web", status, exit_code=code))
    [container] = await seen(fake, tmp_path)
    assert (container.state, container.exit_code) == (status, told)


@pytest.mark.parametrize("health", [None, {"Status": "none", "Log": None}])
async def test_without_a_healthcheck_there_is_no_health(seen, tmp_path: Path, health: object):
    [container] = await seen(project("web", web=inspected("web", health=health)), tmp_path)
    assert (container.health, container.health_exit) == (None, None)


async def test_a_healthcheck_that_has_not_run_has_no_exit_code(seen, tmp_path: Path):
    health = {"Status": "starting", "Log": []}
    [container] = await seen(project("web", web=inspected("web", health=health)), tmp_path)
    assert (container.health, container.health_exit) == ("starting", None)


@pytest.mark.parametrize(
    ("name", "restarts"),
    [("always", True), ("unless-stopped", True), ("on-failure", False), ("no", False), ("", False)],
)
async def test_whether_its_restart_policy_brings_it_back_is_told(
    seen, tmp_path: Path, *, name: str, restarts: bool
):
    answer = inspected("web") | {"HostConfig": {"RestartPolicy": {"Name": name}}}
    [container] = await seen(project("web", web=answer), tmp_path)
    assert container.restarts is restarts


@pytest.mark.parametrize(
    ("host", "publishes"),
    [
        ({"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}, True),
        ({"PublishAllPorts": True}, True),
        ({"PortBindings": {}}, False),
        ({"PortBindings": None, "RestartPolicy": None}, False),
        (None, False),
    ],
)
async def test_whether_it_has_ports_on_its_host_is_told(
    seen, tmp_path: Path, *, host: object, publishes: bool
):
    answer = inspected("web") | {"HostConfig": host}
    [container] = await seen(project("web", web=answer), tmp_path)
    assert (container.publishes, container.restarts) == (publishes, False)


@pytest.mark.parametrize(
    ("labels", "awaited", "ignored"),
    [
        ({}, True, False),
        ({"hall.wait": "false"}, False, False),
        ({"hall.wait": "true", "hall.ignore": "No"}, True, False),
        ({"hall.ignore": ""}, True, True),
    ],
)
async def test_what_the_labels_of_hall_say_is_told(
    seen, tmp_path: Path, *, labels: dict[str, str], awaited: bool, ignored: bool
):
    answer = inspected("web") | {"Config": {"Labels": labels}}
    [container] = await seen(project("web", web=answer), tmp_path)
    assert (container.awaited, container.ignored) == (awaited, ignored)


@pytest.mark.parametrize(
    "host",
    [
        {"NetworkMode": "container:" + "ab" * 32},
        {"PidMode": "container:gluetun", "NetworkMode": "container:gluetun"},
        {"IpcMode": "container:" + "ab" * 6},
        {"Links": ["/gluetun:/deluge/vpn"]},
    ],
)
async def test_what_docker_itself_needs_for_a_container_is_told_by_name(
    seen, tmp_path: Path, host: dict[str, object]
):
    answers = {"gluetun": inspected("gluetun") | {"Id": "ab" * 32}, "deluge": inspected("deluge")}
    answers["deluge"] |= {"HostConfig": {"Links": None, **host}, "Id": "cd" * 32}
    fake = FakeEngine({f"GET /containers/{name}/json": (200, one) for name, one in answers.items()})
    wanted = ProjectRef(compose=None, names=("deluge", "gluetun"))
    deluge, gluetun = await seen(fake, tmp_path, wanted)
    assert (deluge.depends_on, gluetun.depends_on) == ((Dependency("gluetun", SHARED),), ())


@pytest.mark.parametrize("mode", ["container:strange", "host", "bridge", "shareable", ""])
async def test_what_is_not_of_the_project_is_needed_under_the_name_that_docker_tells(
    seen, tmp_path: Path, mode: str
):
    answer = inspected("web") | {"HostConfig": {"NetworkMode": mode, "VolumesFrom": ["data"]}}
    [container] = await seen(project("web", web=answer), tmp_path)
    strange = (Dependency("strange", SHARED),)
    assert container.depends_on == (strange if mode.startswith("container:") else ())


async def test_containers_of_compose_run_are_left_out(seen, tmp_path: Path):
    fake = project("web")
    fake.answers["GET /containers/json"][1].append(listed("shell", oneoff="True"))
    assert [one.name for one in await seen(fake, tmp_path)] == ["web"]


async def test_a_container_that_is_removed_meanwhile_is_left_out(seen, tmp_path: Path):
    fake = project("db", "web")
    del fake.answers["GET /containers/db/json"]
    assert [one.name for one in await seen(fake, tmp_path)] == ["web"]


async def test_containers_by_name_are_missing_when_they_do_not_exist(seen, tmp_path: Path):
    wanted = ProjectRef(compose=None, names=("web", "absent"))
    found = await seen(project("web"), tmp_path, wanted)
    assert [(one.name, one.state) for one in found] == [("web", "running"), ("absent", "missing")]


async def test_the_beginning_of_another_containers_id_is_no_name(seen, tmp_path: Path):
    fake = FakeEngine({"GET /containers/ab/json": (200, inspected("other"))})
    [container] = await seen(fake, tmp_path, ProjectRef(compose=None, names=("ab",)))
    assert (container.name, container.state) == ("ab", "missing")


async def test_a_name_cannot_lead_to_another_path(seen, tmp_path: Path):
    fake = FakeEngine()
    [container] = await seen(fake, tmp_path, ProjectRef(compose=None, names=("../x?y",)))
    assert container.state == "missing"
    assert set(fake.asked) <= {"GET /containers/..%2Fx%3Fy/json", "GET /containers/json"}


async def test_the_engines_own_words_are_in_the_error(seen, tmp_path: Path):
    fake = FakeEngine({"GET /containers/json": (500, {"message": "disk full"})})
    with pytest.raises(DockerError, match=r"^disk full$"):
        await seen(fake, tmp_path)


async def test_an_answer_in_another_shape_is_an_error(seen, tmp_path: Path):
    fake = FakeEngine({"GET /containers/json": (200, {"not": "a list"})})
    with pytest.raises(DockerError, match="its answer is not as expected"):
        await seen(fake, tmp_path)


async def test_an_answer_without_end_is_cut_off(seen, tmp_path: Path):
    fake = FakeEngine({"GET /containers/json": (200, b" " * (BODY_LIMIT + 1))})
    with pytest.raises(DockerError, match="too long"):
        await seen(fake, tmp_path, timeouts=DockerTimeouts(list_s=PATIENCE_S))


async def test_an_engine_that_is_gone_is_a_docker_error():
    with pytest.raises(DockerError, match=r"^Docker is not listening yet$"):
        await runtime("unix:///nowhere/docker.sock").containers(CLIENT1)
    with pytest.raises(DockerError, match=r"^The network has no way to the server$"):
        await runtime("tcp://127.255.255.255:9").containers(CLIENT1)


@pytest.mark.parametrize(
    ("label", "needs"),
    [
        ("", ()),
        ("db", (Dependency("db"),)),
        (
            "db:service_completed_successfully:true",
            (Dependency("db", "service_completed_successfully"),),
        ),
    ],
)
def test_what_a_container_needs_is_read_from_composes_label(
    label: str, needs: tuple[Dependency, ...]
):
    assert needs_of(label) == needs


def test_words_of_the_engine_hold_no_address():
    words = "driver 10.0.0.1:80, fe80::1 and [2001:db8::2]:80, aa:bb:cc:dd:ee:ff: failed"
    assert without_addresses(words) == "driver …:80, … and …:80, …: failed"
