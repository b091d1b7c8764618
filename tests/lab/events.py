"""What a lab server has lived through: the lines that the machine wrote."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is the monotonic clock, which every process of this machine shares; `wall` is Unix time.

    Kinds, in the order of a boot: `asleep`, `magic` (one per packet heard, `detail` says which),
    `power`, `network` (the address is up), `dockerd` (started), `docker` (it answers). While it
    is awake, `told` (a program on it sends it to sleep) and `crashed` (a service; `detail` which).
    """

    kind: str
    at: float
    wall: float
    detail: dict[str, Any]


def read_events(path: Path) -> list[Event]:
    """Every event so far, oldest first; a line half written is left for later."""
    if not path.exists():
        return []
    whole = path.read_text(encoding="utf-8").rpartition("\n")[0]
    return [Event(**json.loads(line)) for line in whole.splitlines()]


def this_night(events: list[Event]) -> list[Event]:
    """From the last time that it fell asleep."""
    last = max((i for i, event in enumerate(events) if event.kind == "asleep"), default=0)
    return events[last:]
