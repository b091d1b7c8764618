"""Schedules by example: weeks, nights, changes of the clock, closed and extra dates."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hall.core.config.policies import ScheduledPolicy
from hall.core.model.schedule import Opening, Schedule
from hall.core.policy.schedule import next_opening, opening_at, openings, schedule_of

EVERY_DAY = "mon tue wed thu fri sat sun"
PARIS = "Europe/Paris"


def schedule(*windows: tuple[str, str, str], zone: str = PARIS, **more: object) -> Schedule:
    """A schedule of windows like ("mon tue", "08:00", "12:00")."""
    keys = ("days", "from", "to")
    weekly = [dict(zip(keys, (w[0].split(), *w[1:]), strict=True)) for w in windows]
    policy = {"type": "scheduled", "timezone": zone, "open": weekly, **more}
    return schedule_of(ScheduledPolicy.model_validate(policy), "UTC")


def extra(day: str, begin: str, end: str):
    return {"date": day, "from": begin, "to": end}


def at(text: str, zone: str = PARIS, *, second: bool = False) -> float:
    """The instant of a local time; the second one where the clock shows it twice."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=second)
    return wall.timestamp()


def opened(one: Schedule, first: str, last: str) -> list[str]:
    """The openings between two local dates, in local time."""
    found = openings(one, at(first, one.zone), at(last, one.zone))
    return [f"{told(each.opens_at, one)} - {told(each.closes_at, one)}" for each in found]


def told(instant: float, one: Schedule) -> str:
    return f"{datetime.fromtimestamp(instant, ZoneInfo(one.zone)):%a %d %H:%M %Z}"


def hours(opening: Opening | None) -> float:
    assert opening is not None
    return (opening.closes_at - opening.opens_at) / 3600


OFFICE = schedule(("mon tue wed thu fri", "08:00", "18:30"))


def test_a_week_opens_on_its_days():
    assert opened(OFFICE, "2026-11-20", "2026-11-25") == [
        "Fri 20 08:00 CET - Fri 20 18:30 CET",
        "Mon 23 08:00 CET - Mon 23 18:30 CET",
        "Tue 24 08:00 CET - Tue 24 18:30 CET",
    ]


def test_a_window_opens_on_its_minute_and_is_closed_on_its_last():
    opening = opening_at(OFFICE, at("2026-11-23 08:00"))
    assert opening == Opening(at("2026-11-23 08:00"), at("2026-11-23 18:30"))
    assert opening_at(OFFICE, at("2026-11-23 18:29:59.9")) == opening
    assert opening_at(OFFICE, at("2026-11-23 18:30")) is None
    assert opening_at(OFFICE, at("2026-11-23 07:59:59.9")) is None


def test_the_next_opening_is_one_that_has_not_begun():
    monday, tuesday = at("2026-11-23 08:00"), at("2026-11-24 08:00")
    for now, expected in (
        ("2026-11-22 12:00", monday),
        ("2026-11-23 07:59", monday),
        ("2026-11-23 08:00", tuesday),
        ("2026-11-23 23:00", tuesday),
    ):
        upcoming = next_opening(OFFICE, at(now))
        assert upcoming is not None
        assert upcoming.opens_at == expected


def test_a_night_belongs_to_the_day_on_which_it_begins():
    nights = schedule(("fri sat", "22:00", "02:00"))
    assert opened(nights, "2026-11-20", "2026-11-23") == [
        "Fri 20 22:00 CET - Sat 21 02:00 CET",
        "Sat 21 22:00 CET - Sun 22 02:00 CET",
    ]


def test_windows_that_adjoin_at_midnight_are_one_opening():
    both = schedule(("fri", "20:00", "24:00"), ("sat", "00:00", "03:00"))
    assert opened(both, "2026-11-20", "2026-11-23") == ["Fri 20 20:00 CET - Sat 21 03:00 CET"]
    assert opening_at(both, at("2026-11-20 21:00")) == opening_at(both, at("2026-11-21 01:00"))


def test_nothing_begins_on_a_closed_date_but_the_night_before_runs_out():
    nights = schedule((EVERY_DAY, "22:00", "02:00"), closed=["2026-12-25"])
    assert opened(nights, "2026-12-24", "2026-12-27") == [
        "Wed 23 22:00 CET - Thu 24 02:00 CET",
        "Thu 24 22:00 CET - Fri 25 02:00 CET",
        "Sat 26 22:00 CET - Sun 27 02:00 CET",
    ]


def test_a_range_of_closed_dates_holds_its_first_and_its_last():
    away = schedule(
        (EVERY_DAY, "08:00", "09:00"), closed=[{"from": "2026-12-24", "to": "2027-01-02"}]
    )
    assert opened(away, "2026-12-23", "2027-01-04") == [
        "Wed 23 08:00 CET - Wed 23 09:00 CET",
        "Sun 03 08:00 CET - Sun 03 09:00 CET",
    ]


