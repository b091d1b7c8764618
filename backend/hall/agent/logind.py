"""What systemd-logind tells, through busctl(1): who is logged in, and who inhibits sleep.

Sources: org.freedesktop.login1(5), sd_booted(3). busctl writes JSON; loginctl and systemd-inhibit
write tables whose columns may hold blanks.
"""

import json
from pathlib import Path
from typing import Any

from hall.agent.programs import ToolError, run

SYSTEMD = Path("/run/systemd/system")
"""A folder that is there where systemd is the service manager."""

_ROOT = "/org/freedesktop/login1"
_NAME = "org.freedesktop.login1"


def booted() -> bool:
    """Whether systemd is the service manager here."""
    return SYSTEMD.is_dir()


async def sessions() -> list[tuple[str, str]]:
    """Who is logged in: name, and terminal or "" when there is none.

    Sessions of cron and of display managers are no people, and those that are ending are gone.
    """
    found = []
    for session in await _call(_ROOT, f"{_NAME}.Manager", "ListSessions"):
        answer = await _call(
            str(session[4]), "org.freedesktop.DBus.Properties", "GetAll", "s", f"{_NAME}.Session"
        )
        known = {name: value["data"] for name, value in answer.items()}
        if str(known["Class"]).startswith("user") and known["State"] != "closing":
            found.append((str(known["Name"]), str(known["TTY"] or known["Display"])))
    return found


async def inhibitors() -> tuple[str, ...]:
    """Programs that inhibit sleep, and why; those that only delay it are none."""
    if not booted():
        return ()
    found = await _call(_ROOT, f"{_NAME}.Manager", "ListInhibitors")
    return tuple(
        f"{who}: {why}"
        for what, who, why, mode, *_ in found
        if "sleep" in what.split(":") and mode.startswith("block")
    )


async def _call(path: str, interface: str, method: str, *args: str) -> Any:  # noqa: ANN401 - JSON
    try:
        answer = json.loads(
            await run("busctl", "--json=short", "call", _NAME, path, interface, method, *args)
        )
        return answer["data"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        raise ToolError("busctl: its answer is not as expected") from None
