"""Whose turn it is to probe: at most so many probes a second of all that is at rest.

A probe at rest asks for a turn when it is due. While turns are short, links that matter more go
first and the intervals of the others stretch, but no further than ``MOST_S``: what has waited that
long goes before anything else. The probes of a wake need no turn.

By hand: a rate limiter of a library (aiolimiter) makes callers queue in the order in which they
came, each in a task of its own; here thousands wait, by rank, and without a task.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count

CATCH_UP_S = 0.05
"""Turns of so many seconds may be given at once, after a pause in which nobody asked."""


class Rank(IntEnum):
    """Which links go first while turns are short."""

    NETWORK = 0
    OPEN = 1
    CLOSED = 2
    DOCKER = 3


MOST_S = {Rank.NETWORK: 58.0, Rank.OPEN: 58.0, Rank.CLOSED: 58.0, Rank.DOCKER: 300.0}
"""Seconds from one probe to the next, however many there are: an app within a minute, and Docker,
whose event stream tells of a cut by itself, more seldom."""

_HEADROOM = 1.02


class Turn:
    """A turn that was asked for; ``gone`` once it was given or called off."""

    __slots__ = ("due", "go", "gone", "latest", "rank")

    def __init__(self, rank: Rank, due: float, latest: float, go: Callable[[], None]) -> None:
        self.rank, self.due, self.latest, self.go = rank, due, latest, go
        self.gone = False

    def cancel(self) -> None:
        """Call it off: ``go`` is not called any more; a turn that was given stays so."""
        self.gone = True


class Turns:
    """Gives turns, from the task that asks for the first until ``close``."""

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._numbers = count()
        self._coming: list[tuple[float, int, Turn]] = []
        self._overdue: list[tuple[float, int, Turn]] = []
        self._ready: dict[Rank, deque[Turn]] = {rank: deque() for rank in Rank}
        self._free_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, rank: Rank, go: Callable[[], None], *, due: float, latest: float) -> Turn:
        """Call ``go`` when it is due and a turn is free; both instants are of the loop's clock."""
        turn = Turn(rank, due, latest, go)
        heappush(self._coming, (due, next(self._numbers), turn))
        if self._timer is None or due < self._timer.when():
            self._wait_until(max(due, self._free_at))
        return turn

    def close(self) -> None:
        """Give no turn any more to those who wait; a new ``ask`` opens it again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait_until(self, at: float) -> None:
        self.close()
        self._timer = asyncio.get_running_loop().call_at(at, self._give)

    def _give(self) -> None:
        """Give the turns that are free to those who are due, and wait for the next."""
        self._timer = None
        now = asyncio.get_running_loop().time()
        self._note_due(now)
        self._free_at = max(self._free_at, now - CATCH_UP_S)
        given = None
        while self._free_at <= now and (given := self._first(now)) is not None:
            given.gone = True
            self._free_at += 1 / self.per_second
            given.go()
        if self._free_at > now and any(self._ready.values()):
            self._wait_until(self._free_at)
        elif self._coming:
            self._wait_until(max(self._coming[0][0], self._free_at))

    def _note_due(self, now: float) -> None:
        while self._coming and self._coming[0][0] <= now:
            turn = heappop(self._coming)[2]
            if not turn.gone:
                self._ready[turn.rank].append(turn)
                heappush(self._overdue, (turn.latest, next(self._numbers), turn))

    def _first(self, now: float) -> Turn | None:
        """The one that has waited as long as it may, or the first in rank."""
        while self._overdue and (self._overdue[0][0] <= now or self._overdue[0][2].gone):
            turn = heappop(self._overdue)[2]
            if not turn.gone:
                return turn
        for queue in self._ready.values():
            while queue:
                turn = queue.popleft()
                if not turn.gone:
                    return turn
        return None


def enough_for(links: dict[Rank, int]) -> float:
    """The fewest turns a second with which each of so many links is probed within ``MOST_S``."""
    return _HEADROOM * sum(number / MOST_S[rank] for rank, number in links.items())
