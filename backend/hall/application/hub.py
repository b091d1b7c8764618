"""The hub: who follows one domain gets always its latest state, who follows all what changed.

A listener holds one state, the newest; a follower one mark, how far it has read: a slow reader
skips, it never queues. A subscription is a context manager, so its removal is certain.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hall.application.revisions import Change, Mark, Revisions
from hall.core.errors import BusyError
from hall.core.model.aspect import Aspect, Changed
from hall.core.model.state import ServerState


class HubClosedError(Exception):
    """The hub closed: Hall is stopping, and no further state will come."""


@dataclass(frozen=True, slots=True)
class News:
    """What changed up to a mark, the latest first.

    ``changes`` is None when that cannot be told: the mark from which it was asked is of another run
    of Hall. Then a new snapshot must be taken, and followed from its mark.
    """

    mark: Mark
    changes: tuple[Change, ...] | None


class _Client:
    """Who waits for news, until it is closed. It is rung at first, for what there is already."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self._news.set()
        self._closed = False

    def ring(self) -> None:
        """There is news."""
        self._news.set()

    def close(self) -> None:
        """End it: ``next`` raises HubClosedError from now on, also where it waits."""
        self._closed = True
        self._news.set()

    async def _rung(self) -> None:
        await self._news.wait()
        if self._closed:
            raise HubClosedError
        self._news.clear()


class Listener(_Client):
    """One follower of one domain: it holds the newest state, and none before it."""

    def __init__(self, latest: ServerState) -> None:
        super().__init__()
        self._latest = latest

    async def next(self) -> ServerState:
        """The newest state: at once the first time, then when there is a newer one.

        Raises:
            HubClosedError: no further state will come.
        """
        await self._rung()
        return self._latest

    def put(self, state: ServerState) -> None:
        """Replace the state that waits to be read."""
        self._latest = state
        self.ring()


class Follower(_Client):
    """One follower of everything: it holds how far it has read, and nothing else."""

    def __init__(self, revisions: Revisions, mark: Mark) -> None:
        super().__init__()
        self._revisions = revisions
        self._mark = mark

    async def next(self) -> News:
        """What changed since it was asked last: at once, if anything did, else when it does.

        Raises:
            HubClosedError: nothing more will come.
        """
        while True:
            await self._rung()
            changes, mark = self._revisions.since(self._mark), self._revisions.mark
            if changes != ():
                self._mark = mark
                return News(mark, changes)


class Hub:
    """All who follow something: a domain, or all that Hall knows."""

    def __init__(self, limit: int) -> None:
        self.revisions = Revisions()
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._followers: set[Follower] = set()
        self._limit = limit
        self._clients: set[_Client] = set()
        self._closed = False
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def listener(self, domain: str, snapshot: ServerState) -> Iterator[Listener]:
        """Follow a domain from within Hall, from this snapshot on, until the context ends."""
        listener = Listener(snapshot)
        self._listeners[domain].add(listener)
        try:
            yield listener
        finally:
            self._listeners[domain].discard(listener)
            if not self._listeners[domain]:
                del self._listeners[domain]

    @contextmanager
    def client(self, domain: str, snapshot: ServerState) -> Iterator[Listener]:
        """Follow a domain from outside this process: the same, with a limit on how many may.

        Raises:
            BusyError: as many clients as this machine can bear are here already.
            HubClosedError: Hall is stopping.
        """
        with self.listener(domain, snapshot) as listener, self._let_in(listener):
            yield listener

    @contextmanager
    def follower(self, mark: Mark) -> Iterator[Follower]:
        """Follow everything from within Hall, from a mark on, until the context ends."""
        follower = Follower(self.revisions, mark)
        self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)

    @contextmanager
    def overseer(self, mark: Mark) -> Iterator[Follower]:
        """Follow everything from outside this process: the same, with a limit on how many may.

        Raises:
            BusyError: as many clients as this machine can bear are here already.
            HubClosedError: Hall is stopping.
        """
        with self.follower(mark) as follower, self._let_in(follower):
            yield follower

    @contextmanager
    def _let_in(self, client: _Client) -> Iterator[None]:
        if self._closed:
            raise HubClosedError
        if self.clients >= self._limit:
            raise BusyError(f"{self.clients} pages are connected, expected at most {self._limit}")
        self._clients.add(client)
        self._nobody.clear()
        try:
            yield
        finally:
            self._clients.discard(client)
            if not self._clients:
                self._nobody.set()

    @property
    def clients(self) -> int:
        """How many pages and scripts follow something now."""
        return len(self._clients)

    async def empty(self) -> None:
        """Wait until no client is left."""
        await self._nobody.wait()

    def announce(self, state: ServerState, changed: Changed) -> None:
        """Tell all whom it concerns what changed in a server and its domains."""
        self.revisions.note(state.id, changed)
        for name, aspects in changed.items():
            if name is not None and Aspect.STATUS in aspects:
                for listener in self._listeners.get(name, ()):
                    listener.put(state)
        for follower in self._followers:
            follower.ring()

    def close(self) -> None:
        """End every client, and let nobody in any more; those within Hall go on until cancelled."""
        self._closed = True
        for client in tuple(self._clients):
            client.close()
