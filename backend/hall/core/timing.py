"""Time as Hall counts it."""

Instant = float
"""Seconds since the Unix epoch, UTC. Time is always an argument."""


def span(seconds: float) -> str:
    """A stretch of time in two units at most, the same in every language: ``2 h 5 min``."""
    total = max(0, round(seconds))
    if total < 60:  # noqa: PLR2004
        return f"{total} s"
    minutes, hours, days = total // 60, total // 3600, total // 86_400
    if days:
        return _two(days, "d", hours % 24, "h")
    if hours:
        return _two(hours, "h", minutes % 60, "min")
    return f"{minutes} min"


def _two(big: int, unit: str, small: int, smaller: str) -> str:
    return f"{big} {unit} {small} {smaller}" if small else f"{big} {unit}"
