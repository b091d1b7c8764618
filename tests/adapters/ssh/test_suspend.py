import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import asyncssh
import pytest

from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.factory import ssh_sleep
from hall.adapters.ssh.timeouts import SshTimeouts
from hall.core.errors import SleepError
from tests.adapters.neighbours import dropping, refusing, say_nothing, serving
from tests.adapters.ssh.lines import When, at_first, held, once, once_let_in
from tests.adapters.ssh.sshd import USER, Sshd, a_key, an_sshd, open_files


async def order(
    sshd: Sshd,
    command: str,
    *,
    deadlines: dict[str, float] | None = None,
    timeouts: SshTimeouts = SshTimeouts(),
    **ssh: object,
) -> None:
    sleep = {"method": "ssh", "command": command}
    server = sshd.server(sleep=sleep, ssh=sshd.ssh(**ssh), deadlines=deadlines or {})
    await ssh_sleep(server, Path(), Names(), timeouts).sleep()


async def refusal(sshd: Sshd, command: str, **more: object) -> str:
    """Why the order fails; ``more`` is what ``order`` takes."""
    with pytest.raises(SleepError) as caught:
        await order(sshd, command, **more)
    return str(caught.value)


async def until(true: Callable[[], bool]) -> None:
    """Wait for what a shell does, which tells nobody."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.02)


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


@pytest.mark.slow
@pytest.mark.parametrize("signal", ["KILL", "STOP"])
async def test_a_server_that_is_gone_before_it_answers_has_taken_the_order(
    own: Sshd, tmp_path: Path, signal: str
):
    """The command kills, or freezes, the very sshd that would have to tell how it ended."""
    await order(own, f"kill -{signal} $PPID; echo slept >> {tmp_path}/told")
    await until((tmp_path / "told").exists)
    assert own.logins == 1


@pytest.mark.slow
@pytest.mark.parametrize("saying", ["echo stopping vm $i", ":"], ids=["talkative", "silent"])
async def test_a_command_that_takes_long_runs_to_its_end(sshd: Sshd, tmp_path: Path, saying: str):
    """Longer than the connection would live without a sign of its other end."""
    loop = f"for i in 1 2 3 4 5 6 7 8; do {saying}; sleep 1; done"
    await order(sshd, f"set -e; {loop}; touch {tmp_path}/went")
    assert (tmp_path / "went").exists()


@pytest.mark.slow
async def test_a_server_that_stalls_while_it_shuts_down_is_not_hung_up_on(
    sshd: Sshd, tmp_path: Path
):
    loop = "for i in 1 2 3 4 5 6 7 8 9 10; do echo stopping vm $i; sleep 1; done"
    command = f"set -e; touch {tmp_path}/began; {loop}; touch {tmp_path}/went"
    began = once((tmp_path / "began").exists)
    async with held(sshd.port, partial(asyncio.sleep, 8), began) as port:
        await order(sshd, command, port=port)
    assert (tmp_path / "went").exists()


@pytest.mark.slow
async def test_a_server_that_stalls_as_it_begins_to_shut_down_is_not_hung_up_on(
    sshd: Sshd, tmp_path: Path
):
    """It has begun, and even the word that it was started does not come for 8 s."""
    before, stalled = sshd.logins, asyncio.Event()

    async def stall() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await until((tmp_path / "began").exists)
        if (tmp_path / "began").exists() and not stalled.is_set():
            stalled.set()
            await asyncio.sleep(8)

    command = f"set -e; touch {tmp_path}/began; sleep 10; touch {tmp_path}/went"
    async with held(sshd.port, stall, lambda *_: sshd.logins > before) as port:
        await order(sshd, command, port=port)
    assert (tmp_path / "went").exists()


async def test_a_command_that_says_very_much_runs_to_its_end(sshd: Sshd, tmp_path: Path):
    flood = "yes stopping | head -c 9000000"
    await order(sshd, f"set -e; {flood}; {flood} >&2; touch {tmp_path}/went")
    assert (tmp_path / "went").exists()


@pytest.mark.slow
async def test_what_a_command_leaves_running_may_go_on_talking(sshd: Sshd, tmp_path: Path):
    later = f"set -e; sleep 1; echo going; sleep 1; echo gone; touch {tmp_path}/went"
    await order(sshd, f"({later}) & exit 0")
    assert (tmp_path / "went").exists()


@pytest.mark.slow
async def test_what_a_command_leaves_running_for_good_is_not_waited_for(sshd: Sshd, tmp_path: Path):
    await order(sshd, f"sleep 60 & touch {tmp_path}/told; exit 0", deadlines={"command": 4})
    assert (tmp_path / "told").exists()


@pytest.mark.slow
@pytest.mark.parametrize("saying", ["echo stopping vm 1; ", ""], ids=["talkative", "silent"])
async def test_a_command_that_reaches_its_limit_is_not_taken_as_given(sshd: Sshd, saying: str):
    limits = {"deadlines": {"command": 4}, "timeouts": SshTimeouts(gone_s=0.1)}
    words = await refusal(sshd, f"{saying}sleep 60", **limits)
    said = ": stopping vm 1" if saying else ""
    assert words == f"the sleep command did not end within 4 s{said}"


class Deaf(asyncssh.SSHServerSession[str]):
    """A command that never ends, and knows what it is told."""

    def __init__(self) -> None:
        self.signals: list[str] = []

    def exec_requested(self, command: str) -> bool:
        return True

    def signal_received(self, signal: str) -> None:
        self.signals.append(signal)


class Open(asyncssh.SSHServer):
    """Lets everybody in, to one command."""

    def __init__(self, command: Deaf) -> None:
        self.session_requested = lambda: command

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return True


@pytest.mark.slow
async def test_a_command_that_reaches_its_limit_is_told_to_end(sshd: Sshd):
    limits = {"deadlines": {"command": 3}, "timeouts": SshTimeouts(gone_s=0.1)}
    deaf, host = Deaf(), str(sshd.folder / "host")
    async with asyncssh.listen(
        "127.0.0.1", 0, server_factory=lambda: Open(deaf), server_host_keys=[host]
    ) as server:
        await refusal(sshd, "suspend", port=server.get_port(), **limits)
    assert deaf.signals == ["TERM"]


@pytest.mark.slow
async def test_a_server_that_is_gone_when_the_limit_comes_has_taken_the_order(own: Sshd):
    await order(own, "sleep 1; kill -STOP $PPID; sleep 60", deadlines={"command": 2})


async def test_a_session_that_the_servers_end_kills_is_what_sleep_looks_like(
    sshd: Sshd, tmp_path: Path
):
    await order(sshd, f"touch {tmp_path}/told; kill -TERM $$")
    assert (tmp_path / "told").exists()


async def test_what_the_server_refuses_is_told_in_its_words(sshd: Sshd):
    command = "echo 'sudo: a password\nis required' >&2; exit 1"
    assert await refusal(sshd, command) == "sudo: a password is required"


async def test_the_words_are_bounded_and_hold_no_address(sshd: Sshd):
    flood = "yes no | head -c 999999 >&2; echo from 192.168.1.20 >&2; exit 1"
    words = await refusal(sshd, flood)
    assert words.startswith("no no")
    assert words.endswith("no from …")
    assert len(words) <= 400


async def test_what_is_told_of_an_error_is_what_was_said_last(sshd: Sshd):
    """sudo lectures before it tells what is wrong."""
    lecture = "for i in 1 2 3 4 5 6 7 8 9; do echo We trust you have received the lecture, $i; done"
    words = await refusal(sshd, f"({lecture}; echo sudo: a password is required) >&2; exit 1")
    assert words.endswith("the lecture, 9 sudo: a password is required")


async def test_an_error_that_is_told_on_the_wrong_stream_is_told(sshd: Sshd):
    assert await refusal(sshd, "echo not now; exit 1") == "not now"


async def test_a_refusal_without_words_tells_how_it_ended(sshd: Sshd):
    assert await refusal(sshd, "exit 3") == "the sleep command ended with exit status 3"
    assert await refusal(sshd, "kill -SEGV $$") == "the sleep command was killed by SIGSEGV"


async def test_nothing_was_sent_to_a_server_that_is_not_there(sshd: Sshd):
    with refusing() as port:
        words = await refusal(sshd, "true", port=port)
    assert words == "the SSH server refuses the connection"


async def test_a_login_that_is_given_up_before_it_began_is_one_of_a_silent_server(sshd: Sshd):
    async with serving(say_nothing) as port:
        words = await refusal(sshd, "true", deadlines={"login": 1e-9}, port=port)
    assert words == "the SSH server does not answer"


async def test_nothing_was_sent_to_a_server_that_is_silent(sshd: Sshd):
    soon = {"deadlines": {"login": 0.1}, "timeouts": SshTimeouts(connect_s=0.1)}
    with dropping() as port:
        words = await refusal(sshd, "true", port=port, **soon)
    assert words == "the SSH server does not answer"
    async with serving(say_nothing) as port:
        words = await refusal(sshd, "true", port=port, **soon)
    assert words == "the SSH server does not answer"


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


SLOW = {"in its login": lambda _: at_first, "in opening the session": once_let_in}
"""Where a server takes long: before it lets in, or after that, as pam_systemd makes it."""


@pytest.mark.slow
@pytest.mark.parametrize("where", SLOW.values(), ids=SLOW)
async def test_an_order_waits_for_a_server_that_takes_long_to_let_in(
    sshd: Sshd, tmp_path: Path, where: Callable[[Sshd], When]
):
    async with held(sshd.port, partial(asyncio.sleep, 8), where(sshd)) as port:
        await order(sshd, f"touch {tmp_path}/told", port=port)
    assert (tmp_path / "told").exists()


@pytest.mark.slow
@pytest.mark.parametrize("where", SLOW.values(), ids=SLOW)
async def test_nothing_was_sent_to_a_server_that_lets_nobody_in(
    sshd: Sshd, tmp_path: Path, where: Callable[[Sshd], When]
):
    async with held(sshd.port, asyncio.Event().wait, where(sshd)) as port:
        words = await refusal(sshd, f"touch {tmp_path}/told", deadlines={"login": 8}, port=port)
    assert words == "its SSH server answered, but let nobody in within 8 s"
    assert not (tmp_path / "told").exists()
