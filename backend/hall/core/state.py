"""What Hall knows: one cell a server, with its domains. Frozen; only ``advance`` makes new ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hall.core.config import DomainConfig, ServerConfig
from hall.core.estimate import Boot, Wake
from hall.core.facts import Container, Instant, Trigger
from hall.core.health import Check
from hall.core.reasons import Reason, because


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


@dataclass(frozen=True, slots=True)
class Standing:
    """A status with its why and its since."""

    status: Status = Status.UNKNOWN
    reason: Reason = field(default_factory=lambda: because("not_looked"))
    since: Instant = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainState:
    """All that is known of one domain.

    ``asked_at`` is when a wake was last asked for and not yet answered by one; ``retry_at`` when
    the next attempt starts by itself; ``seq`` grows with every visible change.
    """

    id: str
    spec: DomainConfig
    standing: Standing
    containers: Check
    app: Check
    seen: tuple[Container, ...] | None = None
    trouble_since: Instant | None = None
    wake: Wake | None = None
    asked_at: Instant | None = None
    asked_by: Trigger = Trigger.VISIT
    retry_at: Instant | None = None
    active_at: Instant | None = None
    history: tuple[Boot, ...] = ()
    seq: int = 0

    @property
    def running(self) -> Wake | None:
        """The wake that runs, if one does."""
        return self.wake if self.wake is not None and self.wake.outcome is None else None

    @property
    def waking(self) -> bool:
        """Whether a wake of this domain is running."""
        return self.running is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """The one schedule of wake orders of a server, however many visitors wait."""

    sent: int = 0
    next_at: Instant
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """One cell: a server, what its links say, and its domains."""

    id: str
    spec: ServerConfig
    standing: Standing
    network: Check
    docker: Check
    domains: Mapping[str, DomainState]
    burst: Burst | None = None

    @property
    def waking(self) -> bool:
        """Whether a wake of any of its domains is running."""
        return any(domain.waking for domain in self.domains.values())

    def checks(self, domain: DomainState) -> tuple[Check, ...]:
        """The four links of one domain, in climbing order."""
        return (self.network, self.docker, domain.containers, domain.app)

    def broken(self, domain: DomainState) -> Check | None:
        """The first link that does not hold, or None when all do."""
        return next((check for check in self.checks(domain) if not check.holds), None)

    def obstacle(self, domain: DomainState) -> Check | None:
        """What keeps visitors out: the first broken link, else one that missed its last look."""
        doubtful = (check for check in self.checks(domain) if check.misses)
        return self.broken(domain) or next(doubtful, None)

    def ready(self, domain: DomainState) -> bool:
        """Whether a visitor may go in now: every link held at its very last look."""
        return self.obstacle(domain) is None
