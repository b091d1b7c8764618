"""The policies of the configuration, and what contradicts itself in them."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from hall.core.config.document import Configuration
from hall.core.config.hours import Hours
from hall.core.config.policies import AlwaysOnPolicy, OnDemandPolicy, Policy, ScheduledPolicy
from hall.core.config.references import cross_check
from hall.core.config.windows import ClosedDates, ExtraWindow, OpenWindow
from hall.core.policy.schedule import schedule_of

MORNING = {"days": ["mon", "tue"], "from": "08:00", "to": "12:00"}


def scheduled(*windows: object, **more: object):
    return {"type": "scheduled", "open": list(windows), **more}


def window(days: str, begin: str, end: str):
    return {"days": days.split(), "from": begin, "to": end}


def extra(day: str, begin: str, end: str):
    return {"date": day, "from": begin, "to": end}


def refusal(model, values: object):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return " ".join(error["msg"] for error in caught.value.errors())


def problems(policy: object, **domain: object):
    """What is wrong with this policy: pairs of the place in it, and the words."""
    servers = {"main": {"name": "Main", "address": "nas.lan"}}
    one = {"name": "One", "server": "main", "url": "http://nas.lan/", "policy": policy, **domain}
    found = cross_check(Configuration.model_validate({"servers": servers, "domains": {"a": one}}))
    return [(place[3:], text) for place, text in found]


def test_a_policy_is_known_by_its_type():
    kinds = [{"type": "on_demand"}, scheduled(MORNING), {"type": "always_on"}]
    policies = [TypeAdapter(Policy).validate_python(kind) for kind in kinds]
    assert [type(one) for one in policies] == [OnDemandPolicy, ScheduledPolicy, AlwaysOnPolicy]


def test_a_schedule_holds_the_minutes_of_each_weekday():
    policy = ScheduledPolicy.model_validate(scheduled(MORNING, window("mon", "22:00", "02:30")))
    weekly = schedule_of(policy, "UTC").weekly
    assert weekly[0] == (Hours(480, 720), Hours(1320, 1590))
    assert weekly[1] == (Hours(480, 720),)
    assert weekly[2:] == ((),) * 5


def test_a_schedule_holds_its_dates():
    more = {
        "closed": ["2026-12-25", {"from": "2026-12-31", "to": "2027-01-02"}],
        "extra": [extra("2026-12-05", "10:00", "24:00")],
    }
    schedule = schedule_of(ScheduledPolicy.model_validate(scheduled(MORNING, **more)), "UTC")
    christmas = date(2026, 12, 25)
    assert schedule.closed == (
        (christmas, christmas),
        (date(2026, 12, 31), date(2027, 1, 2)),
    )
    assert schedule.extra == ((date(2026, 12, 5), Hours(600, 1440)),)


def test_a_schedule_is_in_the_zone_of_the_policy_or_else_of_the_gateway():
    here = ScheduledPolicy.model_validate(scheduled(MORNING, timezone="Europe/Paris"))
    anywhere = ScheduledPolicy.model_validate(scheduled(MORNING))
    assert schedule_of(here, "UTC").zone == "Europe/Paris"
    assert [schedule_of(anywhere, zone).zone for zone in ("UTC", "Asia/Tokyo")] == [
        "UTC",
        "Asia/Tokyo",
    ]


def test_a_schedule_that_never_opens_is_refused():
    assert "never opens; expected a window" in refusal(ScheduledPolicy, scheduled())
    once = [extra("2026-12-05", "10:00", "16:00")]
    assert ScheduledPolicy.model_validate(scheduled(extra=once)).open == ()


@pytest.mark.parametrize("time", ["8:00", "08:5", "24:00", "08:60", "0800", "08:00:00", " 08:00"])
def test_what_is_no_time_of_day_is_refused(time):
    assert "pattern" in refusal(OpenWindow, {**MORNING, "from": time})


def test_a_window_may_close_at_midnight_and_may_not_be_empty():
    assert OpenWindow.model_validate({**MORNING, "from": "00:00", "to": "24:00"}).to == "24:00"
    assert OpenWindow.model_validate({**MORNING, "to": "00:00"}).to == "00:00"
    assert '"00:00" to "24:00" is the whole day' in refusal(OpenWindow, {**MORNING, "to": "08:00"})
    bad = extra("2026-12-05", "10:00", "10:00")
    assert "opens and closes at 10:00" in refusal(ExtraWindow, bad)


def test_a_window_names_each_day_once_and_at_least_one():
    assert '"mon" stands twice' in refusal(OpenWindow, {**MORNING, "days": ["mon", "tue", "mon"]})
    assert "at least 1" in refusal(OpenWindow, {**MORNING, "days": []})
    assert "'mon'" in refusal(OpenWindow, {**MORNING, "days": ["Monday"]})


@pytest.mark.parametrize("day", ["2026-02-29", "2026-13-01", "2026-04-31"])
def test_a_date_is_one_of_the_calendar(day):
    assert "is not in the calendar" in refusal(ExtraWindow, extra(day, "10:00", "11:00"))
    assert ExtraWindow.model_validate(extra("2028-02-29", "10:00", "11:00")).date == "2028-02-29"


@pytest.mark.parametrize("day", ["02-30", "13-01", "04-31", "00-10"])
def test_a_day_of_every_year_is_one_of_some_year(day):
    assert "is not in the calendar" in refusal(ExtraWindow, extra(day, "10:00", "11:00"))
    assert ExtraWindow.model_validate(extra("02-29", "10:00", "11:00")).date == "02-29"


@pytest.mark.parametrize("day", ["26-02-01", "1999-12-31", "2026-2-1", "20260201", "2026-W05-1"])
def test_a_date_is_written_in_full_and_of_this_century(day):
    assert "pattern" in refusal(ExtraWindow, extra(day, "10:00", "11:00"))


def test_closed_dates_end_on_the_day_they_begin_or_later():
    same = {"from": "2026-12-24", "to": "2026-12-24"}
    assert ClosedDates.model_validate(same).to == "2026-12-24"
    words = "ends on 2026-12-23, before it begins; expected 2026-12-24 or later"
    assert words in refusal(ClosedDates, {**same, "to": "2026-12-23"})


def test_closed_dates_of_every_year_may_go_over_new_year_and_name_a_year_in_both_or_neither():
    assert ClosedDates.model_validate({"from": "12-24", "to": "01-02"}).to == "01-02"
    mixed = refusal(ClosedDates, {"from": "2026-12-24", "to": "01-02"})
    assert "2026-12-24 to 01-02: expected the year in both dates, or in neither" in mixed


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (("mon", "08:00", "12:00"), ("mon", "11:59", "13:00"), "mon 11:59 to 13:00 overlaps mon"),
        (("mon", "20:00", "06:00"), ("tue", "05:00", "07:00"), "tue 05:00 to 07:00 overlaps mon"),
        (("sun", "20:00", "06:00"), ("mon", "05:00", "07:00"), "mon 05:00 to 07:00 overlaps sun"),
        (("mon", "05:00", "07:00"), ("sun", "20:00", "06:00"), "sun 20:00 to 06:00 overlaps mon"),
        (("wed fri", "08:00", "18:00"), ("fri", "09:00", "10:00"), "fri 09:00 to 10:00 overlaps"),
        (("mon", "00:00", "24:00"), ("mon", "00:00", "00:01"), "mon 00:00 to 00:01 overlaps mon"),
    ],
)
def test_two_windows_of_the_week_that_overlap_are_refused(one, other, words):
    [(place, text)] = problems(scheduled(window(*one), window(*other)))
    assert place == ("open", 1)
    assert text.startswith(words)
    assert "of open[0]; expected windows that do not, or one for both" in text


def test_two_windows_that_overlap_on_several_days_are_told_once():
    both = window("mon tue wed", "08:00", "12:00"), window("mon tue wed", "11:00", "13:00")
    assert len(problems(scheduled(*both))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("mon", "08:00", "12:00"), ("mon", "12:00", "13:00")),
        (("mon", "08:00", "24:00"), ("tue", "00:00", "13:00")),
        (("sun", "20:00", "06:00"), ("mon", "06:00", "07:00")),
        (("mon", "08:00", "07:59"), ("wed", "08:00", "07:59")),
    ],
)
def test_windows_that_adjoin_are_welcome(one, other):
    assert problems(scheduled(window(*one), window(*other))) == []


def test_two_windows_of_dates_that_overlap_are_refused():
    night, morning = extra("2026-12-31", "22:00", "04:00"), extra("2027-01-01", "03:00", "05:00")
    [(place, text)] = problems(scheduled(extra=[morning, night]))
    assert place == ("extra", 1)
    assert text.startswith("2026-12-31 22:00 to 04:00 overlaps 2027-01-01 03:00 to 05:00 of extra[")
    later = extra("2027-01-01", "04:00", "05:00")
    assert problems(scheduled(extra=[later, night])) == []


@pytest.mark.parametrize("day", ["01-01", "2027-01-01"])
def test_a_window_of_every_year_overlaps_one_of_its_kind_and_one_of_a_single_date(day):
    night, morning = extra("12-31", "22:00", "04:00"), extra(day, "03:00", "05:00")
    [(place, text)] = problems(scheduled(extra=[night, morning]))
    assert (place, text.startswith(f"{day} 03:00 to 05:00 overlaps 12-31 22:00")) == (
        ("extra", 1),
        True,
    )
    leap = extra("02-29", "22:00", "04:00"), extra("03-01", "03:00", "05:00")
    assert len(problems(scheduled(extra=leap))) == 1


def test_windows_that_permit_leave_something_closed_and_wake_nothing_ahead():
    inside = scheduled(MORNING, inside="on_demand")
    assert problems(inside) == []
    [(place, text)] = problems({**inside, "outside": "on_demand"})
    assert (place, "the windows decide nothing" in text) == (("outside",), True)
    [(place, text)] = problems({**inside, "margin_minutes": 5})
    assert (place, "nobody is woken ahead" in text) == (("margin_minutes",), True)


def test_a_window_of_a_date_may_overlap_those_of_the_week():
    longer = extra("2026-11-23", "07:00", "20:00")
    assert problems(scheduled(MORNING, extra=[longer])) == []


def test_a_date_that_is_closed_and_extra_is_refused():
    christmas = extra("2026-12-25", "10:00", "16:00")
    closed = ["2026-12-26", {"from": "2026-12-24", "to": "2026-12-25"}]
    [(place, text)] = problems(scheduled(MORNING, closed=closed, extra=[christmas]))
    assert place == ("extra", 0, "date")
    assert text == "2026-12-25 stands in closed[1] too; expected a date that is open"
    eve = extra("2026-12-23", "22:00", "02:00")
    assert problems(scheduled(MORNING, closed=closed, extra=[eve])) == []


@pytest.mark.parametrize(
    "closed",
    [
        [{"from": "01-01", "to": "12-31"}],
        [{"from": "03-01", "to": "02-29"}],
        [{"from": "09-01", "to": "03-31"}, "04-01", {"from": "04-02", "to": "08-31"}],
    ],
)
def test_what_is_closed_on_every_day_of_the_year_never_opens(closed: list[object]):
    [(place, text)] = problems(scheduled(MORNING, closed=closed))
    assert place == ("closed",)
    assert text.startswith("closes every day of the year: it never opens")
    market = extra("2027-12-05", "10:00", "16:00")
    assert problems(scheduled(MORNING, closed=closed, extra=[market])) == []
    assert problems(scheduled(MORNING, closed=[{"from": "03-01", "to": "02-28"}])) == []


def test_a_day_that_is_closed_and_extra_every_year_is_refused_but_one_year_may_be_the_exception():
    closed = ["2026-12-24", {"from": "12-25", "to": "01-01"}]
    [(place, text)] = problems(
        scheduled(MORNING, closed=closed, extra=[extra("12-31", "10:00", "16:00")])
    )
    assert place == ("extra", 0, "date")
    assert text == "12-31 stands in closed[1] too; expected a date that is open"
    exceptions = [extra("2026-12-31", "10:00", "16:00"), extra("12-24", "10:00", "16:00")]
    assert problems(scheduled(MORNING, closed=closed, extra=exceptions)) == []


def test_closed_dates_may_overlap():
    closed = ["2026-12-25", {"from": "2026-12-24", "to": "2027-01-02"}]
    assert problems(scheduled(MORNING, closed=closed)) == []


def test_containers_can_be_stopped_only_where_some_are_named():
    policy = {"type": "on_demand", "stop_containers_after": 5}
    assert problems(policy)[0][0] == ("stop_containers_after",)
    with_project = problems(policy, project={"compose": "a"})
    assert [text for _, text in with_project if "stop" in text] == []
