"""Looks that could not be made: they say so, and say nothing of the server."""

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.docker.transport import tcp, unix
from hall.adapters.probes.connect_errors import Failure, Kind, failure_of
from hall.adapters.probes.factory import AppProbers
from hall.adapters.probes.ping import PingProber, ping_is_raw
from hall.adapters.probes.resolver import Names
from hall.adapters.probes.tcp import TcpProber
from hall.core.config.domain import HealthConfig
from hall.core.errors import DockerError
from hall.core.model.check import ProbeResult
from hall.core.model.container import ProjectRef
from hall.core.model.reason import because
from tests.adapters.neighbours import no_descriptors, refusing
from tests.adapters.own_network import in_own_network, ip

if TYPE_CHECKING:
    from hall.core.ports import Prober

FULL = ProbeResult(
    ok=False, detail=because("look_failed", why=os.strerror(errno.EMFILE)), ours=True
)


@pytest.mark.lab
@pytest.mark.parametrize("known", [False, True])
def test_a_ping_without_a_descriptor_is_not_made_and_the_next_one_is(*, known: bool):
    async def look() -> tuple[ProbeResult, ProbeResult]:
        ping_is_raw.cache_clear()
        prober = PingProber("127.0.0.1", Names())
        if known:
            await prober.look(1)
        with no_descriptors():
            without = await prober.look(1)
        return without, await prober.look(1)

    without, after = in_own_network(look)
    assert (without, after.ok) == (FULL, True)


@pytest.mark.lab
def test_a_ping_that_this_machine_forbids_is_not_made():
    async def look() -> ProbeResult:
        ping_is_raw.cache_clear()
        ip("route add prohibit 192.0.2.1")
        return await PingProber("192.0.2.1", Names()).look(1)

    result = in_own_network(look)
    assert (result.ours, str(result.detail)) == (True, "The check failed to run: Permission denied")


async def test_a_connect_without_a_descriptor_is_not_made():
    prober = TcpProber("127.0.0.1", 9, Names())
    with no_descriptors():
        assert await prober.look(1) == FULL


async def test_a_request_without_a_descriptor_is_not_made():
    async with AppProbers() as probers:
        prober: Prober = probers.prober(HealthConfig(url="http://127.0.0.1:9/"))
        with no_descriptors():
            assert await prober.look(1) == FULL


async def test_a_docker_that_could_not_be_asked_is_no_docker_that_fails():
    engine = DockerEngine(tcp("127.0.0.1:9", None, Names()))
    with no_descriptors():
        assert await engine.ping(1) == FULL
        with pytest.raises(DockerError) as caught:
            await engine.containers(ProjectRef(compose="client1"))
    assert (caught.value.ours, caught.value.why) == (True, FULL.detail)


async def test_a_socket_of_docker_that_is_not_there_is_a_refusal_and_no_own_fault(tmp_path: Path):
    result = await DockerEngine(unix(str(tmp_path / "absent.sock"))).ping(1)
    assert (result.detail.code, result.ours) == ("docker_refused", False)


@pytest.mark.parametrize("number", [errno.ENFILE, errno.ENOBUFS, errno.EACCES])
def test_what_this_machine_lacks_or_forbids_is_its_own_fault(number: int):
    failure = failure_of(OSError(number, "…"))
    assert failure == Failure(Kind.OWN, os.strerror(number))
    assert failure.result("app").ours


def test_a_lack_of_memory_is_an_own_fault():
    assert failure_of(MemoryError()).reason("app") == because(
        "look_failed", why="Cannot allocate memory"
    )


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EAFNOSUPPORT])
def test_a_gateway_that_has_no_way_to_the_server_knows_nothing_of_it(number: int):
    result = failure_of(OSError(number, "…")).result("docker")
    assert (result.detail.code, result.ours) == ("unreachable", True)


async def test_who_refuses_is_alive_and_who_is_silent_is_not():
    async with AppProbers() as probers:
        with refusing() as port:
            result = await probers.prober(HealthConfig(url=f"http://127.0.0.1:{port}/")).look(1)
    assert (result.alive, result.lives, result.ours) == (True, True, False)
    assert not failure_of(TimeoutError()).result("app").lives