def test_an_extra_date_opens_besides_the_week_and_joins_it():
    more = [extra("2026-11-21", "10:00", "16:00"), extra("2026-11-20", "18:30", "22:00")]
    one = schedule(("fri", "08:00", "18:30"), extra=more)
    assert opened(one, "2026-11-20", "2026-11-23") == [
        "Fri 20 08:00 CET - Fri 20 22:00 CET",
        "Sat 21 10:00 CET - Sat 21 16:00 CET",
    ]


def test_dates_without_a_year_are_closed_every_year():
    daily = schedule(
        (EVERY_DAY, "08:00", "09:00"), closed=["12-25", {"from": "12-31", "to": "01-02"}]
    )
    for year in (2026, 2027):
        assert opened(daily, f"{year}-12-24", f"{year}-12-27") == [
            f"{day} 08:00 CET - {day} 09:00 CET"
            for day in (("Thu 24", "Sat 26") if year == 2026 else ("Fri 24", "Sun 26"))
        ]
        upcoming = next_opening(daily, at(f"{year}-12-30 12:00"))
        assert upcoming == Opening(at(f"{year + 1}-01-03 08:00"), at(f"{year + 1}-01-03 09:00"))


def test_the_29th_of_february_is_in_leap_years_only():
    leap = schedule(extra=[extra("02-29", "10:00", "11:00")])
    assert opened(leap, "2027-01-01", "2029-01-01") == ["Tue 29 10:00 CET - Tue 29 11:00 CET"]
    shut = schedule((EVERY_DAY, "10:00", "11:00"), closed=["02-29"])
    assert len(opened(shut, "2027-02-27", "2027-03-03")) == 4
    assert len(opened(shut, "2028-02-27", "2028-03-03")) == 4


def test_a_date_with_its_year_is_the_exception_to_one_without():
    christmas = schedule(
        (EVERY_DAY, "08:00", "09:00"),
        closed=["12-25", "2027-12-24"],
        extra=[extra("2026-12-25", "10:00", "11:00"), extra("12-24", "12:00", "13:00")],
    )
    assert opened(christmas, "2026-12-24", "2026-12-26") == [
        "Thu 24 08:00 CET - Thu 24 09:00 CET",
        "Thu 24 12:00 CET - Thu 24 13:00 CET",
        "Fri 25 10:00 CET - Fri 25 11:00 CET",
    ]
    assert opened(christmas, "2027-12-24", "2027-12-26") == []


def test_a_schedule_may_have_extra_dates_only():
    fair = schedule(extra=[extra("2026-12-05", "10:00", "16:00")])
    upcoming = next_opening(fair, at("2026-11-23"))
    assert upcoming == Opening(at("2026-12-05 10:00"), at("2026-12-05 16:00"))
    assert next_opening(fair, at("2026-12-05 10:00")) is None


def test_the_next_opening_is_looked_for_400_days_ahead():
    fair = schedule(extra=[extra("2027-12-05", "10:00", "16:00")])
    opens_at = at("2027-12-05 10:00")
    assert next_opening(fair, opens_at - 400 * 86400) is not None
    assert next_opening(fair, opens_at - 400 * 86400 - 1) is None


def test_an_opening_belongs_to_a_time_that_shares_some_of_it():
    monday, tuesday = at("2026-11-23 08:00"), at("2026-11-24 08:00")
    closes_at = at("2026-11-23 18:30")
    assert list(openings(OFFICE, closes_at, tuesday)) == []
    assert list(openings(OFFICE, closes_at - 1, tuesday)) == [Opening(monday, closes_at)]
    assert len(list(openings(OFFICE, closes_at, tuesday + 1))) == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
@pytest.mark.parametrize("window", [("00:00", "01:00"), ("23:00", "22:00"), ("23:30", "24:00")])
def test_every_day_of_a_season_opens_at_the_ends_of_the_world(zone, window):
    daily = schedule((EVERY_DAY, *window), zone=zone)
    first = at(f"2026-06-01 {window[0]}", zone)
    for day in range(90):
        begin = first + day * 86400
        opening = opening_at(daily, begin)
        assert opening is not None
        assert opening.opens_at == begin
        assert opening_at(daily, opening.closes_at - 1) == opening
        assert next_opening(daily, begin - 1) == opening
        assert opening in openings(daily, begin, begin + 1)


# ---- where clocks change: in Paris on 29 March 2026 at 02:00, on 25 October 2026 at 03:00 -----


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (("02:30", "05:00"), "Sun 29 03:00 CEST - Sun 29 05:00 CEST"),
        (("00:30", "02:30"), "Sun 29 00:30 CET - Sun 29 03:00 CEST"),
        (("00:30", "02:00"), "Sun 29 00:30 CET - Sun 29 03:00 CEST"),
        (("02:59", "03:01"), "Sun 29 03:00 CEST - Sun 29 03:01 CEST"),
        (("01:30", "03:30"), "Sun 29 01:30 CET - Sun 29 03:30 CEST"),
    ],
)
def test_a_time_in_the_missing_hour_means_the_moment_of_the_jump(window, expected):
    assert opened(schedule(("sun", *window)), "2026-03-29", "2026-03-30") == [expected]


