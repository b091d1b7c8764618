"""Schedules against a table of minutes that knows nothing of gaps and folds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.core.config.hours import Hours, MonthDay
from hall.core.model.schedule import Opening, Schedule
from hall.core.policy.schedule import next_opening, opening_at, openings
from tests.core.wall_clock import CHANGES, DAY, Table, table

HOURS = st.builds(
    lambda begin, length: Hours(begin, begin + length),
    st.integers(0, DAY - 1) | st.integers(0, 240) | st.sampled_from([0, 60, 90, 120, 150]),
    st.integers(1, DAY - 1) | st.integers(1, 120),
)
"""Windows, with a liking for the hours in which clocks change."""


@dataclass(frozen=True)
class Case:
    """A schedule, and a date about which to look at it."""

    schedule: Schedule
    about: date

    @property
    def rows(self) -> Table:
        return table(self.schedule.zone, self.about - timedelta(5), self.about + timedelta(5))


def month_day(day: date) -> MonthDay:
    return day.month, day.day


def yearly(dates: tuple[date, date]) -> tuple[MonthDay, MonthDay]:
    return month_day(dates[0]), month_day(dates[1])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, about = draw(st.sampled_from([(z, day) for z in CHANGES for day in CHANGES[z]]))
    dates = st.integers(-6, 6).map(lambda n: about + timedelta(n))
    ranges = st.builds(lambda day, n: (day, day + timedelta(n)), dates, st.integers(0, 3))
    schedule = Schedule(
        zone=zone,
        weekly=draw(st.tuples(*[st.lists(HOURS, max_size=3).map(tuple)] * 7)),
        closed=draw(st.lists(ranges, max_size=2).map(tuple)),
        extra=draw(st.lists(st.tuples(dates, HOURS), max_size=3).map(tuple)),
        yearly_closed=draw(st.lists(ranges.map(yearly), max_size=2).map(tuple)),
        yearly_extra=draw(st.lists(st.tuples(dates.map(month_day), HOURS), max_size=2).map(tuple)),
    )
    return Case(schedule, about)


@st.composite
def looks(draw: st.DrawFn) -> tuple[Schedule, float]:
    """A schedule and an instant, some of them on the very second of a beginning or an end."""
    case = draw(cases())
    seconds = st.integers(case.rows.start, case.rows.end)
    edges = [at for one in within(case) for at in (one.opens_at, one.closes_at)]
    return case.schedule, draw(seconds | st.sampled_from(edges) if edges else seconds)


def within(case: Case) -> list[Opening]:
    return list(openings(case.schedule, case.rows.start, case.rows.end))


def clipped(found: Iterable[Opening], rows: Table) -> list[Opening]:
    return [Opening(max(o.opens_at, rows.start), min(o.closes_at, rows.end)) for o in found]


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(cases())
def test_openings_are_what_the_wall_clock_shows(case):
    assert clipped(within(case), case.rows) == clipped(case.rows.openings(case.schedule), case.rows)


@settings(deadline=None, max_examples=30)
@given(cases())
def test_openings_are_in_order_apart_and_not_empty(case):
    found = within(case)
    assert all(one.opens_at < one.closes_at for one in found)
    assert all(a.closes_at < b.opens_at for a, b in pairwise(found))
    assert all(one.closes_at > case.rows.start and one.opens_at < case.rows.end for one in found)


@settings(deadline=None, max_examples=30)
@given(looks())
def test_the_opening_of_an_instant_is_the_one_that_holds_it(look):
    schedule, now = look
    near = openings(schedule, now - 86400, now + 86400)
    holding = [one for one in near if one.opens_at <= now < one.closes_at]
    assert [opening_at(schedule, now)] == (holding or [None])


@settings(deadline=None, max_examples=30)
@given(looks())
def test_the_next_opening_is_the_first_that_begins_later(look):
    schedule, now = look
    later = openings(schedule, now, now + 401 * 86400)
    first = next((one for one in later if one.opens_at > now), None)
    if first is not None and first.opens_at > now + 400 * 86400:
        first = None
    assert next_opening(schedule, now) == first


@settings(deadline=None, max_examples=30)
@given(looks())
def test_an_opening_is_the_same_whenever_it_is_asked_for(look):
    schedule, now = look
    opening = opening_at(schedule, now)
    if opening is not None:
        for moment in (opening.opens_at, (opening.opens_at + opening.closes_at) / 2):
            assert opening_at(schedule, moment) == opening
        assert opening_at(schedule, opening.closes_at) is None
        assert opening in list(openings(schedule, now, now + 1))


def weekly(*windows: tuple[str, int, int]) -> tuple[tuple[Hours, ...], ...]:
    """Windows like ("0123456", begin, end), in minutes, by the numbers of the weekdays."""
    return tuple(
        tuple(Hours(begin, end) for days, begin, end in windows if str(day) in days)
        for day in range(7)
    )


OFFICE = weekly(("01234", 480, 750), ("01234", 810, 1110))
NIGHTS = weekly(("456", 1320, DAY + 150), ("0123", 30, 150))
ODD = weekly(("02", 0, DAY), ("13", 0, 90), ("456", 150, DAY + 149))


@pytest.mark.slow
@pytest.mark.parametrize("zone", CHANGES)
def test_two_years_are_what_the_wall_clock_shows(zone):
    rows = Table(zone, date(2026, 1, 1), date(2027, 12, 31))
    holidays = ((date(2026, 12, 24), date(2027, 1, 2)), (date(2026, 3, 29), date(2026, 3, 29)))
    once = ((date(2026, 10, 25), Hours(90, 150)), (date(2027, 12, 31), Hours(1200, DAY + 240)))
    for week in (OFFICE, NIGHTS, ODD):
        schedule = Schedule(zone=zone, weekly=week, closed=holidays, extra=once)
        expected = rows.openings(schedule)
        assert list(openings(schedule, rows.start, rows.end)) == expected
        assert len(expected) > 400
        for opening in expected:
            assert opening_at(schedule, opening.opens_at) == opening
            assert next_opening(schedule, opening.opens_at - 1) == opening


def test_a_country_that_left_out_a_day_is_what_its_wall_clock_showed():
    rows = Table("Pacific/Apia", date(2011, 12, 20), date(2012, 1, 10))
    for week in (OFFICE, NIGHTS, ODD):
        schedule = Schedule(zone="Pacific/Apia", weekly=week)
        found = openings(schedule, rows.start, rows.end)
        assert clipped(found, rows) == clipped(rows.openings(schedule), rows)
