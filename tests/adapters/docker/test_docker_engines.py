"""Hall in front of every real engine that there is: Docker, and Podman by Docker's API."""

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from hall.core.errors import DockerError
from hall.core.model.container import SHARED, Container, ContainerChange, Dependency, ProjectRef
from hall.core.policy.containers import judge_project
from tests.adapters.docker.real_engines import Real, real_docker, real_podman
from tests.lab.conftest import lab, lab_server  # noqa: F401 - fixtures
from tests.lab.image import IMAGE
from tests.lab.needs import find, refuse
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab]
CLIENT1 = ProjectRef(compose="client1")
DB, WEB = "client1-db-1", "client1-web-1"
LABELS = {"com.docker.compose.project": "client1", "com.docker.compose.oneoff": "False"}


@pytest.fixture(params=["docker", "podman"])
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    if request.param == "docker":
        with real_docker(request.getfixturevalue("lab_server")) as one:
            yield one
        return
    request.getfixturevalue("lab")
    if find("podman") is None:
        refuse("the lab needs the package podman (.ci/packages installs it)")
    with real_podman() as one:
        yield one


def add(real: Real, name: str, *command: str, **host: Any) -> None:  # noqa: ANN401 - Docker's
    """One more container of the project, as a tool or a job would be."""
    spec = {"Image": IMAGE, "Cmd": command, "Labels": LABELS, "StopTimeout": 1, "HostConfig": host}
    with real.room.docker() as docker:
        docker.create_container(name, spec)


