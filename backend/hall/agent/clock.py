"""The agent's time: the only module of the agent that asks for it."""

import time


class AgentClock:
    """The wall clock as it was at the start, plus the time that has run since, asleep or not.

    It never goes back, whatever NTP or an administrator does to the wall clock: a request that has
    expired stays so. Hall adapts to this time, right or wrong.
    """

    def __init__(self) -> None:
        wall = time.clock_gettime(time.CLOCK_REALTIME)
        self._start = wall - time.clock_gettime(time.CLOCK_BOOTTIME)

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return self._start + time.clock_gettime(time.CLOCK_BOOTTIME)

    def slept(self) -> float:
        """Seconds that this machine has been suspended since its boot (clock_gettime(2)).

        Never too much: CLOCK_MONOTONIC stands still in a suspend and is read last.
        """
        boot = time.clock_gettime(time.CLOCK_BOOTTIME)
        return boot - time.clock_gettime(time.CLOCK_MONOTONIC)
