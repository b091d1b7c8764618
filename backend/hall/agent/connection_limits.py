"""Who is connected to the agent: strangers, until they bring a request that Hall signed.

A stranger can keep nobody out: when there are too many of them, the oldest gives way.
"""

import asyncio
from collections.abc import Callable

from hall.agent.bounds import Bounds


class AgentPeer:
    """One connection, served by ``task``."""

    def __init__(
        self, task: asyncio.Task[None], authenticate: Callable[["AgentPeer"], bool]
    ) -> None:
        self.task = task
        self.known = False
        self._authenticate = authenticate

    def authenticate(self) -> bool:
        """It brought a request that Hall signed; False when there are too many such."""
        self.known = self.known or self._authenticate(self)
        return self.known


class Guests:
    """All connections."""

    def __init__(self, bounds: Bounds = Bounds()) -> None:
        self._bounds = bounds
        self._unauthenticated: dict[AgentPeer, None] = {}
        self._known: set[AgentPeer] = set()

    def enter(self, task: asyncio.Task[None]) -> AgentPeer:
        """Let one in; the oldest stranger is cut off when there are too many."""
        if len(self._unauthenticated) >= self._bounds.unauthenticated:
            oldest = next(iter(self._unauthenticated))
            del self._unauthenticated[oldest]
            oldest.task.cancel()
        guest = AgentPeer(task, self._authenticate)
        self._unauthenticated[guest] = None
        return guest

    def leave(self, guest: AgentPeer) -> None:
        """It is gone."""
        self._unauthenticated.pop(guest, None)
        self._known.discard(guest)

    async def send_away(self) -> None:
        """Cut everybody off, and wait until they are gone."""
        tasks = [guest.task for guest in (*self._unauthenticated, *self._known)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _authenticate(self, guest: AgentPeer) -> bool:
        if len(self._known) >= self._bounds.known:
            return False
        self._unauthenticated.pop(guest, None)
        self._known.add(guest)
        return True
