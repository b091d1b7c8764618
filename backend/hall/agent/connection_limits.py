"""Who is connected to the agent: unauthenticated, until they bring a request that Hall signed.

Nobody unauthenticated keeps others out: when there are too many of them, the oldest gives way.
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
        """Count it as authenticated: it brought a request that Hall signed.

        False when as many as may be are known already.
        """
        self.known = self.known or self._authenticate(self)
        return self.known


class Guests:
    """The agent's connections, within ``Bounds``: the unauthenticated and the known ones apart."""

    def __init__(self, bounds: Bounds = Bounds()) -> None:
        self._bounds = bounds
        self._unauthenticated: dict[AgentPeer, None] = {}
        self._known: set[AgentPeer] = set()

    def enter(self, task: asyncio.Task[None]) -> AgentPeer:
        """Let one in; the oldest unauthenticated one is cut off when there are too many."""
        if len(self._unauthenticated) >= self._bounds.unauthenticated:
            oldest = next(iter(self._unauthenticated))
            del self._unauthenticated[oldest]
            oldest.task.cancel()
        guest = AgentPeer(task, self._authenticate)
        self._unauthenticated[guest] = None
        return guest

    def leave(self, guest: AgentPeer) -> None:
        """Forget a connection that has ended, also one that was cut off before."""
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
