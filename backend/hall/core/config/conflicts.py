"""What contradicts itself in the windows and dates of one schedule."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from hall.core.config.hours import DAY_MINUTES, within_year
from hall.core.config.windows import (
    DAYS,
    ClosedDates,
    ExtraWindow,
    OpenWindow,
    dates_of,
    days_of,
    hours_of,
    month_day,
    repeats,
)

_EVERY_DAY = [
    f"{date.fromordinal(day):%m-%d}"
    for day in range(date(2000, 1, 1).toordinal(), date(2001, 1, 1).toordinal())
]
"""The days of a leap year."""

Contradictions = Iterator[tuple[tuple[str | int, ...], str]]
"""Pairs of a place within the policy, and what is wrong there."""


def contradictions(
    weekly: Sequence[OpenWindow],
    closed: Sequence[str | ClosedDates],
    extra: Sequence[ExtraWindow],
) -> Contradictions:
    """Windows that overlap, and dates that are both closed and extra."""
    week = [
        _span(index, window, day, DAYS.index(day))
        for index, window in enumerate(weekly)
        for day in window.days
    ]
    for one, other in _overlaps(week, every=7 * DAY_MINUTES):
        yield ("open", one.index), _twice_open(one, other, "open")
    years = _years(extra)
    dates = [
        _span(index, window, window.date, day.toordinal())
        for index, window in enumerate(extra)
        for day in _on(window.date, years)
    ]
    for one, other in _overlaps(dates):
        yield ("extra", one.index), _twice_open(one, other, "extra")
    yield from _closed_and_extra(closed, extra)
    yearly = [one for one in closed if repeats(one)]
    if not extra and all(any(_closes(one, day) for one in yearly) for day in _EVERY_DAY):
        text = "closes every day of the year: it never opens; expected days without a closed date"
        yield ("closed",), text


def _closed_and_extra(
    closed: Sequence[str | ClosedDates], extra: Sequence[ExtraWindow]
) -> Contradictions:
    """Only of two that both repeat, or both do not: else one is the exception to the other."""
    for index, window in enumerate(extra):
        for number, dates in enumerate(closed):
            if repeats(window.date) == repeats(dates) and _closes(dates, window.date):
                text = f"{window.date} stands in closed[{number}] too; expected a date that is open"
                yield ("extra", index, "date"), text


def _closes(dates: str | ClosedDates, day: str) -> bool:
    if repeats(dates):
        return within_year(month_day(day), *days_of(dates))
    first, last = dates_of(dates)
    return first <= date.fromisoformat(day) <= last


def _years(extra: Sequence[ExtraWindow]) -> set[int]:
    """The years in which two windows can be found to overlap: a leap year, and those named."""
    named = {date.fromisoformat(one.date).year for one in extra if not repeats(one.date)}
    return {year + more for year in {2000, *named} for more in (-1, 0, 1)}


def _on(written: str, years: set[int]) -> Iterator[date]:
    """The dates that are meant, in these years; 02-29 is only in some."""
    if not repeats(written):
        yield date.fromisoformat(written)
        return
    for year in sorted(years):
        with suppress(ValueError):
            yield date(year, *month_day(written))


@dataclass(frozen=True, slots=True)
class _Span:
    """A window on one of its days: its number in the list, its words, and its minutes."""

    index: int
    words: str
    begin: int
    end: int

    def overlaps(self, other: "_Span", later: int) -> bool:
        return self.begin < other.end + later and other.begin + later < self.end


def _span(index: int, window: OpenWindow | ExtraWindow, day: str, number: int) -> _Span:
    hours, midnight = hours_of(window), number * DAY_MINUTES
    words = f"{day} {window.from_} to {window.to}"
    return _Span(index, words, midnight + hours.begin, midnight + hours.end)


def _overlaps(spans: Sequence[_Span], every: int = 0) -> Iterator[tuple[_Span, _Span]]:
    """Each two windows that overlap, the later one of the file first; each two once."""
    told: set[tuple[int, int]] = set()
    for other, one in combinations(spans, 2):
        pair = (other.index, one.index)
        if pair not in told and any(one.overlaps(other, n) for n in (0, every, -every)):
            told.add(pair)
            yield one, other


def _twice_open(one: _Span, other: _Span, key: str) -> str:
    return (
        f"{one.words} overlaps {other.words} of {key}[{other.index}]; "
        "expected windows that do not, or one for both"
    )
