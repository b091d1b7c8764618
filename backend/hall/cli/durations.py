"""Times as people type them: 2h30m, and 2026-12-01T08:00."""

import re
from datetime import datetime, timedelta

import click

LONGEST_HOLD_D = 366
"""Days that a hold may last."""

_STRETCH = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+)s)?", re.ASCII)


class PlannedTime(click.ParamType[float]):
    """A length of time in days, hours, minutes and seconds, as seconds."""

    name = "time"

    def __init__(self, at_most_d: int | None = None) -> None:
        self._at_most_d = at_most_d

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it; units go from the greatest to the smallest, each once."""
        found = _STRETCH.fullmatch(str(value).replace(" ", "").lower())
        days, hours, minutes, seconds = (int(n or 0) for n in found.groups()) if found else (0,) * 4
        try:
            length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError:
            length = timedelta()
        if not length:
            self.fail(f"{value!r}: expected a time like 90s, 15m, 1h30m or 3d", param, ctx)
        if self._at_most_d is not None and length > timedelta(days=self._at_most_d):
            self.fail(f"{value!r} is too long, at most {self._at_most_d}d", param, ctx)
        return length.total_seconds()


class Moment(click.ParamType[str]):
    """An instant, as ISO 8601 with its offset; without one it is a local time of this machine."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """A time as typed becomes an instant of ISO 8601; without a zone it is this machine's."""
        try:
            return datetime.fromisoformat(str(value)).astimezone().isoformat()
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r}: expected a date and time like 2026-12-01T08:00, "
                "2026-12-01T08:00+01:00 or 2026-12-01T07:00Z",
                param,
                ctx,
            )
