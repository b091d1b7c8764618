"""An oracle for schedules: a table of what the wall clock shows in every minute.

It goes from UTC to local time only, a way that is never in doubt, and knows nothing of gaps and
folds: a window is open from the first to the last minute whose wall clock lies in it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hall.core.config.hours import Hours, MonthDay
from hall.core.model.schedule import Opening, Schedule

DAY = 24 * 60

CHANGES = {
    "Europe/Paris": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),  # back for Ramadan
    "America/Santiago": (date(2026, 4, 4), date(2026, 9, 6)),  # at midnight
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),  # to midnight
    "Asia/Kathmandu": (date(2026, 3, 29),),  # 5:45 ahead, all year
}
"""Zones, and when their clocks change in 2026."""


class Table:
    """When the wall clock of a zone showed each minute first and last, from one date to another."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        self.days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
        self.end = self.start + len(self.days) * DAY * 60
        self._shown: dict[int, tuple[int, int]] = {}
        here = ZoneInfo(zone)
        for at in range(self.start - 3 * DAY * 60, self.end + 3 * DAY * 60, 60):
            clock = datetime.fromtimestamp(at, here)
            wall = clock.toordinal() * DAY + clock.hour * 60 + clock.minute
            self._shown[wall] = (self._shown.get(wall, (at,))[0], at)

    def openings(self, schedule: Schedule) -> list[Opening]:
        """Those that touch the dates of the table in UTC, put together from single minutes."""
        minutes: set[int] = set()
        for stretch in self._windows(schedule):
            minutes |= stretch
        starts = sorted(at for at in minutes if at - 60 not in minutes)
        ends = sorted(at + 60 for at in minutes if at + 60 not in minutes)
        both = zip(starts, ends, strict=True)
        return [Opening(s, e) for s, e in both if s < self.end and e > self.start]

    def _windows(self, schedule: Schedule) -> Iterator[set[int]]:
        for n in range(-2, len(self.days) + 1):
            day = self.days[0] + timedelta(days=n)
            for hours in hours_of(schedule, day):
                midnight = day.toordinal() * DAY
                yield self._stretch(midnight + hours.begin, midnight + hours.end)

    def _stretch(self, begin: int, end: int) -> set[int]:
        shown = [self._shown[wall] for wall in range(begin, end) if wall in self._shown]
        if not shown:
            return set()
        return set(range(min(at for at, _ in shown), max(at for _, at in shown) + 60, 60))


def hours_of(schedule: Schedule, day: date) -> list[Hours]:
    """Those of one date, by the dates written out for its year and for those beside it."""
    closed = any(first <= day <= last for first, last in schedule.closed)
    yearly_closed = any(
        day in written_out(first, last, day.year + n)
        for first, last in schedule.yearly_closed
        for n in (-1, 0)
    )
    found = [hours for one, hours in schedule.extra if one == day]
    if not closed:
        found += [hours for one, hours in schedule.yearly_extra if one == (day.month, day.day)]
    if not closed and not yearly_closed:
        found += schedule.weekly[day.weekday()]
    return found


def written_out(first: MonthDay, last: MonthDay, year: int) -> set[date]:
    """The days from one to the other, the first of them in this year."""
    days = (date(year, 1, 1) + timedelta(n) for n in range(731))
    end = year if first <= last else year + 1
    return {day for day in days if (year, *first) <= (day.year, day.month, day.day) <= (end, *last)}


@lru_cache
def table(zone: str, first: date, last: date) -> Table:
    """The table of a zone, made once."""
    return Table(zone, first, last)