async def told(changes: AsyncIterator[ContainerChange], real: Real, state: str) -> Container:
    """The first container of the project that is ``state``, looked at with each change."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for one in await real.hall.containers(CLIENT1):
                if state in {f"{one.name} {one.state}", f"{one.name} {one.health}"}:
                    return one
            assert (await anext(changes)).compose == "client1"


async def state_of(real: Real, name: str) -> Container:
    [found] = [one for one in await real.hall.containers(CLIENT1) if one.name == name]
    return found


async def test_it_answers_as_an_engine(real: Real):
    assert (await real.hall.ping(5)).detail.code == "docker_ok"


async def test_a_project_is_started_link_by_link_as_its_engine_tells(real: Real):
    found = {one.name: one for one in await real.hall.containers(CLIENT1)}
    assert found[WEB].depends_on == (Dependency("db", "service_healthy"),)
    assert (found[WEB].state, found[WEB].exit_code, found[DB].service) == ("created", None, "db")
    assert (found[WEB].publishes, found[DB].publishes, found[DB].restarts) == (True, False, False)
    async with real.hall.changes() as changes:
        await real.hall.start([DB])
        real.room.check_health(DB)
        await told(changes, real, f"{DB} healthy")
        await real.hall.start([DB, WEB])
        assert (await state_of(real, WEB)).state == "running"


async def test_a_kill_is_heard_at_once(real: Real):
    await real.hall.start([DB])
    async with real.hall.changes() as changes:
        with real.room.docker() as docker:
            docker.kill(DB)
        assert (await told(changes, real, f"{DB} exited")).exit_code == 137


async def test_no_event_is_missed_between_two_openings_of_the_stream(real: Real):
    async with real.hall.changes():
        pass
    with real.room.docker() as docker:
        docker.start(DB)
    async with real.hall.changes() as changes, asyncio.timeout(PATIENCE_S):
        while await anext(changes) != ContainerChange(DB, "client1"):
            pass


async def test_a_paused_container_goes_on(real: Real):
    await real.hall.start([DB])
    with real.room.docker() as docker:
        docker.pause(DB)
    named = ProjectRef(compose=None, names=(DB, "absent"))
    assert [one.state for one in await real.hall.containers(named)] == ["paused", "missing"]
    await real.hall.start([DB])
    assert (await real.hall.containers(named))[0].state == "running"


async def test_what_is_refused_hinders_no_other(real: Real):
    with pytest.raises(DockerError, match="absent"):
        await real.hall.start(["absent", DB])
    assert (await state_of(real, DB)).state == "running"


async def test_a_project_is_stopped_and_started_again(real: Real):
    await real.hall.start([DB, WEB])
    await real.hall.stop([WEB, DB])
    await real.hall.stop([WEB])
    assert {one.state for one in await real.hall.containers(CLIENT1)} == {"exited"}
    with pytest.raises(DockerError, match="absent"):
        await real.hall.stop(["absent"])
    await real.hall.start([WEB])
    assert [one.name for one in await real.hall.running()] == [WEB]


async def test_a_tool_that_ended_well_is_told_from_what_would_be_brought_back(real: Real):
    add(real, "tool", "true", RestartPolicy={"Name": ""})
    add(real, "keeper", "true", RestartPolicy={"Name": "unless-stopped"})
    async with real.hall.changes() as changes:
        await real.hall.start(["tool"])
        tool = await told(changes, real, "tool exited")
    assert (tool.exit_code, tool.restarts, tool.health) == (0, False, None)
    assert (await state_of(real, "keeper")).restarts
    verdict = judge_project(await real.hall.containers(CLIENT1), project="client1")
    assert verdict.start == (DB, "keeper")


async def test_a_container_in_the_network_of_another_needs_that_one(real: Real):
    add(real, "side", "sleep", "600", NetworkMode=f"container:{WEB}")
    assert (await state_of(real, "side")).depends_on == (Dependency(WEB, SHARED),)


async def test_traffic_within_a_network_is_counted(real: Real):
    assert await real.hall.traffic(CLIENT1) == 0
    await real.hall.start([WEB])
    put_page(real, "big", 1_000_000)
    before = await settled(real)
    with real.room.docker() as docker:
        [address] = docker.inspect(WEB)["NetworkSettings"]["Networks"].values()
        fetch = ["wget", "-q", "-O", "/dev/null", f"http://{address['IPAddress']}/big"]
        spec = {"Image": IMAGE, "Cmd": fetch, "HostConfig": {"NetworkMode": "client1_default"}}
        docker.create_container("visitor", spec)
        docker.start("visitor")
    async with asyncio.timeout(PATIENCE_S):
        while (after := await settled(real)) < before + 1_000_000:
            pass
    assert after < before + 1_200_000
    assert await settled(real) < after + 1_000


async def test_traffic_on_the_network_of_the_host_cannot_be_told(real: Real):
    add(real, "job", "sleep", "600", NetworkMode="host")
    await real.hall.start([WEB, "job"])
    assert await real.hall.traffic(CLIENT1) is None


async def test_what_runs_is_told_with_process_address_and_wish(real: Real):
    await real.hall.start([WEB])
    with real.room.docker() as docker:
        host = {"NetworkMode": "host"}
        labels = {"hall.keep-awake": ""}
        spec = {"Image": IMAGE, "Cmd": ["sleep", "60"], "HostConfig": host, "Labels": labels}
        docker.create_container("job", spec)
        docker.start("job")
        web = docker.inspect(WEB)
    job, other = sorted(await real.hall.running(), key=lambda one: one.name != "job")
    assert (job.name, job.addresses, job.keep_awake) == ("job", (), True)
    address = web["NetworkSettings"]["Networks"]["client1_default"]["IPAddress"]
    assert (other.name, other.pid, other.addresses) == (WEB, web["State"]["Pid"], (address,))


def put_page(real: Real, name: str, size: int) -> None:
    """A file for WEB to serve."""
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            entry = tarfile.TarInfo(name)
            entry.size = size
            tar.addfile(entry, io.BytesIO(b"x" * size))
        with real.room.docker() as docker:
            docker.put(WEB, "/www", buffer.getvalue())


async def settled(real: Real) -> int:
    """The project's traffic, once two samples agree: the engine takes one a second at most."""
    async with asyncio.timeout(PATIENCE_S):
        last = await real.hall.traffic(CLIENT1)
        while True:
            await asyncio.sleep(1.1)
            if (total := await real.hall.traffic(CLIENT1)) == last:
                assert total is not None
                return total
            last = total
