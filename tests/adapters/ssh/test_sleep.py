import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.neighbours import dropping, refusing, say_nothing, serving
from adapters.ssh.sshd import USER, Sshd, a_key, an_sshd, open_files
from hall.adapters.probes.names import Names
from hall.adapters.ssh import login
from hall.adapters.ssh import sleep as subject
from hall.adapters.ssh.build import ssh_sleep
from hall.core.errors import SleepError


async def order(sshd: Sshd, command: str, **ssh: object) -> None:
    sleep = {"method": "ssh", "command": command}
    server = sshd.server(sleep=sleep, ssh=sshd.ssh(**ssh))
    await ssh_sleep(server, Path(), Names()).sleep()


async def refusal(sshd: Sshd, command: str, **ssh: object) -> str:
    with pytest.raises(SleepError) as caught:
        await order(sshd, command, **ssh)
    return str(caught.value)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Sshd]:
    with an_sshd(tmp_path / "sshd") as server:
        yield server


async def test_the_command_is_run_once(sshd: Sshd, tmp_path: Path):
    await order(sshd, f"echo slept >> {tmp_path}/told")
    assert (tmp_path / "told").read_text() == "slept\n"


async def test_a_user_of_its_own_may_give_the_order(sshd: Sshd, tmp_path: Path):
    sleep = {"method": "ssh", "user": USER, "command": f"touch {tmp_path}/told"}
    server = sshd.server(sleep=sleep, ssh=sshd.ssh(user="nobody"))
    await ssh_sleep(server, Path(), Names()).sleep()
    assert (tmp_path / "told").exists()


@pytest.mark.parametrize("signal", ["KILL", "STOP"])
async def test_a_server_that_is_gone_before_it_answers_has_taken_the_order(
    own: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signal: str
):
    """The command kills, or freezes, the very sshd that would have to tell how it ended."""
    monkeypatch.setattr(subject, "ANSWER_S", 1.0)
    await order(own, f"kill -{signal} $PPID; echo slept >> {tmp_path}/told")
    async with asyncio.timeout(5):
        while not (tmp_path / "told").exists():  # noqa: ASYNC110 - a shell writes it
            await asyncio.sleep(0.01)
    assert own.logins == 1


async def test_a_session_that_the_servers_end_kills_is_what_sleep_looks_like(sshd: Sshd):
    await order(sshd, "kill -TERM $$")


async def test_what_the_server_refuses_is_told_in_its_words(sshd: Sshd):
    command = "echo 'sudo: a password\nis required' >&2; exit 1"
    assert await refusal(sshd, command) == "sudo: a password is required"


async def test_the_words_are_bounded_and_hold_no_address(sshd: Sshd):
    words = await refusal(sshd, "echo from 192.168.1.20 >&2; yes no | head -c 999999 >&2; exit 1")
    assert words.startswith("from … no no")
    assert len(words) <= 300


async def test_a_refusal_without_words_tells_how_it_ended(sshd: Sshd):
    assert await refusal(sshd, "exit 3") == "the sleep command ended with exit status 3"
    assert await refusal(sshd, "kill -SEGV $$") == "the sleep command was killed by SIGSEGV"


async def test_nothing_was_sent_to_a_server_that_is_not_there(sshd: Sshd):
    with refusing() as port:
        words = await refusal(sshd, "true", port=port)
    assert words == "the SSH server refuses the connection"


async def test_nothing_was_sent_to_a_server_that_is_silent(
    sshd: Sshd, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(login, "CONNECT_S", 0.1)
    monkeypatch.setattr(login, "LOGIN_S", 0.1)
    with dropping() as port:
        words = await refusal(sshd, "true", port=port)
    assert words == "the SSH server does not answer"
    async with serving(say_nothing) as port:
        assert await refusal(sshd, "true", port=port) == "the SSH server does not answer"


async def test_nothing_was_sent_to_a_server_that_is_not_the_right_one(sshd: Sshd, tmp_path: Path):
    host_key = a_key(tmp_path / "other").export_public_key().decode()
    words = await refusal(sshd, f"touch {tmp_path}/told", host_key=host_key)
    assert words.startswith("its SSH host key is SHA256:")
    assert not (tmp_path / "told").exists()


async def test_nothing_was_sent_without_the_right_key(sshd: Sshd, tmp_path: Path):
    a_key(tmp_path / "stranger")
    words = await refusal(sshd, "true", key=str(tmp_path / "stranger"))
    assert "does not let" in words


async def test_an_order_leaves_no_file_open(sshd: Sshd):
    before = open_files()
    await order(sshd, "true")
    await refusal(sshd, "false")
    assert open_files() == before
