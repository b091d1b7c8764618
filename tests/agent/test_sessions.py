"""Who is logged in, by each way to know it; and who inhibits sleep."""

import os
import pwd

import pytest

from hall.agent.logind import inhibitors
from hall.agent.proc import HiddenError, NoProcError
from hall.agent.sessions import sessions
from hall.agent.subprocesses import ToolError
from tests.agent.machines import Machine

NOBODY = frozenset[str]()
WHO = "alice    pts/0        2026-11-23 08:00 (192.0.2.9)\nbob      tty1         2026-11-23 09:00\n"


def session(name: str, terminal: str, kind: str = "user", state: str = "active") -> str:
    values = {"Name": name, "TTY": terminal, "Display": "", "Class": kind, "State": state}
    pairs = ",".join(f'"{key}":{{"type":"s","data":"{value}"}}' for key, value in values.items())
    return f'{{"type":"a{{sv}}","data":[{{{pairs}}}]}}'


def logind(machine: Machine, seat: str = "", **found: str) -> None:
    """busctl, as it writes the answers of systemd-logind 252."""
    machine.has_systemd()
    listed = ",".join(f'["{key}",1000,"x","{seat}","/login1/session/{key}"]' for key in found)
    cases = "\n".join(f"  */session/{key}*) echo '{text}' ;;" for key, text in found.items())
    machine.program(
        "busctl",
        f"""case "$*" in
{cases}
  *ListSessions*) echo '{{"type":"a(susso)","data":[[{listed}]]}}' ;;
esac""",
    )


async def test_people_logged_in_are_named_by_logind(machine: Machine):
    logind(machine, c1=session("alice", "pts/0"), c2=session("bob", "", state="online"))
    assert await sessions(NOBODY, machine=machine.files) == ("alice on pts/0", "bob over SSH")


async def test_greeters_cron_and_sessions_that_end_are_nobody(machine: Machine):
    logind(
        machine,
        c1=session("gdm", "tty1", "greeter"),
        c2=session("root", "", "background"),
        c3=session("alice", "pts/0", state="closing"),
        c4=session("alice", "", "manager"),
    )
    machine.program("who", "echo 'gdm tty1 2026-11-23 08:00'")
    assert await sessions(NOBODY, machine=machine.files) == ()


async def test_somebody_at_a_seat_without_a_terminal_is_somebody(machine: Machine):
    logind(machine, "seat0", c1=session("alice", ""))
    assert await sessions(NOBODY, machine=machine.files) == ("alice on seat0",)


async def test_somebody_whom_utmp_alone_knows_is_somebody(machine: Machine):
    """Who works through mosh has a session that is closing, and no sshd."""
    logind(machine, c1=session("alice", "pts/0", state="closing"))
    machine.program("who", "echo 'alice pts/0 2026-11-23 08:00 (mosh [4242])'")
    assert await sessions(NOBODY, machine=machine.files) == ("alice on pts/0",)


@pytest.mark.parametrize("program", ["mosh-server", "etterminal"])
async def test_somebody_whom_neither_logind_nor_utmp_knows_is_somebody(
    machine: Machine, program: str
):
    """Where there is no utmp (Debian 13), and the terminal is not that of the login."""
    logind(machine, c1=session("alice", "pts/0", state="closing"))
    machine.program("who", "true")
    machine.process(42, program, f"{program} new -s")
    me = pwd.getpwuid(os.getuid()).pw_name
    assert await sessions(NOBODY, machine=machine.files) == (f"{me} on {program}",)


async def test_a_closing_session_that_still_has_its_terminal_is_one(machine: Machine):
    machine.program("who", "exit 1")
    kinds = {"c1": "pts/0", "c2": "pts/1", "c3": "tty1"}
    logind(machine, **{key: session("alice", at, state="closing") for key, at in kinds.items()})
    machine.terminal("pts/0")
    machine.terminal("tty1")
    assert await sessions(NOBODY, machine=machine.files) == ("alice on pts/0",)


async def test_without_systemd_who_tells(machine: Machine):
    machine.program("who", f"printf '{WHO}'")
    assert await sessions(NOBODY, machine=machine.files) == ("alice on pts/0", "bob on tty1")


