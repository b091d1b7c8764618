"""Wakes: what asked for one, its stages, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hall.core.model.check import CheckName
from hall.core.model.reason import Reason, Why
from hall.core.timing import Instant


class Trigger(StrEnum):
    """What asked for a wake."""

    VISIT = "visit"
    API = "api"
    RETRY = "retry"
    POLICY = "policy"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class ServerWake:
    """A server is being woken: once, however many domains wait for it, or for its own sake.

    ``packets`` counts the wake orders so far, the next is due at ``next_at``; ``error`` says why
    the last one could not be sent.
    """

    started_at: Instant
    packets: int = 0
    next_at: Instant = 0.0
    error: Why | None = None


Boot = Mapping[CheckName, float]
"""One past wake that ended well: seconds by stage, only of stages that were waited for."""


class Outcome(StrEnum):
    """How a wake ended."""

    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One link being climbed. ``expected_s`` is None without a past; ``took_s`` until reached."""

    name: CheckName
    expected_s: float | None
    took_s: float | None = None
    waited: bool = True


@dataclass(frozen=True, kw_only=True)
class Wake:
    """One attempt to bring a domain up.

    ``stage_since`` is when the current stage began. ``waits_for`` is the link that is waited for,
    ``deadline_from`` from when its deadline counts (a restart of Hall starts it anew),
    ``deadline_resets`` how often another link took its place. ``ordered`` holds the containers that
    a start order is out for, ``started`` those that Docker took it for; after an error, orders wait
    until ``start_after``. ``packets`` are the wake orders that the server was sent meanwhile, as of
    its end; ``packets_before`` those of earlier. ``counts_for_estimate`` is false when it began
    while the server was still going to sleep: its times are no measure.
    """

    id: str
    trigger: Trigger
    attempt: int
    started_at: Instant
    stages: tuple[Stage, ...]
    stage_since: Instant
    deadline_from: Instant
    waits_for: CheckName | None = None
    deadline_resets: int = 0
    packets: int = 0
    packets_before: int = 0
    ordered: frozenset[str] = frozenset()
    started: frozenset[str] = frozenset()
    start_errors: int = 0
    start_error: Why | None = None
    start_after: Instant = 0.0
    counts_for_estimate: bool = True
    ended_at: Instant | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None

    @property
    def current(self) -> Stage | None:
        """The stage being waited for, None when all are reached."""
        return next((stage for stage in self.stages if stage.took_s is None), None)
