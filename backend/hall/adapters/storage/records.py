"""What is read back from the journal, for people and tests."""

from dataclasses import dataclass

from hall.core.model.state import Status
from hall.core.model.wake import Outcome, Stage, Trigger
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionEntry:
    """A change of status of a domain, or of a server (``domain`` None)."""

    at: Instant
    server: str
    domain: str | None
    before: Status
    after: Status
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeEntry:
    """A wake; the last four are None while it has no end."""

    id: str
    server: str
    domain: str
    trigger: Trigger
    attempt: int
    started_at: Instant
    packets: int
    stages: tuple[Stage, ...]
    ended_at: Instant | None
    outcome: Outcome | None
    code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEntry:
    """A sign of use of a domain: ``kind`` is an ``ActivityKind``, or closed for a visit in vain."""

    at: Instant
    server: str
    domain: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalEntry:
    """Somebody was turned away; the address is truncated."""

    at: Instant
    server: str
    domain: str
    address: str
    code: str
    reason: str
