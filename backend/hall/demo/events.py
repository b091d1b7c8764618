"""The event stream of a simulated Docker Engine: what happened, and what happens."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from hall.demo.clock import now_ns, parse_ns
from hall.demo.containers import SimulatedContainer
from hall.demo.filters import Filters, any_of, has_labels, parse_filters

SimulatedEvent = dict[str, Any]

_KEPT = 256
_FILTERS = frozenset({"type", "event", "container", "label", "image"})


class SimulatedEventLog:
    """The events since Docker came up, the last 256 of them, and those who listen."""

    def __init__(self) -> None:
        self._past: deque[SimulatedEvent] = deque(maxlen=_KEPT)
        self._listeners: set[asyncio.Queue[SimulatedEvent]] = set()

    def add(self, container: SimulatedContainer, action: str, details: dict[str, str]) -> None:
        """Record what a container did, and tell the listeners."""
        event = _event(container, action, details)
        self._past.append(event)
        for listener in self._listeners:
            listener.put_nowait(event)

    def stream(self, query: Mapping[str, str]) -> AsyncGenerator[bytes]:
        """Answer `GET /events`: lines of JSON, past ones only with `since` or `until`.

        Raises:
            ValueError: A parameter makes no sense.
        """
        filters = parse_filters(query.get("filters", ""), known=_FILTERS)
        since, until = (parse_ns(query[name]) if query.get(name) else None for name in _SPAN)
        return self._lines(filters, since, until)

    async def _lines(
        self, filters: Filters, since: int | None, until: int | None
    ) -> AsyncGenerator[bytes]:
        with self._listening(since, until) as queue, suppress(TimeoutError):
            while True:
                event = await _next(queue, until)
                if _wanted(event, filters):
                    yield json.dumps(event).encode() + b"\n"

    @contextmanager
    def _listening(
        self, since: int | None, until: int | None
    ) -> Iterator[asyncio.Queue[SimulatedEvent]]:
        queue: asyncio.Queue[SimulatedEvent] = asyncio.Queue()
        if since is not None or until is not None:
            for event in self._past:
                if (since or 0) <= event["timeNano"] and (not until or event["timeNano"] <= until):
                    queue.put_nowait(event)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)


_SPAN = ("since", "until")


async def _next(queue: asyncio.Queue[SimulatedEvent], until: int | None) -> SimulatedEvent:
    if not queue.empty():
        return queue.get_nowait()
    left = None if until is None else (until - now_ns()) / 1e9
    async with asyncio.timeout(left):
        return await queue.get()


def _event(container: SimulatedContainer, action: str, details: dict[str, str]) -> SimulatedEvent:
    moment = now_ns()
    attributes = {**container.labels, "image": container.scene.image, "name": container.name}
    return {
        "status": action,
        "id": container.id,
        "from": container.scene.image,
        "Type": "container",
        "Action": action,
        "Actor": {"ID": container.id, "Attributes": attributes | details},
        "scope": "local",
        "time": moment // 1_000_000_000,
        "timeNano": moment,
    }


def _wanted(event: SimulatedEvent, filters: Filters) -> bool:
    action, actor = event["Action"], event["Actor"]
    names = (actor["ID"], actor["Attributes"]["name"])
    return (
        any_of(filters, "type", lambda value: value == event["Type"])
        and any_of(filters, "event", lambda value: value in (action, action.partition(":")[0]))
        and any_of(filters, "container", lambda value: any(n.startswith(value) for n in names))
        and any_of(filters, "image", lambda value: value == event["from"])
        and has_labels(filters, actor["Attributes"])
    )
