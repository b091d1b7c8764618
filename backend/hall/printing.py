"""How the command line shows states: a table, a line, and a bar that follows a wake."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

import click

from hall.client import Gateway, State
from hall.core.errors import Problem

COLOURS = {
    "healthy": "green",
    "failed": "red",
    "unhealthy": "red",
    "waking": "yellow",
    "docker_up": "yellow",
}


def as_json(body: object) -> str:
    """JSON for scripts and eyes."""
    return json.dumps(body, indent=2, ensure_ascii=False)


def rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as JSON rows."""
    return [asdict(problem) for problem in problems]


def table(states: Sequence[State]) -> str:
    """States, one a line, in columns."""
    width = max((len(state["id"]) for state in states), default=0)
    return "\n".join(_row(state, width) for state in states)


def line(state: State) -> str:
    """One state in one line."""
    return _row(state, len(state["id"]))


def _row(state: State, width: int) -> str:
    status = click.style(f"{state['status']:<10}", fg=COLOURS.get(state["status"]))
    return f"{state['id']:<{width}}  {status}  {state['reason']}"


def until_ready(gateway: Gateway, domain: str, *, timeout_s: float, quiet: bool) -> State:
    """Follow a domain until it is ready, has failed for good, or the time is up.

    On a terminal a bar shows the progress; elsewhere each new status is one line on stderr.
    """
    end = time.monotonic() + timeout_s

    def left_s() -> float:
        return end - time.monotonic()

    show = _silent if quiet else _bar() if sys.stderr.isatty() else _lines()
    state: State = {}
    for state in gateway.follow(domain, left_s=left_s):
        show(state)
        if state["ready"] or (state["status"] == "failed" and state["retry"] is None):
            break
    if show is not _silent:
        click.echo(err=True)
    return state


def _silent(_state: State) -> None:
    pass


def _lines() -> Callable[[State], None]:
    shown: list[str] = []

    def show(state: State) -> None:
        text = f"{state['status']}: {state['reason']}"
        if shown[-1:] != [text]:
            shown.append(text)
            click.echo(text, err=True)

    return show


def _bar() -> Callable[[State], None]:
    bar = click.progressbar(
        length=1000, file=sys.stderr, show_eta=False, show_percent=True, item_show_func=_label
    )

    def show(state: State) -> None:
        share = 1.0 if state["ready"] else (state["wake"] or {}).get("progress", 0.0)
        bar.update(max(0, int(share * 1000) - bar.pos), state)

    return show


def _label(state: State | None) -> str:
    if state is None:
        return ""
    left = (state["wake"] or {}).get("remaining_s")
    about = f", about {left:.0f} s left" if left else ""
    return f"{state['reason']}{about}"
