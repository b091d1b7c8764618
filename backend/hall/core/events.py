"""Events: what is announced, to the journal and the log. Past tense, frozen."""

from dataclasses import dataclass

from hall.core.estimate import Wake
from hall.core.facts import CheckName, Instant
from hall.core.reasons import Reason
from hall.core.state import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A server (``domain`` None) or a domain changed its status."""

    server: str
    domain: str | None
    before: Status
    after: Status
    reason: Reason
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeStarted:
    """An attempt to bring a domain up began."""

    server: str
    domain: str
    wake: Wake
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReached:
    """A stage of a running wake was reached, after ``took_s`` seconds."""

    server: str
    domain: str
    wake_id: str
    stage: CheckName
    took_s: float
    waited: bool
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeEnded:
    """An attempt ended: ready, or failed for this reason."""

    server: str
    domain: str
    wake: Wake
    reason: Reason
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNoted:
    """Somebody asked for a domain (``kind`` visit or activity)."""

    server: str
    domain: str
    kind: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRefused:
    """Somebody was turned away; ``address`` is truncated."""

    server: str
    domain: str
    address: str
    reason: Reason
    at: Instant


Event = Transition | WakeStarted | StageReached | WakeEnded | VisitNoted | AccessRefused
