"""How the command line shows states: a table, a line, and a bar that follows a wake."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from hall.cli.client import Gateway, StateJson
from hall.core.errors import Problem
from hall.core.timing import Duration

COLOURS = {
    "healthy": "green",
    "failed": "red",
    "unhealthy": "red",
    "waking": "yellow",
    "docker_up": "yellow",
}

NEXT = {
    "wakes": "wakes",
    "wanted": "{domain} wanted",
    "opens": "{domain} opens",
    "may_sleep": "may sleep",
    "hold_ends": "hold ends",
    "retries": "tries again",
}
"""What happens next to a server, by the API's word for it."""


def as_json(body: object) -> str:
    """Indented JSON in which accents stay letters."""
    return json.dumps(body, indent=2, ensure_ascii=False)


def rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as JSON objects: file, line, key and message."""
    return [asdict(problem) for problem in problems]


def table(states: Sequence[StateJson]) -> str:
    """States, one a line, in columns."""
    width = max((len(state["id"]) for state in states), default=0)
    return "\n".join(_row(state, width) for state in states)


def line(state: StateJson) -> str:
    """One state in one line, without the padding of a table."""
    return _row(state, len(state["id"]))


def servers_table(states: Sequence[StateJson]) -> str:
    """Servers as an admin sees them: where they stand, why, what holds them and what is next."""
    head = ("SERVER", "STATUS", "HOLD", "NEXT", "WHY")
    lines = [head, *((one["id"], *_wanted(one)) for one in states)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head) - 1)]
    return "\n".join(_columns(line, widths) for line in lines)


def many(count: int, word: str) -> str:
    """A count with its word, in the plural unless it is 1."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def wanted(state: StateJson, *, renewed: bool = False) -> str:
    """A domain or a server in a few lines: where it stands, and what is wanted of it.

    With ``renewed`` a hold was just set: what is said of a "sleep now" before it is left out.
    """
    told = [line(state)]
    if not renewed or state["hold"] is None or state.get("dismissed_at") is None:
        told.append(f"  {state['verdict']['reason']}")
    if isinstance(server := state.get("server"), dict):
        told.append(f"  {server['id']}: {server['verdict']['reason']}")
    if (held := state["hold"]) is not None:
        left = Duration(held["left_s"])
        told.append(f"  Held {held['kind']} until {_local(held['until'])}, {left} left")
    return "\n".join(told)


def _local(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone():%Y-%m-%d %H:%M %Z}"


def lifted(before: StateJson, after: StateJson) -> Iterator[str]:
    """The holds asleep that an order took away: of what was woken, and of its server."""
    for old, new in ((before, after), (before.get("server"), after.get("server"))):
        if not isinstance(old, dict) or not isinstance(new, dict):
            continue
        held = old.get("hold")
        if held is not None and held["kind"] == "asleep" and new["hold"] is None:
            name = old["id"] if isinstance(old.get("server"), dict) else f"server {old['id']}"
            yield f"  The hold of {name} is lifted: asleep until {_local(held['until'])}"


def closed(state: StateJson) -> str:
    """That visits do not wake a domain now, and until when."""
    shut = state["closed"]
    until = "no opening is planned"
    if shut["opens_at"] is not None:
        until = f"until {_local(shut['opens_at'])}"
    kind = "held asleep by an admin" if shut["code"] == "held" else "closed"
    return f"{state['id']} is {kind}, {until}"


def _wanted(state: StateJson) -> tuple[str, str, str, str]:
    return state["status"], "; ".join(_holds(state)), _next(state), "; ".join(_why(state))


def _next(server: StateJson) -> str:
    if (turn := server["next"]) is None:
        return ""
    happens = NEXT.get(turn["what"], turn["what"]).format(domain=turn["domain"])
    return f"{happens} in {Duration(turn['in_s'])}"


def _why(server: StateJson) -> Iterator[str]:
    """What failed comes first; that nobody needs it says nothing then."""
    failed = [one for one in server["domains"] if one["status"] == "failed"]
    told = [f"{one['id']}: {one['reason']}" for one in failed]
    if server["status"] == "failed" and not any(server["reason"] in one for one in told):
        told.insert(0, server["reason"])
    yield from told
    if not told or server["verdict"]["stance"] != "rest":
        yield server["verdict"]["reason"]


def _holds(server: StateJson) -> Iterator[str]:
    """Those of the server, and those of its domains."""
    for one, name in ((server, ""), *((one, f"{one['id']}: ") for one in server["domains"])):
        if (held := one["hold"]) is not None:
            yield f"{name}{held['kind']}, {Duration(held['left_s'])} left"


def _columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False)]
    padded[1] = click.style(padded[1], fg=COLOURS.get(cells[1]))
    return "  ".join([*padded, *cells[len(widths) :]])


def _row(state: StateJson, width: int) -> str:
    status = click.style(f"{state['status']:<10}", fg=COLOURS.get(state["status"]))
    return f"{state['id']:<{width}}  {status}  {state['reason']}"


def until_ready(gateway: Gateway, domain: str, *, timeout_s: float, quiet: bool) -> StateJson:
    """Follow a domain until it is ready, closed, has failed for good, or the time is up.

    On a terminal a bar shows the progress; elsewhere each new status is one line on stderr.
    """
    end = time.monotonic() + timeout_s

    def left_s() -> float:
        return end - time.monotonic()

    show = _silent if quiet else _bar() if sys.stderr.isatty() else _lines()
    state: StateJson = {}
    for state in gateway.follow(domain, left_s=left_s):
        show(state)
        failed = state["status"] == "failed" and state["retry"] is None
        if state["ready"] or failed or state["closed"] is not None:
            break
    if show is not _silent:
        click.echo(err=True)
    return state


def _silent(_state: StateJson) -> None:
    pass


def _lines() -> Callable[[StateJson], None]:
    shown: list[str] = []

    def show(state: StateJson) -> None:
        text = f"{state['status']}: {state['reason']}"
        if shown[-1:] != [text]:
            shown.append(text)
            click.echo(text, err=True)

    return show


def _bar() -> Callable[[StateJson], None]:
    bar = click.progressbar(
        length=1000, file=sys.stderr, show_eta=False, show_percent=True, item_show_func=_label
    )

    def show(state: StateJson) -> None:
        share = 1.0 if state["ready"] else (state["wake"] or {}).get("progress", 0.0)
        bar.update(max(0, int(share * 1000) - bar.pos), state)

    return show


def _label(state: StateJson | None) -> str:
    if state is None:
        return ""
    left = (state["wake"] or {}).get("remaining_s")
    about = f", about {left:.0f} s left" if left else ""
    return f"{state['reason']}{about}"
