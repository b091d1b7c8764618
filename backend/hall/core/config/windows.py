"""The opening windows of the configuration, and what is wrong in one of them by itself."""

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from hall.core.config.base import Model
from hall.core.config.fields import ClockTime, ClosingTime, LocalDate
from hall.core.config.hours import DAY_MINUTES, Hours, MonthDay

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"""A day of the week, as the configuration writes it."""

DAYS: tuple[Day, ...] = get_args(Day)


class _Hours(Model):
    """A time of the day, or of the night into the next day."""

    from_: ClockTime = Field(alias="from", description="When it opens, like 08:00.")
    to: ClosingTime = Field(
        description="When it closes, like 18:30 or 24:00. Before the opening means the next day."
    )

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(
                f'opens and closes at {self.to}; expected two times that differ: "00:00" to '
                '"24:00" is the whole day'
            )
        return self


class OpenWindow(_Hours):
    """A time that is open in every week, on the days on which it begins."""

    days: Annotated[tuple[Day, ...], Field(min_length=1)] = Field(
        description='The days on which it begins, like ["mon", "tue"].'
    )

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        twice = next((day for day in self.days if self.days.count(day) > 1), None)
        if twice is not None:
            raise ValueError(f'"{twice}" stands twice in "days"; expected each day once')
        return self


class ExtraWindow(_Hours):
    """A time that is open once, or once a year, besides the windows of the week."""

    date: LocalDate = Field(
        description="The date on which it begins, like 2026-12-05, or every year: 12-05."
    )


class ClosedDates(Model):
    """Dates, one after the other, on which no window begins; of one year or of every year."""

    from_: LocalDate = Field(alias="from", description="The first date that is closed.")
    to: LocalDate = Field(
        description="The last date that is closed; both without their year: every year."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if repeats(self.from_) != repeats(self.to):
            raise ValueError(
                f"{self.from_} to {self.to}: expected the year in both dates, or in neither"
            )
        if not repeats(self) and self.to < self.from_:
            raise ValueError(f"ends on {self.to}, before it begins; expected {self.from_} or later")
        return self


def hours_of(window: OpenWindow | ExtraWindow) -> Hours:
    """A window in minutes from the midnight before it begins; it may end beyond ``DAY_MINUTES``."""
    begin, end = _minutes(window.from_), _minutes(window.to)
    return Hours(begin, end if begin < end else end + DAY_MINUTES)


def repeats(written: str | ClosedDates) -> bool:
    """Whether dates are those of every year: they name none."""
    return len(written if isinstance(written, str) else written.from_) == len("12-25")


def dates_of(closed: str | ClosedDates) -> tuple[date, date]:
    """The first and the last date that are closed, of those that name their year."""
    first, last = _ends(closed)
    return date.fromisoformat(first), date.fromisoformat(last)


def days_of(closed: str | ClosedDates) -> tuple[MonthDay, MonthDay]:
    """The first and the last day that are closed, of those of every year."""
    first, last = _ends(closed)
    return month_day(first), month_day(last)


def month_day(written: str) -> MonthDay:
    """A day of every year, written like 12-25, as month and day."""
    month, day = written.split("-")
    return int(month), int(day)


def _ends(closed: str | ClosedDates) -> tuple[str, str]:
    return (closed, closed) if isinstance(closed, str) else (closed.from_, closed.to)


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
