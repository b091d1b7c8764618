"""The hub: whoever wants to follow a domain gets a snapshot, then always the latest state.

A listener holds one state, the newest: a slow reader skips, it never queues. A subscription is a
context manager, so its removal is certain.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from hall.core.errors import BusyError
from hall.core.model.state import ServerState


class HubClosedError(Exception):
    """The hub closed: Hall is stopping, and no further state will come."""


class Listener:
    """One follower of one topic."""

    def __init__(self, latest: ServerState) -> None:
        self._latest = latest
        self._news = asyncio.Event()
        self._closed = False
        self._news.set()

    async def next(self) -> ServerState:
        """The newest state: at once the first time, then when there is a newer one.

        Raises:
            HubClosedError: no further state will come.
        """
        await self._news.wait()
        if self._closed:
            raise HubClosedError
        self._news.clear()
        return self._latest

    def put(self, state: ServerState) -> None:
        """Replace the state that waits to be read."""
        self._latest = state
        self._news.set()

    def close(self) -> None:
        """End the listener, now."""
        self._closed = True
        self._news.set()


class Hub:
    """All listeners, by topic: a server's id, or a domain's."""

    def __init__(self, limit: int) -> None:
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._limit = limit
        self._clients: set[Listener] = set()
        self._closed = False
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def listener(self, topic: str, snapshot: ServerState) -> Iterator[Listener]:
        """Follow a topic from within Hall, from this snapshot on, until the context ends."""
        listener = Listener(snapshot)
        self._listeners[topic].add(listener)
        try:
            yield listener
        finally:
            self._listeners[topic].discard(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]

    @contextmanager
    def client(self, topic: str, snapshot: ServerState) -> Iterator[Listener]:
        """Follow a topic from outside this process: the same, with a limit on how many may.

        Raises:
            BusyError: as many clients as this machine can bear are here already.
            HubClosedError: Hall is stopping.
        """
        if self._closed:
            raise HubClosedError
        if self.clients >= self._limit:
            raise BusyError(f"{self.clients} pages are connected, expected at most {self._limit}")
        with self.listener(topic, snapshot) as listener:
            self._clients.add(listener)
            self._nobody.clear()
            try:
                yield listener
            finally:
                self._clients.discard(listener)
                if not self._clients:
                    self._nobody.set()

    @property
    def clients(self) -> int:
        """How many pages and scripts follow something now."""
        return len(self._clients)

    async def empty(self) -> None:
        """Wait until no client is left."""
        await self._nobody.wait()

    def publish(self, topic: str, state: ServerState) -> None:
        """Hand the state to all who follow the topic."""
        for listener in self._listeners.get(topic, ()):
            listener.put(state)

    def close(self) -> None:
        """End every client, and let nobody in any more; those within Hall go on until cancelled."""
        self._closed = True
        for client in tuple(self._clients):
            client.close()
