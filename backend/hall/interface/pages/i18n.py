"""The words of one language: texts with holes, reasons, and stretches of time.

``i18n.js`` and ``durations.js`` in ``frontend/shared/text`` say the same for what follows the
first paint.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
MOMENT_S = 3
SHORT_S = 10


class Words:
    """The words of one language."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self.table = table

    def __call__(self, key: str, **values: str) -> str:
        """The text of a key; a key that is missing shows itself."""
        return _fill(self.table.get(key, key), values)

    def reason(
        self, code: str, values: Mapping[str, Any], figures: Mapping[str, Any], text: str
    ) -> str:
        """A reason in this language, or as it was sent; a value may be a reason itself."""
        sentence = self.table.get(f"reason.{code}")
        if sentence is None:
            return text
        said = {name: self._value(value, figures.get(name)) for name, value in values.items()}
        return _fill(sentence, said)

    def _value(self, value: object, figure: object) -> str:
        if isinstance(value, Mapping):
            return self.reason(value["code"], value["values"], value["figures"], value["code"])
        if isinstance(figure, Mapping):
            return self.span(figure["seconds"])
        return str(value) if figure is None else str(value).replace(".", self("time.point"))

    def span(self, seconds: float) -> str:
        """A stretch of time in two units at most: "4 min", "2 h 5 min", "3 d 4 h"."""
        whole = max(0, math.floor(seconds + 0.5))
        if MINUTE_S <= whole < HOUR_S:
            return self("time.minutes", m=str(whole // MINUTE_S))
        return self.counted(whole)

    def exactly(self, seconds: float) -> str:
        """As in "12 s", "1 min 05 s"."""
        whole = max(0, math.floor(seconds))
        if whole < MINUTE_S:
            return self("time.seconds", s=str(whole))
        return self("time.minutes_seconds", m=str(whole // 60), s=f"{whole % 60:02d}")

    def counted(self, seconds: float) -> str:
        """What a countdown shows: to the second below an hour, then "2 h 5 min", "3 d 4 h"."""
        if seconds < HOUR_S:
            return self.exactly(seconds)
        whole = int(seconds)
        d, h, m = whole // DAY_S, whole // HOUR_S % 24, whole // MINUTE_S % 60
        if whole < DAY_S:
            return self("time.hours_minutes" if m else "time.hours", h=str(h), m=str(m))
        return self("time.days_hours" if h else "time.days", d=str(d), h=str(h))

    def roughly(self, seconds: float) -> str:
        """A duration that does not pretend to be exact: steps of five seconds, then minutes."""
        rounded = max(5, math.ceil(seconds / 5) * 5)
        if rounded <= 90:  # noqa: PLR2004 - "90 s" still reads well
            return self("time.seconds", s=str(rounded))
        return self("time.minutes", m=str(math.floor(rounded / 60 + 0.5)))

    def usually(self, seconds: float) -> str:
        """How long a stage takes: short ones to the second, so that they add up to what is left."""
        if seconds < MOMENT_S:
            return self("stage.moment")
        short = seconds <= SHORT_S
        time = self.exactly(math.floor(seconds + 0.5)) if short else self.roughly(seconds)
        return self("stage.usually", time=time)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda hole: values.get(hole[1], hole[0]), text)
