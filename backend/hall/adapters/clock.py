"""The time: the only module that asks for it."""

import time

from hall.core.facts import Instant


class SystemClock:
    """The wall clock as it was at construction, plus the time that has run since.

    A correction of the wall clock (NTP, an administrator) does not move it: durations stay true
    for as long as the process lives. What counts is CLOCK_BOOTTIME (Linux, clock_gettime(2)),
    so that a gateway that was itself suspended does not fall behind.
    """

    def __init__(self) -> None:
        wall = time.time()  # noqa: TID251 - this is the module that asks
        self._start = wall - time.clock_gettime(time.CLOCK_BOOTTIME)

    def now(self) -> Instant:
        """Seconds since the Unix epoch; never goes back."""
        return self._start + time.clock_gettime(time.CLOCK_BOOTTIME)
