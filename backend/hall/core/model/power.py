"""How a server sleeps: what is known of its power, and of the sleep order that is out."""

from dataclasses import dataclass
from enum import StrEnum

from hall.core.model.reason import Reason, Why
from hall.core.timing import Instant


class PowerNews(StrEnum):
    """What a server tells of itself."""

    GOING_TO_SLEEP = "going_to_sleep"
    WOKE_UP = "woke_up"


class Ending(StrEnum):
    """What came of a sleep order."""

    SILENT = "silent"
    STAYED = "stayed"
    REFUSED = "refused"
    UNSEEN = "unseen"


@dataclass(frozen=True, kw_only=True)
class SleepAttempt:
    """A sleep order that is out, or a sleep that the server announced by itself.

    ``carried_at`` is when the order had been given, or with ``error`` could not be; None while it
    is on its way. ``misses`` counts looks without an answer since, ``answered_at`` is the latest
    with one; looks at the network, or when it was known by other links alone (``ping_filtered``),
    at those. ``back`` says that the server told it is awake again; ``unlooked`` that Hall itself
    could not look the last time; ``hushed`` counts looks without an answer at the links behind the
    network.
    """

    id: str
    ordered_at: Instant
    announced: bool = False
    carried_at: Instant | None = None
    error: Why | None = None
    ping_filtered: bool = False
    back: bool = False
    unlooked: bool = False
    hushed: int = 0
    misses: int = 0
    answered_at: Instant | None = None


@dataclass(frozen=True, kw_only=True)
class PowerHistory:
    """What is remembered of a server's sleeping and waking.

    ``up_since``: awake since; None while it is not. ``down_since``: the last time it went down;
    None when Hall did not see it. ``watched_since``: since when Hall sees that.
    ``slept_at``: when it fell silent after an order. ``strikes``: orders in a row that did not
    last; until ``after`` there is no other, because of ``trouble``. ``woken_at``: last wake order.
    """

    up_since: Instant | None = None
    down_since: Instant | None = None
    watched_since: Instant | None = None
    slept_at: Instant | None = None
    woken_at: Instant | None = None
    strikes: int = 0
    after: Instant = 0.0
    trouble: Reason | None = None
