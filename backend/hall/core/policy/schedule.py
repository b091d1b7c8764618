"""Opening windows by weekday and time in a named zone, across midnight, right at DST changes.

A window belongs to the date on which it begins: a closed date keeps those of the week from
beginning on it, and lets one that began on the evening before run out. What windows mean where
clocks change stands in ``hall.core.policy.wall_time``.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from hall.core.config.hours import DAY_MINUTES, Hours, MonthDay, within_year
from hall.core.config.policies import ScheduledPolicy
from hall.core.config.windows import DAYS, dates_of, days_of, hours_of, month_day, repeats
from hall.core.model.schedule import Opening, Schedule
from hall.core.policy.wall_time import beginning, ending
from hall.core.timing import Instant

AHEAD_DAYS = 400
"""How far ahead the next opening is looked for: a year and its holidays."""


_DAY_S = 86_400


_EPOCH = date(1970, 1, 1).toordinal()


_CENTURY = range(date(2000, 1, 1).toordinal(), date(2100, 1, 1).toordinal())
"""Dates on which anything can be open: those of the configuration's dates."""


_BLOCK = 32
"""Days that are worked out, and remembered, at a time."""


def schedule_of(policy: ScheduledPolicy, gateway_zone: str) -> Schedule:
    """The windows of a policy, in its own zone or the gateway's."""
    return Schedule(
        zone=policy.timezone or gateway_zone,
        weekly=tuple(
            tuple(hours_of(window) for window in policy.open if day in window.days) for day in DAYS
        ),
        closed=tuple(dates_of(dates) for dates in policy.closed if not repeats(dates)),
        extra=tuple(
            (date.fromisoformat(one.date), hours_of(one))
            for one in policy.extra
            if not repeats(one.date)
        ),
        yearly_closed=tuple(days_of(dates) for dates in policy.closed if repeats(dates)),
        yearly_extra=tuple(
            (month_day(one.date), hours_of(one)) for one in policy.extra if repeats(one.date)
        ),
    )


def opening_at(schedule: Schedule, now: Instant) -> Opening | None:
    """The opening that holds ``now``; None while closed."""
    for opening in _touching(schedule, int(now // _DAY_S)):
        if opening.opens_at <= now < opening.closes_at:
            return opening
    return None


def next_opening(schedule: Schedule, now: Instant) -> Opening | None:
    """The first opening that begins after ``now``; None when there is none within 400 days."""
    day = int(now // _DAY_S)
    for opening in _touching(schedule, day):
        if opening.opens_at > now:
            return opening
    later = _beginning_after(schedule, day)
    return later if later and later.opens_at <= now + AHEAD_DAYS * _DAY_S else None


def turn_after(schedule: Schedule, now: Instant) -> Instant | None:
    """When it closes, while it is open, else when it opens; None when that is not in sight."""
    if (opening := opening_at(schedule, now)) is not None:
        return opening.closes_at
    upcoming = next_opening(schedule, now)
    return None if upcoming is None else upcoming.opens_at


def openings(schedule: Schedule, start: Instant, end: Instant) -> Iterator[Opening]:
    """The openings that touch the time from ``start`` to ``end``, in order, none overlapping.

    Openings that adjoin are one; one that never closes ends with the century.
    """
    first = (int(start // _DAY_S) + _EPOCH - 3) // _BLOCK
    last = (int(end // _DAY_S) + _EPOCH + 1) // _BLOCK
    for opening in _merged_blocks(schedule, first, last):
        if opening.opens_at >= end:
            return
        if opening.closes_at > start:
            yield opening


@lru_cache(maxsize=16_384)
def _touching(schedule: Schedule, day: int) -> tuple[Opening, ...]:
    """Those of one day of UTC, counted from 1970: most looks fall on the day of the last."""
    return tuple(openings(schedule, day * _DAY_S, (day + 1) * _DAY_S))


@lru_cache(maxsize=16_384)
def _beginning_after(schedule: Schedule, day: int) -> Opening | None:
    end = (day + 1) * _DAY_S
    found = openings(schedule, end, end + (AHEAD_DAYS + 1) * _DAY_S)
    return next((opening for opening in found if opening.opens_at >= end), None)


# ---- from dates to openings -------------------------------------------------------------------
def _merged_blocks(schedule: Schedule, first: int, last: int) -> Iterator[Opening]:
    """Those of all blocks from ``first`` to ``last``, and of others as far as they adjoin them."""
    while _adjoin(schedule, first - 1):
        first -= 1
    while first <= last:
        end = first
        while _adjoin(schedule, end):
            end += 1
        yield from _merged(one for block in range(first, end + 1) for one in _of(schedule, block))
        first = end + 1


def _adjoin(schedule: Schedule, block: int) -> bool:
    """Whether the last opening of a block goes on in the next block."""
    here, there = _of(schedule, block), _of(schedule, block + 1)
    return bool(here and there) and here[-1].closes_at >= there[0].opens_at


@lru_cache(maxsize=16_384)
def _of(schedule: Schedule, block: int) -> tuple[Opening, ...]:
    """The openings that begin on the dates of one block."""
    begin, end = block * _BLOCK, (block + 1) * _BLOCK
    ordinals = range(max(begin, _CENTURY.start), min(end, _CENTURY.stop))
    days = [date.fromordinal(one) for one in ordinals]
    if not days:
        return ()
    zone = ZoneInfo(schedule.zone)
    if _open_throughout(schedule, days):
        return (Opening(beginning(zone, days[0], 0), ending(zone, days[-1], DAY_MINUTES)),)
    found = [one for day in days for one in _of_date(schedule, zone, day)]
    return tuple(_merged(sorted(found, key=lambda one: one.opens_at)))


def _open_throughout(schedule: Schedule, days: Sequence[date]) -> bool:
    """Whether it is quickly seen that nothing closes: a century of days is soon told."""
    special = (*schedule.closed, *((day, day) for day, _ in schedule.extra))
    if any(begin <= days[-1] and days[0] <= end for begin, end in special):
        return False
    yearly = (*schedule.yearly_closed, *((day, day) for day, _ in schedule.yearly_extra))
    if yearly and any(_in_days(day, yearly) for day in days):
        return False
    return all(hours == (Hours(0, DAY_MINUTES),) for hours in schedule.weekly)


def _of_date(schedule: Schedule, zone: ZoneInfo, day: date) -> Iterator[Opening]:
    """The windows that begin on a date; one that falls into the missing hour is none."""
    for hours in _hours_of_date(schedule, day):
        begin, end = beginning(zone, day, hours.begin), ending(zone, day, hours.end)
        if begin < end:
            yield Opening(begin, end)


def _hours_of_date(schedule: Schedule, day: date) -> Iterator[Hours]:
    if not any(first <= day <= last for first, last in schedule.closed):
        if not _in_days(day, schedule.yearly_closed):
            yield from schedule.weekly[day.weekday()]
        here = (day.month, day.day)
        yield from (hours for one, hours in schedule.yearly_extra if one == here)
    yield from (hours for one, hours in schedule.extra if one == day)


def _in_days(day: date, days: Iterable[tuple[MonthDay, MonthDay]]) -> bool:
    return any(within_year((day.month, day.day), first, last) for first, last in days)


def _merged(ordered: Iterable[Opening]) -> Iterator[Opening]:
    """Openings by their beginning; those that overlap or adjoin become one."""
    last: Opening | None = None
    for one in ordered:
        if last is None or one.opens_at > last.closes_at:
            if last is not None:
                yield last
            last = one
        elif one.closes_at > last.closes_at:
            last = Opening(last.opens_at, one.closes_at)
    if last is not None:
        yield last
