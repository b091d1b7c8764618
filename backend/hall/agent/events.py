"""The news that the agent tells by itself, to everybody who listens."""

import asyncio
import json
from weakref import WeakSet

from hall.core.model.power import PowerNews

WAITING = 16
"""How many news may wait for a listener; one that takes none loses the oldest."""


class EventListener:
    """One who listens, from its making on; a stream of lines."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(WAITING)

    def hear(self, line: bytes) -> None:
        """Keep a line for it."""
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(line)

    async def line(self) -> bytes | None:
        """The next news; there is no end. It may be cancelled."""
        return await self._waiting.get()

    async def aclose(self) -> None:
        """Nothing is behind it: who is forgotten hears no more."""


class EventFeed:
    """Tells news to all listeners."""

    def __init__(self) -> None:
        self._listeners: WeakSet[EventListener] = WeakSet()

    def listener(self) -> EventListener:
        """One more."""
        listener = EventListener()
        self._listeners.add(listener)
        return listener

    def tell(self, news: PowerNews) -> None:
        """Tell them all."""
        self.put(json.dumps({"news": news.value}).encode())

    def put(self, line: bytes) -> None:
        """Tell them all a line."""
        for listener in self._listeners:
            listener.hear(line)
