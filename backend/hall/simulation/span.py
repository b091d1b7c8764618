"""From when to when a simulation goes: whole days, from midnight to midnight."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hall.core.timing import Instant
from hall.simulation.signs import Signs

Span = tuple[Instant, Instant]
"""When the simulation begins, and when it ends."""


def whole_days(signs: Signs, zone: str, days: int | None) -> Span:
    """From the day of the first visit to that of the last, or so many days from the first on."""
    times = [known for known in signs.visits.values() if known]
    first = _date(min(known[0] for known in times), zone)
    last = _date(max(known[-1] for known in times), zone)
    end = last + timedelta(days=1) if days is None else first + timedelta(days=days)
    return _midnight(first, zone), _midnight(end, zone)


def _date(at: Instant, zone: str) -> date:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).date()


def _midnight(day: date, zone: str) -> Instant:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
