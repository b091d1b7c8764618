"""The power events that the agent announces by itself, to each open stream."""

import asyncio
import json
from weakref import WeakSet

from hall.core.model.power import PowerNews

WAITING = 16
"""How many news may wait for a listener; one that takes none loses the oldest."""


class EventListener:
    """The events for one stream, from its creation on, as lines."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(WAITING)

    def hear(self, line: bytes) -> None:
        """Queue a line, without waiting; of more than ``WAITING``, the oldest is dropped."""
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(line)

    async def line(self) -> bytes | None:
        """The next line, as soon as there is one; there is no end. It may be cancelled."""
        return await self._waiting.get()

    async def aclose(self) -> None:
        """Nothing is to be closed: a feed forgets those that nobody holds any more."""


class EventFeed:
    """Passes events on to all listeners, which it holds weakly: none need sign off."""

    def __init__(self) -> None:
        self._listeners: WeakSet[EventListener] = WeakSet()

    def listener(self) -> EventListener:
        """A new listener; it hears what is told from now on, as long as the caller holds it."""
        listener = EventListener()
        self._listeners.add(listener)
        return listener

    def tell(self, news: PowerNews) -> None:
        """Tell the news to all listeners, as a line of JSON: ``{"news": "woke_up"}``."""
        self.put(json.dumps({"news": news.value}).encode())

    def put(self, line: bytes) -> None:
        """Queue a line for all listeners, without waiting for any of them."""
        for listener in self._listeners:
            listener.hear(line)