@pytest.mark.parametrize("busctl", ["exit 1", "echo nonsense", "echo '{}'", "echo '[]'"])
async def test_a_logind_that_fails_is_replaced_by_who(machine: Machine, busctl: str):
    machine.has_systemd()
    machine.program("busctl", busctl)
    machine.program("who", f"printf '{WHO}'")
    assert await sessions(NOBODY, machine=machine.files) == ("alice on pts/0", "bob on tty1")


async def test_no_way_to_know_is_an_error(machine: Machine):
    machine.program("who", "echo 'no such file' >&2; exit 1")
    with pytest.raises(ToolError, match="who: no such file"):
        await sessions(NOBODY, machine=machine.files)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("sshd: carol@pts/3", ("carol on pts/3",)),
        ("sshd: carol@notty", ("carol over SSH",)),
        ("sshd-session: carol@notty", ("carol over SSH",)),
        ("sshd: carol@internal-sftp", ("carol over SSH",)),
        ("sshd: carol@pts/3,pts/4", ("carol on pts/3", "carol on pts/4")),
        ("sshd: carol", ("carol over SSH",)),
        ("sshd: user@corp.example", ("user@corp.example over SSH",)),
        ("sshd: user@corp.example@pts/3", ("user@corp.example on pts/3",)),
        ("sshd: john doe@notty", ("john doe over SSH",)),
        ("sshd: carol [priv]", ()),
        ("sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", ()),
        ("sshd: [accepted]", ()),
        ("sshd: [net]", ()),
    ],
)
async def test_sessions_over_ssh_are_seen_that_have_no_terminal(
    machine: Machine, title: str, told: tuple[str, ...]
):
    machine.program("who", "")
    machine.process(40, "sshd", title + "   ")
    assert await sessions(NOBODY, machine=machine.files) == told


async def test_a_session_that_is_seen_twice_is_told_once(machine: Machine):
    machine.program("who", f"printf '{WHO}'")
    machine.process(40, "sshd", "sshd: alice@pts/0")
    assert await sessions(NOBODY, machine=machine.files) == ("alice on pts/0", "bob on tty1")


async def test_users_may_be_ignored(machine: Machine):
    machine.program("who", f"printf '{WHO}'")
    machine.process(40, "sshd", "sshd: hall@notty")
    assert await sessions(frozenset({"hall", "bob"}), machine=machine.files) == ("alice on pts/0",)


async def test_of_users_that_hall_logs_in_as_only_terminals_count(machine: Machine):
    machine.program("who", "")
    machine.process(40, "sshd", "sshd: hall@notty")
    machine.process(41, "sshd", "sshd: hall@pts/9")
    own = frozenset({"hall"})
    assert await sessions(NOBODY, own, machine.files) == ("hall on pts/9",)


async def test_processes_that_are_hidden_are_not_taken_for_none(machine: Machine):
    machine.program("who", "")
    (machine.proc / "1" / "comm").unlink()
    with pytest.raises(HiddenError, match="other users' processes are hidden"):
        await sessions(NOBODY, machine=machine.files)
    (machine.proc / "self").rmdir()
    with pytest.raises(NoProcError, match="this system has no /proc of Linux"):
        await sessions(NOBODY, machine=machine.files)


INHIBITORS = (
    '{"type":"a(ssssuu)","data":[['
    '["sleep","NetworkManager","turns networks off","delay",0,1],'
    '["shutdown:sleep","apt","upgrade runs","block",0,2],'
    '["idle","video","plays","block",1000,3],'
    '["sleep","rsync","nightly","block-weak",1000,4],'
    '["shutdown","APT","packages","block",0,5],'
    '["shutdown","logs","are written","delay",0,6]]]}'
)


async def test_who_inhibits_sleep_is_told_with_why(machine: Machine):
    machine.has_systemd()
    machine.program("busctl", f"echo '{INHIBITORS}'")
    assert await inhibitors(machine.files) == (
        "apt: upgrade runs",
        "rsync: nightly",
        "APT: packages",
    )


async def test_without_systemd_nobody_inhibits(machine: Machine):
    assert await inhibitors(machine.files) == ()


@pytest.mark.parametrize("busctl", ["exit 1", "echo nonsense", "echo '[]'"])
async def test_a_logind_that_does_not_tell_inhibitors_is_an_error(machine: Machine, busctl: str):
    machine.has_systemd()
    machine.program("busctl", busctl)
    with pytest.raises(ToolError, match="busctl"):
        await inhibitors(machine.files)
