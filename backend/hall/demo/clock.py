"""The wall clock of the simulated servers: like a real Docker's, it is not Hall's."""

import time
from datetime import UTC, datetime

NEVER = "0001-01-01T00:00:00Z"
_SECOND_NS = 1_000_000_000


def now_ns() -> int:
    """Nanoseconds since 1970 by the clock of the simulated servers."""
    return time.time_ns()


def minute_of_day() -> int:
    """Return the minutes since midnight, UTC; one that has begun counts."""
    return -(-now_ns() // (60 * _SECOND_NS)) % (24 * 60)


def iso(moment_ns: int | None) -> str:
    """Write a moment as Docker does: UTC with nanoseconds; Go's zero time for None."""
    if moment_ns is None:
        return NEVER
    seconds, fraction = divmod(moment_ns, _SECOND_NS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"


def parse_ns(text: str) -> int:
    """Read `seconds[.nanoseconds]` as in `since=`; raise ValueError for anything else."""
    seconds, _, fraction = text.partition(".")
    return int(seconds) * _SECOND_NS + int(fraction.ljust(9, "0")[:9])


def ago(moment_ns: int | None) -> str:
    """Say how long ago a moment was, in Docker's words."""
    seconds = 0 if moment_ns is None else (now_ns() - moment_ns) // _SECOND_NS
    for unit, length in (("hours", 3600), ("minutes", 60), ("seconds", 1)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return "Less than a second" if seconds < 1 else "1 second"
