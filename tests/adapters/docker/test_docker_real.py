"""The adapters against a real machine that sleeps, and its real Docker Engine."""

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from adapters.docker.engines import runtime
from hall.adapters.docker.engine import DockerEngine
from hall.adapters.power.wol import WakeOnLan
from hall.adapters.probes.icmp import PingProber, ping_is_raw
from hall.adapters.probes.names import Names
from hall.core.errors import DockerError
from hall.core.facts import Container, Need
from hall.core.ports import Change, Project, Running
from hall.core.ways import TlsConfig, WolWake
from lab.certificates import Authority
from lab.conftest import lab, lab_server  # noqa: F401 - fixtures
from lab.image import IMAGE
from lab.server import LabServer
from patience import PATIENCE_S

pytestmark = [pytest.mark.lab]
CLIENT1 = Project(compose="client1")
DB, WEB = "client1-db-1", "client1-web-1"


@pytest.fixture
def machine(lab_server: LabServer) -> LabServer:  # noqa: F811 - a fixture
    ping_is_raw.cache_clear()
    return lab_server


def engine_of(machine: LabServer) -> DockerEngine:
    ca, cert, key = map(str, (machine.tls.ca, machine.tls.cert, machine.tls.key))
    return runtime(machine.docker_url, tls=TlsConfig(ca=ca, cert=cert, key=key))


async def told(changes: AsyncIterator[Change], engine: DockerEngine, state: str) -> Container:
    """The first container of the project that is ``state``, looked at with each change."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for one in await engine.containers(CLIENT1):
                if state in {f"{one.name} {one.state}", f"{one.name} {one.health}"}:
                    return one
            assert (await anext(changes)).compose == "client1"


async def test_a_machine_that_sleeps_is_woken_and_seen_to_wake(machine: LabServer):
    ping, engine = PingProber(machine.address, Names()), engine_of(machine)
    assert (await ping.look(0.3)).detail.code == "ping_silent"
    assert (await engine.ping(0.3)).detail.code == "docker_silent"
    await WakeOnLan(WolWake(method="wol", mac=machine.mac), machine.address).wake()
    async with asyncio.timeout(PATIENCE_S):
        while not (await ping.look(0.3)).ok:
            pass
        while not (await engine.ping(0.3)).ok:
            await ping.look(0.3)
    heard = {packet.detail["sent_to"] for packet in machine.packets()}
    assert heard >= {f"{machine.broadcast}:9", "255.255.255.255:9"}


async def test_a_project_is_started_link_by_link_as_its_engine_tells(machine: LabServer):
    machine.wake()
    engine = engine_of(machine)
    found = {one.name: one for one in await engine.containers(CLIENT1)}
    assert found[WEB].needs == (Need("db", "service_healthy"),)
    assert (found[WEB].state, found[WEB].exit_code, found[DB].service) == ("created", None, "db")
    async with engine.changes() as changes:
        await engine.start([DB])
        await told(changes, engine, f"{DB} healthy")
        await engine.start([DB, WEB])
        assert (await told(changes, engine, f"{WEB} healthy")).health_exit == 0


async def test_no_event_is_missed_between_two_openings_of_the_stream(machine: LabServer):
    machine.wake()
    engine = engine_of(machine)
    async with engine.changes():
        pass
    with machine.docker() as docker:
        docker.start(DB)
    async with engine.changes() as changes, asyncio.timeout(PATIENCE_S):
        assert await anext(changes) == Change(DB, "client1")


async def test_a_paused_container_goes_on(machine: LabServer):
    machine.wake()
    engine = engine_of(machine)
    await engine.start([DB])
    with machine.docker() as docker:
        docker._ask("POST", f"/containers/{DB}/pause")  # noqa: SLF001 - the lab has no need of it
    named = Project(compose=None, names=(DB, "absent"))
    assert [one.state for one in await engine.containers(named)] == ["paused", "missing"]
    await engine.start([DB])
    assert (await engine.containers(named))[0].state == "running"
    with pytest.raises(DockerError, match="No such container: absent"):
        await engine.start(["absent"])


async def test_a_project_is_stopped_and_started_again(machine: LabServer):
    machine.wake()
    engine = engine_of(machine)
    await engine.start([DB, WEB])
    await engine.stop([WEB, DB])
    await engine.stop([WEB])
    assert {one.state for one in await engine.containers(CLIENT1)} == {"exited"}
    with pytest.raises(DockerError, match="No such container: absent"):
        await engine.stop(["absent"])
    await engine.start([WEB])
    assert [one.name for one in await engine.running()] == [WEB]


async def test_a_download_moves_the_counter_and_idling_hardly_does(machine: LabServer):
    machine.wake()
    engine = engine_of(machine)
    assert await engine.traffic(CLIENT1) == 0
    await engine.start([DB, WEB])
    put_page(machine, "big", 1_000_000)
    before = await settled(engine)
    async with httpx.AsyncClient(trust_env=False) as client:
        assert len((await client.get(machine.url("/big"))).content) == 1_000_000
    after = await settled(engine)
    assert 1_000_000 < after - before < 1_200_000
    await asyncio.sleep(5)
    assert await settled(engine) - after < 1_000


async def test_what_runs_is_told_with_process_address_and_wish(machine: LabServer):
    machine.wake()
    engine = engine_of(machine)
    await engine.start([WEB])
    with machine.docker() as docker:
        on_host = {"HostConfig": {"NetworkMode": "host"}, "Labels": {"hall.keep-awake": ""}}
        docker.create_container("job", {"Image": IMAGE, "Cmd": ["sleep", "60"], **on_host})
        docker.start("job")
        web = docker.inspect(WEB)
    job, *others = sorted(await engine.running(), key=lambda one: one.name != "job")
    assert (job.name, job.addresses, job.keep_awake) == ("job", (), True)
    address = web["NetworkSettings"]["Networks"]["client1_default"]["IPAddress"]
    assert others == [Running(name=WEB, pid=web["State"]["Pid"], addresses=(address,))]
    assert await engine.traffic(Project(compose=None, names=("job",))) is None


def put_page(machine: LabServer, name: str, size: int) -> None:
    """A page of so many bytes in the web container."""
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            entry = tarfile.TarInfo(name)
            entry.size = size
            tar.addfile(entry, io.BytesIO(b"x" * size))
        with machine.docker() as docker:
            docker._ask(  # noqa: SLF001 - the lab has no need of it
                "PUT",
                f"/containers/{WEB}/archive",
                params={"path": "/www"},
                content=buffer.getvalue(),
            )


async def settled(engine: DockerEngine) -> int:
    """The project's traffic, once two samples agree: the engine takes one a second at most."""
    async with asyncio.timeout(PATIENCE_S):
        last = await engine.traffic(CLIENT1)
        while True:
            await asyncio.sleep(1.1)
            if (total := await engine.traffic(CLIENT1)) == last:
                assert total is not None
                return total
            last = total


async def test_a_stream_that_a_suspend_leaves_half_open_is_noticed(machine: LabServer):
    machine.wake()
    engine = engine_of(machine)
    async with engine.changes() as changes:
        machine.suspend()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(DockerError):
                await anext(changes)
    assert (await engine.ping(0.3)).detail.code == "docker_silent"


async def test_a_stranger_is_not_let_in(machine: LabServer, tmp_path: Path):
    machine.wake()
    files = Authority(tmp_path).client()
    tls = TlsConfig(ca=str(machine.tls.ca), cert=str(files.cert), key=str(files.key))
    sight = await runtime(machine.docker_url, tls=tls).ping(2)
    assert sight.detail.code in {"docker_tls", "docker_broken"}
