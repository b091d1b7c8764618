"""What the journal gives back at the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hall.core.model.activity import Activity
from hall.core.model.override import Override
from hall.core.model.power import PowerHistory, SleepAttempt
from hall.core.model.wake import Wake
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The newest wake of a domain: it has no end, or it failed and nothing changed since."""

    domain: str
    wake: Wake


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What the record remembers of a server: for a start of Hall to go on where it stopped.

    ``overrides`` are an admin's orders that stand still, by domain, None for the whole server;
    ``rested`` says by domain when Hall stopped its containers; ``activity`` is by domain, too;
    ``sleep`` is an order without an end.
    """

    power: PowerHistory = field(default_factory=PowerHistory)
    overrides: Mapping[str | None, Override] = field(default_factory=dict)
    rested: Mapping[str, Instant] = field(default_factory=dict)
    activity: Mapping[str, Activity] = field(default_factory=dict)
    sleep: SleepAttempt | None = None
