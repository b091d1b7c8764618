"""Where a server stands on its way to sleep: its guards asked, known, or a sleep order out."""

from dataclasses import dataclass

from hall.core.model.guards import GuardReport
from hall.core.model.power import SleepAttempt
from hall.core.model.reason import Why
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True)
class GuardsUnasked:
    """What the server said of its guards, if it did, does not count any more."""


@dataclass(frozen=True, kw_only=True)
class GuardsKnown:
    """What the server said of its guards at ``at``.

    ``report`` is None when it could not be asked, for the reason ``why``.
    """

    at: Instant
    report: GuardReport | None
    why: Why = ""


@dataclass(frozen=True, kw_only=True)
class GuardsAsked:
    """An answer is awaited since ``at``; ``known`` is the one before."""

    at: Instant
    known: GuardsKnown | None


@dataclass(frozen=True, slots=True)
class SleepForced:
    """An admin's "sleep now" that passes over the guards; it acts at once, or not at all."""


@dataclass(frozen=True)
class SleepOut:
    """A sleep order is out, or the server announced its sleep."""

    attempt: SleepAttempt


SleepPhase = GuardsUnasked | GuardsAsked | GuardsKnown | SleepForced | SleepOut
