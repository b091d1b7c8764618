"""Times as people type them on the command line."""

import time

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.cli.durations import LONGEST_HOLD_D, Moment, PlannedTime
from hall.interface.wire.requests import LONGEST_S


def stretch(text: str) -> float:
    return PlannedTime().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("90s", 90), ("15m", 900), ("15min", 900), ("2h", 7200), ("3d", 259_200)),
        *(("1h30m", 5400), ("2h 30m", 9000), ("1D2H3M4S", 93_784)),
    ],
)
def test_a_length_of_time_is_read_in_days_hours_minutes_and_seconds(text, seconds):
    assert stretch(text) == seconds


@given(st.tuples(*[st.integers(0, 999)] * 4).filter(any))
def test_any_length_that_is_written_out_is_read_back(parts):
    text = "".join(f"{count}{unit}" for count, unit in zip(parts, "dhms", strict=True) if count)
    days, hours, minutes, seconds = parts
    assert stretch(text) == ((days * 24 + hours) * 60 + minutes) * 60 + seconds


@pytest.mark.parametrize(
    "text", ["", "2", "2 hours", "-2h", "1.5h", "30m2h", "0s", "2h2h", "h", "٣h", "9" * 20 + "d"]
)
def test_anything_else_is_named_with_what_was_expected(text):
    with pytest.raises(click.BadParameter, match="expected a time like 90s, 15m, 1h30m or 3d"):
        stretch(text)


def test_a_hold_may_be_as_long_as_the_gateway_takes_it_and_no_longer():
    longest = PlannedTime(LONGEST_HOLD_D)
    assert longest.convert("366d", None, None) == LONGEST_S
    with pytest.raises(click.BadParameter, match="'400d' is too long, at most 366d"):
        longest.convert("400d", None, None)


def moment(text: str) -> str:
    return Moment().convert(text, None, None)


def test_an_instant_without_an_offset_is_a_local_time(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    assert moment("2026-12-01T08:00") == "2026-12-01T08:00:00+01:00"
    assert moment("2026-07-01 08:00") == "2026-07-01T08:00:00+02:00"
    assert moment("2026-12-01T08:00Z") == "2026-12-01T09:00:00+01:00"
    assert moment("2026-12-01T08:00-05:00") == "2026-12-01T14:00:00+01:00"
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("text", ["", "8:00", "tomorrow", "2026-13-01T08:00", "1764572400"])
def test_what_is_no_instant_is_named_with_what_was_expected(text):
    with pytest.raises(click.BadParameter, match="expected a date and time like 2026-12-01T08:00"):
        moment(text)