def test_a_window_within_the_missing_hour_does_not_open():
    night = schedule(("sun", "02:00", "03:00"))
    assert opened(night, "2026-03-29", "2026-03-30") == []
    upcoming = next_opening(night, at("2026-03-28"))
    assert upcoming is not None
    assert upcoming.opens_at == at("2026-04-05 02:00")


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (("02:30", "05:00"), "Sun 25 02:30 CEST - Sun 25 05:00 CET"),
        (("00:30", "02:30"), "Sun 25 00:30 CEST - Sun 25 02:30 CET"),
        (("00:30", "02:00"), "Sun 25 00:30 CEST - Sun 25 02:00 CEST"),
        (("00:30", "03:00"), "Sun 25 00:30 CEST - Sun 25 03:00 CET"),
        (("02:15", "02:45"), "Sun 25 02:15 CEST - Sun 25 02:45 CET"),
        (("03:00", "04:00"), "Sun 25 03:00 CET - Sun 25 04:00 CET"),
    ],
)
def test_in_the_doubled_hour_the_first_begins_and_the_second_ends(window, expected):
    assert opened(schedule(("sun", *window)), "2026-10-25", "2026-10-26") == [expected]


def test_a_night_is_an_hour_longer_or_shorter_where_it_spans_a_change():
    nights = schedule((EVERY_DAY, "22:00", "06:00"))
    lengths = {
        day: hours(opening_at(nights, at(f"{day} 23:00")))
        for day in (
            "2026-03-27",
            "2026-03-28",
            "2026-10-24",
            "2026-10-25",
        )
    }
    assert list(lengths.values()) == [8, 7, 9, 8]


def test_half_an_hour_is_half_an_hour():
    nights = schedule((EVERY_DAY, "22:00", "06:00"), zone="Australia/Lord_Howe")
    autumn = opening_at(nights, at("2026-04-04 23:00", "Australia/Lord_Howe"))
    spring = opening_at(nights, at("2026-10-03 23:00", "Australia/Lord_Howe"))
    assert (hours(autumn), hours(spring)) == (8.5, 7.5)


def test_a_day_that_begins_at_one_in_the_morning_opens_then():
    santiago = schedule(("sun", "00:00", "24:00"), zone="America/Santiago")
    assert opened(santiago, "2026-09-06 12:00", "2026-09-07") == [
        "Sun 06 01:00 -03 - Mon 07 00:00 -03"
    ]


def test_a_day_that_a_country_left_out_does_not_open():
    apia = schedule(
        ("thu fri sat", "09:00", "17:00"), ("thu fri", "22:00", "02:00"), zone="Pacific/Apia"
    )
    assert opened(apia, "2011-12-29", "2012-01-01") == [
        "Thu 29 09:00 -10 - Thu 29 17:00 -10",
        "Thu 29 22:00 -10 - Sat 31 02:00 +14",
        "Sat 31 09:00 +14 - Sat 31 17:00 +14",
    ]


# ---- without end ------------------------------------------------------------------------------


def test_what_never_closes_is_one_opening_of_a_century():
    always = schedule((EVERY_DAY, "00:00", "24:00"))
    opening = opening_at(always, at("2026-11-23"))
    assert opening == Opening(at("2000-01-01"), at("2100-01-01"))
    assert next_opening(always, at("2026-11-23")) is None
    assert opening_at(always, at("2101-01-01")) is None


def test_what_closes_on_one_date_only_is_open_until_then_and_for_ever_after():
    almost = schedule((EVERY_DAY, "00:00", "24:00"), closed=["2026-12-25"])
    opening = opening_at(almost, at("2026-11-23"))
    assert opening is not None
    assert opening.closes_at == at("2026-12-25")
    upcoming = next_opening(almost, at("2026-11-23"))
    assert upcoming is not None
    assert upcoming.opens_at == at("2026-12-26")
    assert upcoming == opening_at(almost, at("2030-06-01"))


def test_what_closes_once_a_year_is_open_from_one_such_day_to_the_next():
    almost = schedule((EVERY_DAY, "00:00", "24:00"), closed=["12-25"])
    opening = opening_at(almost, at("2027-06-01"))
    assert opening == Opening(at("2026-12-26"), at("2027-12-25"))


@pytest.mark.slow
def test_windows_that_follow_each_other_for_months_are_one_opening():
    shifts = schedule(
        (EVERY_DAY, "06:00", "18:00"),
        (EVERY_DAY, "18:00", "06:00"),
        closed=["2026-06-14", "2026-07-14", "2026-12-25", "2027-01-25"],
        extra=[extra("2026-11-01", "06:00", "07:00")],
    )
    expected = Opening(at("2026-07-15 06:00"), at("2026-12-25 06:00"))
    for day in ("2026-07-15 06:00", "2026-10-25 02:30", "2026-12-25 05:59"):
        assert opening_at(shifts, at(day)) == expected


def test_the_same_schedule_is_the_same_by_value():
    assert schedule(("mon", "08:00", "09:00")) == schedule(("mon", "08:00", "09:00"))
    assert len({schedule(("mon", "08:00", "09:00")), schedule(("mon", "08:00", "09:00"))}) == 1
    assert schedule(("mon", "08:00", "09:00")) != OFFICE
