"""Times of a day and days of a year, as opening windows have them."""

from dataclasses import dataclass

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """A window of one date, in minutes after its midnight; over ``DAY_MINUTES`` is the next."""

    begin: int
    end: int


MonthDay = tuple[int, int]
"""A day of every year, as month and day; (2, 29) is a day of leap years only."""


def within_year(day: MonthDay, first: MonthDay, last: MonthDay) -> bool:
    """Whether a day is one from ``first`` to ``last``, which may lie beyond New Year."""
    if first <= last:
        return first <= day <= last
    return day >= first or day <= last
