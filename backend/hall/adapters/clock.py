"""The time: the only module that asks for it."""

import time

from hall.core.timing import Instant

STEP_S = 2.0
"""From how many seconds on the clock counts as set. A leap second is less; what NTP slews shows in
neither, for both clocks are slewed alike; several small steps are noticed once they add up."""

_TRIES, _CLOSE_S = 3, 0.1
"""How often both clocks are read, and how close to each other that must be."""


class SystemClock:
    """The wall clock at construction plus the time that has run since, until it is seen to be set.

    Between two calls of ``stepped`` no correction (NTP, an administrator) moves it, so that all
    who ask see one time. What runs is CLOCK_BOOTTIME (Linux, clock_gettime(2)): a gateway that
    was itself suspended does not fall behind.
    """

    def __init__(self) -> None:
        self._start = time.time() - _running()  # noqa: TID251 - this is the module that asks

    def now(self) -> Instant:
        """Seconds since the Unix epoch; goes back only where ``stepped`` said so."""
        return self._start + _running()

    def stepped(self) -> float:
        """By how many seconds the wall clock was set since the last call; 0 while it was not.

        From this call on ``now`` follows it.
        """
        start = _wall_at_start()
        if start is None or abs(start - self._start) < STEP_S:
            return 0.0
        by_s, self._start = start - self._start, start
        return by_s


def _wall_at_start() -> float | None:
    """What the wall clock showed when the running one began; None while that cannot be told.

    A process that is held up between two readings would take that for a step.
    """
    for _ in range(_TRIES):
        before = _running()
        wall = time.time()  # noqa: TID251 - this is the module that asks
        if _running() - before < _CLOSE_S:
            return wall - before
    return None


def _running() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
