"""Who is logged in on this machine."""

import asyncio
import pwd
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hall.agent import logind
from hall.agent.machine import MachineFiles
from hall.agent.proc import processes
from hall.agent.subprocesses import ToolError, run

_SSHD = re.compile(
    r"sshd(?:-session)?: ([^\[]+?)(?:@((?:notty|internal-sftp|pts/|tty)[^\s@]*))?", re.DOTALL
)
"""How a session of sshd(8) calls itself: a name, which may hold an @, and where it is.

One without a terminal is at "notty"; one that only forwards is nowhere.
"""

_TERMINALS = frozenset({"mosh-server", "etterminal"})
"""Programs that hold a terminal for somebody: mosh's and Eternal Terminal's."""


async def sessions(
    ignored: frozenset[str],
    own: frozenset[str] = frozenset(),
    machine: MachineFiles = MachineFiles(),
) -> tuple[str, ...]:
    """People logged in, like "alice on pts/0", but for users to be ignored.

    Of ``own`` users, those that Hall logs in as, a session without a terminal is Hall's own.

    By systemd-logind where that is, by who(1), which reads utmp(5) and knows who came by mosh, and
    by the sessions of sshd, because one that only copies a file or forwards a port is in neither;
    and by what holds a terminal for somebody (mosh), for not every system has a utmp.

    Raises:
        ToolError: there is no way to find out.
        HiddenError: other users' processes cannot be seen.
    """
    found = dict.fromkeys(await _at_terminals(machine))
    found |= dict.fromkeys(await asyncio.to_thread(lambda: tuple(_by_programs(machine.proc))))
    return tuple(
        f"{name} on {terminal}" if terminal else f"{name} over SSH"
        for name, terminal in found
        if name not in ignored and (terminal or name not in own)
    )


async def _at_terminals(machine: MachineFiles) -> list[tuple[str, str]]:
    """Of whom both know, one may be missing, not both.

    A container may have systemd without logind, a system with logind no utmp.
    """
    found: list[tuple[str, str]] | None = None
    greeters: frozenset[str] = frozenset()
    if logind.booted(machine):
        with suppress(ToolError):
            found, greeters = await logind.logind_sessions(machine)
    try:
        in_utmp = await _in_utmp()
    except ToolError:
        if found is None:
            raise
        in_utmp = []
    return [*(found or ()), *(one for one in in_utmp if one[0] not in greeters)]


async def _in_utmp() -> list[tuple[str, str]]:
    lines = (line.split() for line in (await run("who")).decode(errors="replace").splitlines())
    return [(words[0], words[1]) for words in lines if len(words) > 1]


def _over_ssh(proc: Path) -> Iterator[tuple[str, str]]:
    for process in processes(proc):
        found = _SSHD.fullmatch(process.words[0].rstrip())
        if found is not None:
            name, terminals = found.groups()
            yield from ((name, _plain(one)) for one in (terminals or "").split(","))


def _by_programs(proc: Path) -> Iterator[tuple[str, str]]:
    yield from _over_ssh(proc)
    yield from _holding_terminals(proc)


def _holding_terminals(proc: Path) -> Iterator[tuple[str, str]]:
    """Who came and went over SSH, and is known to nobody where there is no utmp."""
    for process in processes(proc):
        if process.name in _TERMINALS:
            yield _owner(proc / str(process.pid)), process.name


def _owner(process: Path) -> str:
    try:
        uid = process.stat().st_uid
    except FileNotFoundError:
        return "somebody"  # it ended just now
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _plain(terminal: str) -> str:
    return terminal if terminal.startswith(("pts/", "tty")) else ""
