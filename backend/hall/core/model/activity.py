"""Signs that a domain is in use, and when the last one was."""

from dataclasses import dataclass
from enum import StrEnum

from hall.core.model.reason import Why
from hall.core.timing import Instant

FRESH_MEASURE_S = 90.0
"""How old the latest measure of the traffic may be; older, the activity is not known."""


class ActivityKind(StrEnum):
    """What showed that a domain is in use."""

    VISIT = "visit"
    REPORT = "activity"
    TRAFFIC = "traffic"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What a domain's containers sent and received.

    ``total`` counts bytes since they started, None when it could not be read, for the reason
    ``why``; ``rate`` is bytes a minute, None before the second measure.
    """

    at: Instant
    total: int | None
    rate: float | None = None
    why: Why = ""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """The last sign that a domain is in use (``at`` None: never), and its traffic.

    ``slept_s`` is for how many seconds its server has slept since.
    """

    at: Instant | None = None
    sign: ActivityKind = ActivityKind.VISIT
    slept_s: float = 0.0
    traffic: Traffic | None = None
