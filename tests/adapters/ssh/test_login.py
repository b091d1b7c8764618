import asyncio
from functools import partial
from pathlib import Path

import pytest

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.ssh.timeouts import SshTimeouts
from hall.core.model.check import ProbeResult
from tests.adapters.neighbours import dropping, refusing, say_nothing, serving
from tests.adapters.ssh.lines import held
from tests.adapters.ssh.sshd import USER, Sshd, a_key, an_sshd, engine_behind, open_files
from tests.support.timeouts import PATIENCE_S

PREFIX = "Docker does not answer as expected: "


async def look(
    sshd: Sshd, port: int | None = None, seconds: float = PATIENCE_S, **ssh: object
) -> ProbeResult:
    """Ping through the tunnel of an engine that is not there, on another port if need be."""
    return await engine_behind(sshd, "/nowhere", port=port, **ssh).ping(seconds)


def slow(sshd: Sshd, port: int, *, login: float) -> DockerEngine:
    """An engine behind another port, with this much patience for its login."""
    return engine_behind(sshd, "/nowhere", port=port, deadlines={"login": login})


async def until_told(engine: DockerEngine) -> ProbeResult:
    """What the first look says that does not find a login still going on."""
    while (result := await engine.ping(2)).detail.code == "docker_silent":
        pass
    return result


async def test_another_host_key_is_refused_and_both_are_named(sshd: Sshd, tmp_path: Path):
    other = a_key(tmp_path / "other")
    result = await look(sshd, host_key=other.export_public_key().decode())
    offered, pinned = sshd.fingerprint("host"), other.get_fingerprint()
    assert str(result.detail) == (
        f"{PREFIX}its SSH host key is {offered}, not the configured {pinned}"
    )


async def test_one_of_several_host_keys_is_enough(sshd: Sshd, tmp_path: Path):
    other = a_key(tmp_path / "other").export_public_key().decode()
    own = str(sshd.ssh()["host_key"])
    assert (await look(sshd, host_key=(other, own))).detail.code == "docker_refused"


async def test_a_host_key_of_another_kind_is_refused_and_named(sshd: Sshd, tmp_path: Path):
    other = a_key(tmp_path / "other", "ecdsa-sha2-nistp256").export_public_key().decode()
    result = await look(sshd, host_key=other)
    assert f"its SSH host key is {sshd.fingerprint('host')}, not" in str(result.detail)


async def test_the_pinned_kind_of_host_key_is_asked_for(tmp_path: Path):
    pinned = a_key(tmp_path / "rsa", "ssh-rsa").export_public_key().decode()
    with an_sshd(tmp_path / "sshd", f"HostKey {tmp_path}/rsa") as sshd:
        assert (await look(sshd, host_key=pinned)).detail.code == "docker_refused"


async def test_a_key_that_the_server_does_not_know_is_told(sshd: Sshd, tmp_path: Path):
    a_key(tmp_path / "stranger")
    result = await look(sshd, key=str(tmp_path / "stranger"))
    assert str(result.detail) == (
        f"{PREFIX}its SSH server does not let {USER} in with the configured key"
    )


async def test_only_the_given_key_is_offered(
    tmp_path: Path, sshd: Sshd, monkeypatch: pytest.MonkeyPatch
):
    """Not one of the user who runs Hall, although it would open the door."""
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").write_bytes((sshd.folder / "hall").read_bytes())
    (tmp_path / ".ssh" / "config").write_text("no such setting\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    a_key(tmp_path / "stranger")
    result = await look(sshd, key=str(tmp_path / "stranger"))
    assert "does not let" in str(result.detail)


async def test_a_login_that_failed_is_not_tried_again_at_once(tmp_path: Path):
    with an_sshd(tmp_path / "sshd") as sshd:
        (sshd.folder / "authorized_keys").write_text("")
        engine = engine_behind(sshd, "/nowhere", timeouts=SshTimeouts(pause_s=600))
        words = {str((await engine.ping(PATIENCE_S)).detail) for _ in range(20)}
        tries = sshd.log.count("Connection from")
    assert len(words) == 1
    assert tries <= 2  # one is the test's own


async def test_a_login_is_tried_again_after_a_pause(tmp_path: Path):
    with an_sshd(tmp_path / "sshd") as sshd:
        keys = sshd.folder / "authorized_keys"
        right = keys.read_text()
        keys.write_text("")
        engine = engine_behind(sshd, "/nowhere", timeouts=SshTimeouts(pause_s=0.05))
        assert (await engine.ping(PATIENCE_S)).detail.code == "docker_broken"
        keys.write_text(right)
        async with asyncio.timeout(PATIENCE_S):
            while (await engine.ping(PATIENCE_S)).detail.code != "docker_refused":
                pass


async def test_a_refusal_and_a_silence_are_told_apart(sshd: Sshd):
    with refusing() as port:
        assert (await look(sshd, port)).detail.code == "docker_refused"
    with dropping() as port:
        assert (await look(sshd, port, 0.1)).detail.code == "docker_silent"
    async with serving(say_nothing) as port:
        assert (await look(sshd, port, 0.1)).detail.code == "docker_silent"


async def test_a_server_that_never_says_anything_is_given_up(sshd: Sshd):
    async with serving(say_nothing) as port:
        assert (await slow(sshd, port, login=0.1).ping(60)).detail.code == "docker_silent"


@pytest.mark.slow
async def test_a_server_that_answers_and_lets_nobody_in_is_told_as_such(sshd: Sshd):
    async with held(sshd.port, asyncio.Event().wait) as port:
        result = await until_told(slow(sshd, port, login=4))
    assert str(result.detail) == f"{PREFIX}its SSH server answered, but let nobody in within 4 s"


@pytest.mark.slow
async def test_a_login_may_take_as_long_as_a_server_needs_and_holds_no_look_up(tmp_path: Path):
    """pam_systemd and name look-ups of the server's take up to 25 s."""
    with an_sshd(tmp_path / "sshd") as sshd:
        async with held(sshd.port, partial(asyncio.sleep, 6)) as port:
            result = await until_told(engine_behind(sshd, "/nowhere", port=port))
        assert result.detail.code == "docker_refused"
        assert sshd.logins == 1


@pytest.mark.parametrize("greeting", [b"HTTP/1.0 400 no\r\n\r\n", b"SSH-1.5-old\r\n", b""])
async def test_another_program_on_the_port_is_told(sshd: Sshd, greeting: bytes):
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()

    async with serving(greet) as port:
        assert str((await look(sshd, port)).detail).startswith(PREFIX)


async def test_a_name_is_looked_up(sshd: Sshd):
    named = f"ssh://{USER}@localhost:{sshd.port}/nowhere"
    assert (await engine_behind(sshd, named).ping(PATIENCE_S)).detail.code == "docker_refused"
    unknown = f"ssh://{USER}@unknown.invalid:{sshd.port}"
    assert (await engine_behind(sshd, unknown).ping(PATIENCE_S)).detail.code == "name_unknown"


async def test_a_look_that_is_given_up_leaves_nothing_behind(sshd: Sshd):
    """Not a file, while the login goes on, nor at the end of the loop."""
    async with serving(say_nothing) as port:
        before = open_files()
        engine = engine_behind(sshd, "/nowhere", port=port)
        looks = [asyncio.wait_for(engine.ping(5), 0.05) for _ in range(4)]
        assert [type(one) for one in await asyncio.gather(*looks, return_exceptions=True)] == [
            TimeoutError
        ] * 4
        async with asyncio.timeout(PATIENCE_S):
            while open_files() > before + 2:  # noqa: ASYNC110 - the login, and its other end
                await asyncio.sleep(0.01)
