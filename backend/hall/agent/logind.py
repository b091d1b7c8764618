"""What systemd-logind tells, through busctl(1): who is logged in, and who inhibits sleep.

Sources: org.freedesktop.login1(5), sd_booted(3). busctl writes JSON; loginctl and systemd-inhibit
write tables whose columns may hold blanks.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hall.agent.machine import MachineFiles
from hall.agent.subprocesses import ToolError, run

_ROOT = "/org/freedesktop/login1"
_NAME = "org.freedesktop.login1"
_KNOWN = ("Class", "State", "Name", "TTY", "Display")


_STOPS = frozenset({"sleep", "shutdown"})
"""What inhibits either counts: a sleep command may shut down, and an upgrade blocks just that."""


def booted(machine: MachineFiles = MachineFiles()) -> bool:
    """Whether systemd is the service manager here."""
    return machine.systemd.is_dir()


async def logind_sessions(
    machine: MachineFiles = MachineFiles(),
) -> tuple[list[tuple[str, str]], frozenset[str]]:
    """Who is logged in: name, and terminal, screen or seat, or "" when there is none.

    Then the users that display managers greet as: newer releases of who(1) know these, too.
    Sessions of cron and of display managers are no people. A session that is closing has ended, but
    for what was started in it (mosh, tmux) and still has its terminal.

    Raises:
        ToolError: logind does not tell.
    """
    found, greeters = [], set()
    with _in_shape():
        for session in await _call(_ROOT, f"{_NAME}.Manager", "ListSessions"):
            told = await _call(
                session[4], "org.freedesktop.DBus.Properties", "GetAll", "s", f"{_NAME}.Session"
            )
            kind, state, name, terminal, display = (str(told[key]["data"]) for key in _KNOWN)
            terminal = terminal.removeprefix("/dev/")
            if kind.startswith("user") and (state != "closing" or _lives(machine.dev, terminal)):
                found.append((name, terminal or display or session[3]))
            elif kind == "greeter":
                greeters.add(name)
    return found, frozenset(greeters)


def _lives(dev: Path, terminal: str) -> bool:
    """Whether somebody has that terminal open now; those of the console are always there."""
    return terminal.startswith("pts/") and (dev / terminal).exists()


async def inhibitors(machine: MachineFiles = MachineFiles()) -> tuple[str, ...]:
    """Programs that inhibit sleep or shutdown, and why; those that only delay it are none.

    Raises:
        ToolError: logind does not tell.
    """
    if not booted(machine):
        return ()
    with _in_shape():
        found = await _call(_ROOT, f"{_NAME}.Manager", "ListInhibitors")
        return tuple(
            f"{who}: {why}"
            for what, who, why, mode, *_ in found
            if _STOPS & set(what.split(":")) and mode.startswith("block")
        )


async def _call(path: str, interface: str, method: str, *args: str) -> Any:  # noqa: ANN401 - JSON
    words = ("--json=short", "call", _NAME, path, interface, method, *args)
    return json.loads(await run("busctl", *words))["data"][0]


@contextmanager
def _in_shape() -> Iterator[None]:
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError):
        raise ToolError("busctl: its answer is not as expected") from None
