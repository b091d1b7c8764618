"""When a closed project opens, in words: the first paint, in the zone of its schedule.

``frontend/waiting/opening.js`` says the same in the visitor's own zone and form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hall.interface.pages.i18n import Words

FAR_AWAY = timedelta(days=300)
"""From so far ahead on, a date without its year could be taken for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """How long a project stays closed, and what is said over it; empty when that is not known."""

    label: str = ""
    left: str = ""


def opening_words(state: Mapping[str, Any], words: Words, zone: str) -> dict[str, str]:
    """What fills the sentences about a closed project; nothing while no opening is planned.

    ``when`` is a date and a time, ``until`` the same with its preposition, without a date where
    it is today.
    """
    closed = state["closed"]
    if not closed or closed["opens_at"] is None:
        return {}
    at, now = _local(closed["opens_at"], zone), _local(state["server_time"], zone)
    time = f"{at:%H:%M}"
    when = words("waiting.when", date=_date(at, words, year=at - now > FAR_AWAY), time=time)
    today = at.date() == now.date()
    until = words("waiting.until_time", time=time) if today else words("waiting.until", when=when)
    return {"when": when, "until": until}


def counted_down(closed: Mapping[str, Any], words: Words) -> Countdown:
    """How long it stays closed, in words; empty when nobody knows."""
    left = closed["in_s"]
    if left is None:
        return Countdown()
    if left < 1:
        return Countdown(left=words("waiting.opens_now"))
    key = "waiting.rests_for" if closed["code"] == "held" else "waiting.opens_in"
    return Countdown(label=words(key), left=words.counted(left))


def _local(moment: str, zone: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))


def _date(at: datetime, words: Words, *, year: bool) -> str:
    weekday = words("date.weekdays").split()[at.weekday()]
    month = words("date.months").split()[at.month - 1]
    values = {"weekday": weekday, "day": str(at.day), "month": month, "year": str(at.year)}
    return words("date.far" if year else "date.near", **values)
