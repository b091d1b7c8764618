"""What Hall knows: one cell a server, with its domains. Frozen; only ``advance`` makes new ones."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hall.core.config.domain import DomainConfig
from hall.core.config.server import ServerConfig
from hall.core.model.activity import Activity
from hall.core.model.changed import replace
from hall.core.model.check import Check, CheckState
from hall.core.model.closed import Closed
from hall.core.model.container import Container
from hall.core.model.override import (
    Hold,
    Override,
    called_at_of,
    dismissed_at_of,
    hold_of,
)
from hall.core.model.power import PowerHistory, SleepAttempt
from hall.core.model.reason import Reason, because
from hall.core.model.schedule import Schedule
from hall.core.model.sleep_phase import (
    GuardsAsked,
    GuardsKnown,
    GuardsUnasked,
    SleepOut,
    SleepPhase,
)
from hall.core.model.verdict import DomainCause, NeverUsed, NotSeen, ServerCause, Verdict
from hall.core.model.wake import Boot, ServerWake, Wake
from hall.core.model.wake_phase import (
    AtRest,
    WakeAsked,
    WakePhase,
    WakeRunning,
    last_failure,
    last_wake,
    with_news,
)
from hall.core.timing import Instant


class Status(StrEnum):
    """Where a server or a domain stands. Derived, never set by anybody."""

    UNKNOWN = "unknown"
    ASLEEP = "asleep"
    WAKING = "waking"
    DOCKER_UP = "docker_up"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    FAILED = "failed"
    STOPPING = "stopping"


NOT_USED: Verdict[DomainCause] = Verdict(NeverUsed())
NOT_SEEN: Verdict[ServerCause] = Verdict(NotSeen())
"""The verdicts on what nothing is known of."""


@dataclass(frozen=True)
class StatusNow:
    """A status, the reason for it, and since when; the reason may change while ``since`` stays."""

    status: Status = Status.UNKNOWN
    reason: Reason = field(default_factory=lambda: because("not_looked"))
    since: Instant = 0.0


@dataclass(frozen=True, kw_only=True)
class DomainState:
    """All that is known of one domain.

    ``phase`` is where it stands with its wakes; ``seq`` grows with every visible change.
    ``doubted_at`` is when something happened that the project's answers so far say nothing of:
    only questions asked later count, and None once one was answered. ``proven`` says that each
    HEALTHCHECK of its containers has passed, as far as they were seen.
    ``override`` is the latest order of an admin that still counts.
    ``policy_wakes`` counts wakes by policy that came shortly one after the other, the latest at
    ``policy_woken_at``. ``rested_at`` is when Hall stopped its containers, ``stopping`` while
    that order is out, ``stop_after`` when it may try again. ``ran`` names the containers that run,
    or ran until their server went, and ``halted`` those that somebody stopped: of them, none has
    come to an end of its own. ``ran`` is None before the first list. ``alone`` says that never
    more than one of its containers was seen at a time. ``timer`` is when time alone changes
    something of it, as of the last step: None when only the world can.
    """

    id: str
    spec: DomainConfig
    status_now: StatusNow
    containers: Check
    app: Check
    seen: tuple[Container, ...] | None = None
    ran: frozenset[str] | None = None
    halted: frozenset[str] = frozenset()
    alone: bool = True
    trouble_since: Instant | None = None
    doubted_at: Instant | None = None
    proven: bool = False
    phase: WakePhase = field(default_factory=AtRest)
    activity: Activity = field(default_factory=Activity)
    schedule: Schedule | None = None
    override: Override | None = None
    verdict: Verdict[DomainCause] = NOT_USED
    closed: Closed | None = None
    policy_wakes: int = 0
    policy_woken_at: Instant | None = None
    rested_at: Instant | None = None
    stopping: bool = False
    stop_after: Instant = 0.0
    history: tuple[Boot, ...] = ()
    timer: Instant | None = None
    seq: int = 0

    @property
    def hold(self) -> Hold | None:
        """An admin's hold, if one stands."""
        return hold_of(self.override)

    @property
    def called_at(self) -> Instant | None:
        """When an admin's "wake now" came that still counts."""
        return called_at_of(self.override)

    @property
    def dismissed_at(self) -> Instant | None:
        """When an admin's "sleep now" came that still counts."""
        return dismissed_at_of(self.override)

    @property
    def wake(self) -> Wake | None:
        """The wake that runs, or the last one that still says something."""
        return last_wake(self.phase)

    @property
    def running(self) -> Wake | None:
        """The wake that runs, if one does."""
        return self.phase.wake if isinstance(self.phase, WakeRunning) else None

    @property
    def waking(self) -> bool:
        """Whether a wake of this domain is running."""
        return isinstance(self.phase, WakeRunning)

    @property
    def asked_at(self) -> Instant | None:
        """Since when a wake is asked for that has not begun; None when none is."""
        return self.phase.at if isinstance(self.phase, WakeAsked) else None

    @property
    def retry_at(self) -> Instant | None:
        """When the next attempt starts by itself; None when none does."""
        failure = last_failure(self.phase)
        return None if failure is None else failure.retry_at

    @property
    def expects_wake(self) -> bool:
        """Whether a wake runs, is asked for, or starts again by itself."""
        return self.waking or self.asked_at is not None or self.retry_at is not None

    def with_wake(self, wake: Wake) -> "DomainState":
        """The domain in the same phase, with what is newly known of its wake."""
        return replace(self, phase=with_news(self.phase, wake))


