"""SSH with a machine that really sleeps, and with its real Docker Engine."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.factory import ssh_inspector, ssh_sleep
from hall.core.config.methods import GuardsConfig
from hall.core.errors import DockerError
from hall.core.model.container import ContainerChange, ProjectRef
from hall.core.model.guards import ConnectionCount
from tests.adapters.ssh.sshd import Sshd, a_stopped_sshd, children, engine_behind
from tests.lab.conftest import lab, lab_server  # noqa: F401 - fixtures
from tests.lab.needs import required
from tests.lab.server import LabServer
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab, pytest.mark.slow]
CLIENT1 = ProjectRef(compose="client1")
WEB = "client1-web-1"


@pytest.fixture
def machine(lab_server: LabServer) -> LabServer:  # noqa: F811 - a fixture
    return lab_server


@pytest.fixture
def sshd(machine: LabServer, tmp_path: Path) -> Iterator[Sshd]:
    """An SSH server inside the machine: it freezes and thaws with it."""
    machine.wake()
    [init] = children(machine._machine.pid)  # noqa: SLF001 - the lab has no need of it
    sshd = a_stopped_sshd(tmp_path / "sshd", address="0.0.0.0")
    enter = [required("nsenter"), f"--target={init}", "--net", "--pid", "--mount"]
    sshd.command = [*enter, "sh", "-c", 'mkdir -p /run/sshd; exec "$@"', "sh", *sshd.command]
    sshd.address = machine.address
    try:
        sshd.start()
        yield sshd
    finally:
        sshd.stop()


def engine_of(machine: LabServer, sshd: Sshd) -> DockerEngine:
    return engine_behind(sshd, machine.folder / "docker.sock")


async def until_it_answers(engine: DockerEngine) -> None:
    """Look at it as while a wake runs."""
    async with asyncio.timeout(PATIENCE_S):
        while not (await engine.ping(0.4)).ok:
            pass


async def test_a_real_engine_is_seen_through_the_tunnel(machine: LabServer, sshd: Sshd):
    engine = engine_of(machine, sshd)
    assert (await engine.ping(PATIENCE_S)).ok
    async with engine.changes() as changes, asyncio.timeout(PATIENCE_S):
        await engine.start(["client1-db-1", WEB])
        assert (await anext(changes)).compose == "client1"
    found = {one.name: one.state for one in await engine.containers(CLIENT1)}
    assert found[WEB] == "running"
    assert sshd.logins == 1


async def test_a_suspend_is_noticed_and_the_tunnel_is_there_again_after_it(
    machine: LabServer, sshd: Sshd
):
    engine = engine_of(machine, sshd)
    for _ in range(3):
        async with engine.changes() as changes:
            await asyncio.to_thread(machine.suspend)
            assert not (await engine.ping(0.4)).ok
            async with asyncio.timeout(PATIENCE_S):
                with pytest.raises(DockerError):
                    await anext(changes)
        machine.power_on()
        await asyncio.to_thread(machine.wait_for, "network")
        await until_it_answers(engine)


async def test_no_event_is_lost_over_a_suspend(machine: LabServer, sshd: Sshd):
    engine = engine_of(machine, sshd)
    async with engine.changes():
        pass
    machine.suspend()
    machine.wake()
    with machine.docker() as docker:
        docker.start(WEB)
    await until_it_answers(engine)
    async with engine.changes() as changes, asyncio.timeout(PATIENCE_S):
        assert await anext(changes) == ContainerChange(WEB, "client1")


async def test_a_machine_that_suspends_at_once_has_taken_the_order(
    machine: LabServer, sshd: Sshd, tmp_path: Path
):
    order = {"method": "ssh", "command": f"touch {tmp_path}/order; sleep 60"}
    driver = ssh_sleep(sshd.server(sleep=order), tmp_path, Names())

    async def obey() -> None:
        while not (tmp_path / "order").exists():  # noqa: ASYNC110 - a shell writes it
            await asyncio.sleep(0.02)
        await asyncio.to_thread(machine.suspend)

    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(obey())
        await driver.sleep()
    assert not (await engine_of(machine, sshd).ping(0.3)).ok


async def test_an_open_connection_into_a_container_is_told(machine: LabServer, sshd: Sshd):
    engine = engine_of(machine, sshd)
    await engine.start(["client1-db-1", WEB])
    inspector, guards = ssh_inspector(sshd.server(), Path(), Names()), GuardsConfig(load=100)
    running = await engine.running()
    async with visiting(machine):
        report = await inspector.report(guards, running)
    assert report.connections == (ConnectionCount(WEB, 1),)
    assert (report.sessions, report.inhibitors) == ((), ())
    async with asyncio.timeout(PATIENCE_S):
        while (await inspector.report(guards, running)).connections:
            pass


@asynccontextmanager
async def visiting(machine: LabServer) -> AsyncIterator[None]:
    """A connection to the page, once it listens, that stays open and says nothing."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with suppress(ConnectionRefusedError):
                _, writer = await asyncio.open_connection(machine.address, 8081)
                break
    yield
    writer.close()
    await writer.wait_closed()
