import asyncio
import errno
import socket
import ssl
from functools import partial
from pathlib import Path

import pytest

from hall.adapters.probes.connect_errors import Failure, Kind, failure_of
from hall.adapters.probes.factory import AppProbers, network_prober
from hall.adapters.probes.ping import PingProber
from hall.adapters.probes.tcp import TcpProber
from hall.core.config.domain import HealthConfig
from hall.core.config.methods import PingCheck, TcpCheck
from hall.core.config.server import ServerConfig
from hall.core.model.check import ProbeResult
from hall.core.model.reason import because
from tests.adapters.neighbours import answering, listening, refusing, say_nothing, serving
from tests.lab.certificates import Authority
from tests.support.timeouts import PATIENCE_S


def certificate(folder: Path) -> ssl.SSLContext:
    """That of a server at 127.0.0.1, by an authority that no system trusts."""
    files = Authority(folder).server("127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.cert, files.key)
    return context


async def ask(port: int, *, within: float = PATIENCE_S, **more: object) -> ProbeResult:
    async with AppProbers() as probers:
        health = HealthConfig(url=f"https://127.0.0.1:{port}/", timeout_seconds=30, **more)
        return await probers.prober(health).look(within)


async def test_a_certificate_that_no_authority_signed_is_refused(tmp_path: Path):
    async with serving(answering("200 OK"), certificate(tmp_path)) as port:
        result = await ask(port)
    assert str(result.detail).startswith("Its TLS handshake fails: ")
    assert not result.ok


async def test_a_certificate_may_be_taken_unchecked(tmp_path: Path):
    async with serving(answering("200 OK"), certificate(tmp_path)) as port:
        assert (await ask(port, verify_tls=False)).ok


async def test_a_shared_proxy_is_told_the_host_in_the_handshake(tmp_path: Path):
    context = certificate(tmp_path)
    asked: list[str | None] = []
    context.sni_callback = lambda _, name, __: asked.append(name)
    async with serving(answering("200 OK"), context) as port:
        assert (await ask(port, verify_tls=False, host="client1.example")).ok
    assert asked == ["client1.example"]


async def test_a_handshake_may_take_longer_than_the_connect(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        async with asyncio.TaskGroup() as group:
            look = group.create_task(ask(door.getsockname()[1], within=0.2, verify_tls=False))
            await asyncio.wait([look], timeout=1)  # it is connected, and the other end busy
            start = partial(asyncio.start_server, sock=door, ssl=certificate(tmp_path))
            async with listening(answering("200 OK"), start):
                assert (await look).ok


async def test_a_handshake_that_never_ends_is_silence():
    async with serving(say_nothing) as port, AppProbers() as probers:
        health = HealthConfig(url=f"https://127.0.0.1:{port}/", timeout_seconds=0.1)
        assert (await probers.prober(health).look(PATIENCE_S)).detail.code == "app_silent"


@pytest.mark.slow
async def test_tls_to_a_port_that_speaks_plainly_is_told_so():
    async with serving(answering("200 OK")) as port:
        assert (await ask(port, within=2)).detail.code in {"app_tls", "app_silent"}
    with refusing() as port:
        assert (await ask(port)).detail.code == "app_refused"


async def test_the_probers_of_an_equal_kind_share_their_tls_settings():
    async with AppProbers() as probers:
        health = HealthConfig(url="https://127.0.0.1/")
        first, second = probers.prober(health), probers.prober(health)
        other = probers.prober(health.model_copy(update={"verify_tls": False}))
    contexts = [vars(one)["_connect"].args[0] for one in (first, second, other)]
    assert contexts[0] is contexts[1]
    assert contexts[0] is not contexts[2]


def server(network: PingCheck | TcpCheck) -> ServerConfig:
    return ServerConfig(name="Main", address="127.0.0.1", network=network)


def test_the_configuration_chooses_how_the_network_is_seen():
    assert isinstance(network_prober(server(PingCheck())), PingProber)
    assert isinstance(network_prober(server(TcpCheck(method="tcp", port=22))), TcpProber)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (OSError(errno.EHOSTUNREACH, "No route to host"), Failure(Kind.SILENT)),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), Failure(Kind.UNREACHABLE)),
        (OSError(errno.EPIPE, "Broken pipe"), Failure(Kind.BROKEN, because("cut"))),
        (ssl.SSLEOFError(), Failure(Kind.TLS, because("cut"))),
    ],
)
def test_errors_of_the_system_are_told_apart(error: OSError, failure: Failure):
    assert failure_of(error) == failure
