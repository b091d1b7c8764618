"""Time as Hall counts it."""

from dataclasses import dataclass

Instant = float
"""Seconds since the Unix epoch, UTC. Time is always an argument."""

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Duration:
    """A stretch of time, in seconds; ``str()`` gives it in English.

    One that runs on has the instant ``since`` which it lasts, or ``until`` which it lasts, so that
    who shows it can count on; ``seconds`` is its length when it was made.
    """

    seconds: float
    since: Instant | None = None
    until: Instant | None = None

    @classmethod
    def ago(cls, since: Instant, now: Instant) -> "Duration":
        """From an instant that is over until now."""
        return cls(now - since, since=since)

    @classmethod
    def left(cls, until: Instant, now: Instant) -> "Duration":
        """From now until an instant to come."""
        return cls(until - now, until=until)

    def __str__(self) -> str:
        """In two units at most: ``2 h 5 min``."""
        total = max(0, round(self.seconds))
        if total >= DAY_S:
            return _two(total // DAY_S, "d", total % DAY_S // HOUR_S, "h")
        if total >= HOUR_S:
            return _two(total // HOUR_S, "h", total % HOUR_S // MINUTE_S, "min")
        return f"{total // MINUTE_S} min" if total >= MINUTE_S else f"{total} s"


def _two(big: int, unit: str, small: int, smaller: str) -> str:
    return f"{big} {unit} {small} {smaller}" if small else f"{big} {unit}"
