"""The adapters against a real machine that sleeps, and its real Docker Engine."""

import asyncio
from pathlib import Path

import pytest

from hall.adapters.power.wol import WakeOnLan
from hall.adapters.probes.ping import PingProber, ping_is_raw
from hall.adapters.probes.resolver import Names
from hall.core.config.methods import TlsConfig, WolWake
from hall.core.errors import DockerError
from tests.adapters.docker.engines import runtime
from tests.adapters.docker.real_engines import engine_of
from tests.lab.certificates import Authority
from tests.lab.conftest import lab, lab_server  # noqa: F401 - fixtures
from tests.lab.server import LabServer
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab]


@pytest.fixture
def machine(lab_server: LabServer) -> LabServer:  # noqa: F811 - a fixture
    ping_is_raw.cache_clear()
    return lab_server


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
    result = await runtime(machine.docker_url, tls=tls).ping(2)
    assert result.detail.code in {"docker_tls", "docker_broken"}
