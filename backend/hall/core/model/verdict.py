"""Verdicts: should this be awake, and why; with times, so that the words fit when they are read.

A verdict holds its instants. ``reason_at`` turns them into words like "4 min ago".
"""

from dataclasses import dataclass
from enum import IntEnum

from hall.core.model.reason import Reason, because
from hall.core.timing import Instant


class Need(IntEnum):
    """What is wanted of a domain or a server; of several the greatest counts."""

    NONE = 1
    """Nobody needs it awake."""
    KEEP = 2
    """If it is awake, it stays so."""
    WAKE = 3
    """It is to be awake: woken when it is found asleep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wanted and why.

    ``code`` is of ``messages.TEXTS``; ``since`` fills its {ago}, ``until`` its {left}, ``values``
    the rest. ``turns_at`` is when time alone may change the verdict, where that is not ``until``.
    """

    need: Need = Need.NONE
    code: str = "verdict_never"
    since: Instant | None = None
    until: Instant | None = None
    turns_at: Instant | None = None
    values: tuple[tuple[str, "str | Reason | Verdict"], ...] = ()

    @property
    def changes_at(self) -> Instant | None:
        """When time alone may change it; None when it does not."""
        return self.until if self.turns_at is None else self.turns_at

    def reason_at(self, now: Instant) -> Reason:
        """The reason in words, as it reads at this instant."""
        values = {name: _told(value, now) for name, value in self.values}
        if self.since is not None:
            values["ago"] = span(now - self.since)
        if self.until is not None:
            values["left"] = span(self.until - now)
        return because(self.code, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """That visits do not wake a domain now.

    ``until`` is when they do again, None for not known; ``entry_refused`` says that nobody is let
    in even while it is awake: it is closed.
    """

    code: str
    until: Instant | None
    entry_refused: bool


def _told(value: "str | Reason | Verdict", now: Instant) -> "str | Reason":
    return value.reason_at(now) if isinstance(value, Verdict) else value


def span(seconds: float) -> str:
    """A stretch of time in two units at most, the same in every language: ``2 h 5 min``."""
    total = max(0, round(seconds))
    if total < 60:  # noqa: PLR2004
        return f"{total} s"
    minutes, hours, days = total // 60, total // 3600, total // 86_400
    if days:
        return _two(days, "d", hours % 24, "h")
    if hours:
        return _two(hours, "h", minutes % 60, "min")
    return f"{minutes} min"


def _two(big: int, unit: str, small: int, smaller: str) -> str:
    return f"{big} {unit} {small} {smaller}" if small else f"{big} {unit}"
