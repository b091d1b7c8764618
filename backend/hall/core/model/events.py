"""Events: what is announced, to the journal and the log. Past tense, frozen."""

from dataclasses import dataclass

from hall.core.model.activity import Activity
from hall.core.model.check import CheckName
from hall.core.model.override import Override
from hall.core.model.power import Ending, PowerHistory
from hall.core.model.reason import Reason, Why
from hall.core.model.state import Status
from hall.core.model.wake import Wake
from hall.core.timing import Instant


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
    """A sign that a domain is in use: ``kind`` is visit, activity, traffic or admin.

    A visit that was turned away because the domain is closed is of kind closed: it is no use.
    """

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepOrdered:
    """A server is put to sleep, for this reason; or it announced that it goes by itself."""

    server: str
    id: str
    announced: bool
    reason: Reason
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepEnded:
    """What came of a sleep order: silence, or why not."""

    server: str
    id: str
    ending: Ending
    reason: Reason
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """A server that had gone to sleep is awake, and Hall did not wake it."""

    server: str
    reason: Reason
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerNoted:
    """What is to be remembered of a server's sleeping, over a restart of Hall."""

    server: str
    power: PowerHistory
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChanged:
    """Another reason keeps the server awake, or lets it sleep."""

    server: str
    reason: Reason
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainersStopped:
    """The containers of a domain that nobody used were stopped; ``error`` says why not."""

    server: str
    domain: str
    reason: Reason
    error: Why | None
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideNoted:
    """An admin's order stands, of a domain or of the whole server; None: none does any more."""

    server: str
    domain: str | None
    override: Override | None
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RestNoted:
    """Hall stopped the containers of a domain at ``rested_at``; None: they may run again."""

    server: str
    domain: str
    rested_at: Instant | None
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Redated:
    """The wall clock was set: what a restart of Hall goes on from is dated anew.

    ``uses`` are the last signs of use, by domain; ``wakes`` those that run or failed last.
    """

    server: str
    uses: tuple[tuple[str, Activity], ...]
    wakes: tuple[Wake, ...]
    at: Instant


Event = (
    Transition
    | WakeStarted
    | StageReached
    | WakeEnded
    | VisitNoted
    | AccessRefused
    | SleepOrdered
    | SleepEnded
    | CameBack
    | PowerNoted
    | VerdictChanged
    | ContainersStopped
    | OverrideNoted
    | RestNoted
    | Redated
)
