import ssl
from pathlib import Path

import pytest

from hall.adapters.docker.factory import container_runtime
from hall.core.config.methods import TlsConfig
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError
from hall.core.model.check import ProbeResult
from tests.adapters.docker.engines import runtime
from tests.adapters.docker.fake_engine import FakeEngine, on_tcp
from tests.adapters.neighbours import dropping, hang_up, refusing, say_nothing, serving
from tests.lab.certificates import Authority, TlsFiles
from tests.support.timeouts import PATIENCE_S

PONG = {"GET /_ping": (200, b"OK")}


async def ping(url: str, seconds: float = PATIENCE_S, **more: object) -> ProbeResult:
    return await runtime(url, **more).ping(seconds)


async def test_an_engine_that_answers_is_seen(facing, tmp_path: Path):
    async with facing(FakeEngine(PONG), tmp_path) as engine:
        result = await engine.ping(PATIENCE_S)
    assert str(result.detail) == "Docker answers"
    assert result.ok
    assert result.took_ms > 0


async def test_each_ping_has_a_connection_of_its_own(facing, tmp_path: Path):
    fake = FakeEngine(PONG)
    async with facing(fake, tmp_path) as engine:
        for _ in range(3):
            assert (await engine.ping(PATIENCE_S)).ok
    assert fake.connections == 3


async def test_an_engine_that_is_starting_is_told_by_its_status(facing, tmp_path: Path):
    async with facing(FakeEngine({"GET /_ping": (503, b"")}), tmp_path) as engine:
        result = await engine.ping(PATIENCE_S)
    assert str(result.detail) == "Docker answers with HTTP status 503"
    assert not result.ok


async def test_another_program_on_dockers_port_is_not_docker(facing, tmp_path: Path):
    async with facing(FakeEngine(PONG, head=""), tmp_path) as engine:
        result = await engine.ping(PATIENCE_S)
    assert str(result.detail) == "Docker does not answer as expected: it is not a Docker Engine"


async def test_a_refusal_a_silence_and_a_socket_that_is_not_there_are_told_apart():
    with refusing() as port:
        assert (await ping(f"tcp://127.0.0.1:{port}")).detail.code == "docker_refused"
    with dropping() as port:
        assert (await ping(f"tcp://127.0.0.1:{port}", 0.3)).detail.code == "docker_silent"
    async with serving(say_nothing) as port:
        assert (await ping(f"tcp://127.0.0.1:{port}", 0.3)).detail.code == "docker_silent"
    assert (await ping("unix:///nowhere/docker.sock")).detail.code == "docker_refused"
    assert (await ping("tcp://127.255.255.255:9")).detail.code == "unreachable"


async def test_an_engine_that_hangs_up_is_broken():
    async with serving(hang_up) as port:
        result = await ping(f"tcp://127.0.0.1:{port}")
    assert str(result.detail) == "Docker does not answer as expected: it hung up without an answer"


def client_of(files: TlsFiles, **more: Path) -> TlsConfig:
    paths = {"ca": files.ca, "cert": files.cert, "key": files.key} | more
    return TlsConfig(**{name: str(path) for name, path in paths.items()})


def asking_for_certificates(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=files.ca)
    context.load_cert_chain(files.cert, files.key)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


async def test_an_engine_with_certificates_answers_a_client_with_one(tmp_path: Path):
    authority = Authority(tmp_path)
    tls = asking_for_certificates(authority.server("127.0.0.1"))
    files = authority.client()
    async with on_tcp(FakeEngine(PONG), tls) as url:
        local = TlsConfig(ca=files.ca.name, cert=files.cert.name, key=files.key.name)
        result = await runtime(url, tmp_path, tls=local).ping(PATIENCE_S)
    assert result.ok, str(result.detail)


async def test_a_name_is_looked_up_and_checked_against_the_certificate(tmp_path: Path):
    authority = Authority(tmp_path)
    tls = asking_for_certificates(authority.server("127.0.0.1"))
    async with on_tcp(FakeEngine(PONG), tls) as url:
        named = url.replace("127.0.0.1", "localhost")
        result = await ping(named, tls=client_of(authority.client()))
    assert str(result.detail) == (
        "Docker's TLS handshake fails: the certificate is for another name"
    )


async def test_an_engine_of_another_authority_is_not_trusted(tmp_path: Path):
    (tmp_path / "other").mkdir()
    authority, other = Authority(tmp_path), Authority(tmp_path / "other")
    tls = asking_for_certificates(other.server("127.0.0.1"))
    async with on_tcp(FakeEngine(PONG), tls) as url:
        result = await ping(url, tls=client_of(authority.client()))
    assert result.detail.code == "docker_tls"
    assert "certificate" in str(result.detail)


async def test_a_client_that_the_engine_does_not_trust_is_cut_off(tmp_path: Path):
    (tmp_path / "other").mkdir()
    authority, other = Authority(tmp_path), Authority(tmp_path / "other")
    server = authority.server("127.0.0.1")
    stranger = client_of(other.client(), ca=server.ca)
    async with on_tcp(FakeEngine(PONG), asking_for_certificates(server)) as url:
        result = await ping(url, tls=stranger)
    # TLS 1.3 judges the client after its first request: the reset may outrun the alert
    assert result.detail.code in {"docker_tls", "docker_broken"}


@pytest.mark.slow
async def test_tls_to_a_port_without_it_is_told_so(tmp_path: Path):
    async with on_tcp(FakeEngine(PONG)) as url:
        result = await ping(url, 2, tls=client_of(Authority(tmp_path).client()))
    assert result.detail.code in {"docker_tls", "docker_silent"}


def test_certificates_that_are_not_there_are_told_all_at_once(tmp_path: Path):
    tls = TlsConfig(ca="ca.pem", cert="cert.pem", key="key.pem")
    with pytest.raises(ConfigurationError) as caught:
        runtime("tcp://127.0.0.1:9", tmp_path, tls=tls)
    problems = caught.value.problems
    assert {one.key for one in problems} == {"docker.tls.ca", "docker.tls.cert", "docker.tls.key"}
    assert problems[0].file == str(tmp_path / "ca.pem")
    assert problems[0].message == "it cannot be read: No such file or directory"


def test_a_key_of_another_certificate_is_refused(tmp_path: Path):
    authority = Authority(tmp_path)
    mixed = client_of(authority.client(), key=authority.client("other").key)
    with pytest.raises(ConfigurationError, match="key values mismatch"):
        runtime("tcp://127.0.0.1:9", tls=mixed)


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path):
    (tmp_path / "none.pem").write_text("none")
    files = client_of(Authority(tmp_path).client(), ca=tmp_path / "none.pem")
    with pytest.raises(ConfigurationError, match="it cannot be used") as caught:
        runtime("tcp://127.0.0.1:9", tls=files)
    assert caught.value.problems[0].key == "docker.tls.ca"


def test_a_server_without_docker_has_no_engine(tmp_path: Path):
    assert container_runtime(ServerConfig(name="Main", address="127.0.0.1"), tmp_path) is None