@dataclass(frozen=True, kw_only=True)
class ServerState:
    """One cell: a server, what its links say, its domains, and how it sleeps.

    ``sleep_phase`` is where it stands on its way to sleep, ``guards_asked`` how often its guards
    were asked; ``deaf`` says that its network was last known by another link than its own,
    ``unwatched`` that it may sleep, is to be left alone then, and was not looked at since Hall
    began. ``server_wake`` is the wake that all its domains join; one for the server's own sake is
    not begun again before ``server_wake_after``, because of ``server_wake_failed``.
    ``packets_sent`` counts the wake orders since Hall began.
    """

    id: str
    spec: ServerConfig
    status_now: StatusNow
    network: Check
    docker: Check
    domains: Mapping[str, DomainState]
    power: PowerHistory = field(default_factory=PowerHistory)
    sleep_phase: SleepPhase = field(default_factory=GuardsUnasked)
    guards_asked: int = 0
    server_wake: ServerWake | None = None
    packets_sent: int = 0
    server_wake_after: Instant = 0.0
    server_wake_failed: Reason | None = None
    override: Override | None = None
    deaf: bool = False
    unwatched: bool = False
    verdict: Verdict[ServerCause] = NOT_SEEN

    @property
    def hold(self) -> Hold | None:
        """An admin's hold of the whole server, if one stands."""
        return hold_of(self.override)

    @property
    def sleep(self) -> SleepAttempt | None:
        """The sleep order that is out, if one is."""
        return self.sleep_phase.attempt if isinstance(self.sleep_phase, SleepOut) else None

    @property
    def guards(self) -> GuardsKnown | None:
        """What the server last said of its guards, while it counts; None when nothing does."""
        if isinstance(self.sleep_phase, GuardsAsked):
            return self.sleep_phase.known
        return self.sleep_phase if isinstance(self.sleep_phase, GuardsKnown) else None

    @property
    def guards_asked_at(self) -> Instant | None:
        """Since when an answer of the guards is awaited."""
        return self.sleep_phase.at if isinstance(self.sleep_phase, GuardsAsked) else None

    def with_sleep(self, attempt: SleepAttempt) -> "ServerState":
        """The cell with this sleep order out; what its guards said does not count any more."""
        return replace(self, sleep_phase=SleepOut(attempt))

    def with_domain(self, domain: DomainState) -> "ServerState":
        """The cell with this domain in the place of the one that has its id."""
        return replace(self, domains={**self.domains, domain.id: domain})

    def with_domains(
        self,
        turn: "Callable[[DomainState], DomainState]",
        names: Iterable[str] | None = None,
    ) -> "ServerState":
        """The cell with its domains, or these, turned; the same cell when all stay the same."""
        known = self.domains
        names = known if names is None else names
        turned = {name: new for name in names if (new := turn(known[name])) is not known[name]}
        return replace(self, domains={**known, **turned}) if turned else self

    @property
    def waking_up(self) -> bool:
        """Whether the server or a domain of it is being woken."""
        return self.server_wake is not None or self.waking

    @property
    def waking(self) -> bool:
        """Whether a wake of any of its domains is running."""
        return any(isinstance(one.phase, WakeRunning) for one in self.domains.values())

    def overtakes(self, domain: DomainState) -> bool:
        """Whether a wake of the domain waits for the end of a sleep order that is out."""
        return domain.waking and self.sleep is not None

    def checks(self, domain: DomainState) -> tuple[Check, ...]:
        """The four links of one domain, in climbing order."""
        return (self.network, self.docker, domain.containers, domain.app)

    def answers(self, domain: DomainState) -> bool:
        """Whether the project's own answer decides: at rest it does, whatever Hall cannot see.

        In a wake the rule is strict, and each link must hold. What answers although Hall stopped
        its containers is not the project; and where the owner waits for HEALTHCHECKs, so does it.
        """
        project = domain.spec.project
        waits = project is not None and project.wait_healthy and domain.seen is not None
        if domain.waking or domain.rested_at is not None or (waits and not domain.containers.is_ok):
            return False
        return domain.app.state is CheckState.OK

    def flaw(self, domain: DomainState) -> Check | None:
        """The first link that does not hold, or None when all do."""
        return next((check for check in self.checks(domain) if not check.is_ok), None)

    def first_failing(self, domain: DomainState) -> Check | None:
        """The first link whose failing matters: none does while the project answers."""
        return None if self.answers(domain) else self.flaw(domain)

    def first_not_ready(self, domain: DomainState) -> Check | None:
        """What keeps visitors out: the first broken link, else one that missed its last look."""
        if self.answers(domain):
            doubted = domain.app.misses > 0 or domain.doubted_at is not None
            return domain.app if doubted else None
        doubtful = None
        for check in self.checks(domain):
            if not check.is_ok:
                return check
            if doubtful is None and check.misses:
                doubtful = check
        return doubtful

    def ready(self, domain: DomainState) -> bool:
        """Whether a visitor may go in now: nothing is in the way, as of the very last look."""
        refused = domain.closed is not None and domain.closed.entry_refused
        return self.first_not_ready(domain) is None and not refused

    def closed_for_visitors(self, domain: DomainState) -> Closed | None:
        """What keeps visitors out: they neither get in nor wake it. None while they may wait.

        A domain that is held asleep and comes up all the same, lets them in.
        """
        closed = domain.closed
        if closed is None or self.ready(domain) or (domain.waking and not closed.entry_refused):
            return None
        return closed
