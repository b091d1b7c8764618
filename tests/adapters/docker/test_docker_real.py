"""The adapters against a real machine that sleeps, and its real Docker Engine."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.docker.engines import runtime
from hall.adapters.docker.engine import DockerEngine
from hall.adapters.power.wol import WakeOnLan
from hall.adapters.probes.icmp import PingProber, ping_is_raw
from hall.adapters.probes.names import Names
from hall.core.config import TlsConfig, WolWake
from hall.core.errors import DockerError
from hall.core.facts import Container, Need
from hall.core.ports import Change, Project
from lab.certificates import Authority
from lab.conftest import lab, lab_server  # noqa: F401 - fixtures
from lab.server import LabServer

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]
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
    async with asyncio.timeout(30):
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
    async with asyncio.timeout(30):
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
    async with engine.changes() as changes, asyncio.timeout(10):
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


async def test_a_stream_that_a_suspend_leaves_half_open_is_noticed(machine: LabServer):
    machine.wake()
    engine = engine_of(machine)
    async with engine.changes() as changes:
        machine.suspend()
        async with asyncio.timeout(12):
            with pytest.raises(DockerError):
                await anext(changes)
    assert (await engine.ping(0.3)).detail.code == "docker_silent"


async def test_a_stranger_is_not_let_in(machine: LabServer, tmp_path: Path):
    machine.wake()
    files = Authority(tmp_path).client()
    tls = TlsConfig(ca=str(machine.tls.ca), cert=str(files.cert), key=str(files.key))
    sight = await runtime(machine.docker_url, tls=tls).ping(2)
    assert sight.detail.code in {"docker_tls", "docker_broken"}
