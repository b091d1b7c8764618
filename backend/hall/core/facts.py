"""Facts: what was seen, what was asked. They happened; nobody can refuse them."""

from dataclasses import dataclass
from enum import StrEnum

from hall.core.commands import Order
from hall.core.reasons import Reason
from hall.core.report import Report

Instant = float
"""Seconds since the Unix epoch, UTC. Time is always an argument."""


class CheckName(StrEnum):
    """The four links of the chain, in climbing order."""

    NETWORK = "network"
    DOCKER = "docker"
    CONTAINERS = "containers"
    APP = "app"


class Trigger(StrEnum):
    """What asked for a wake."""

    VISIT = "visit"
    API = "api"
    RETRY = "retry"
    POLICY = "policy"
    ADMIN = "admin"


class News(StrEnum):
    """What a server tells of itself."""

    GOING_TO_SLEEP = "going_to_sleep"
    WOKE_UP = "woke_up"


class HoldKind(StrEnum):
    """An admin's order that overrides policy for a time."""

    AWAKE = "awake"
    ASLEEP = "asleep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Keep awake, or do not wake, until ``until``.

    ``lasts`` says that it was ordered for a length of time: it ends when that is over, though the
    clock be set meanwhile; else when the clock shows ``until``.
    """

    kind: HoldKind
    until: Instant
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at one link: did it answer, in which words, and how long it took.

    ``took_ms`` is None when there was no answer: 0 would be a lie. ``alive`` says that the machine
    itself answered, though not as it should: it refused, or spoke of something else. ``weak`` is an
    answer that a proxy in between may give by itself: alone it proves nothing of the project.
    ``ours`` says that the look could not be made, by a fault of Hall's own machine: it tells
    nothing of the link.
    """

    ok: bool
    detail: Reason
    took_ms: float | None = None
    alive: bool = False
    weak: bool = False
    ours: bool = False

    @property
    def lives(self) -> bool:
        """Whether the machine that was asked is up, whatever it said."""
        return self.ok or self.alive


SHARED = "container_running"
"""The condition of a need that is Docker's own, not of Compose."""


@dataclass(frozen=True, slots=True)
class Need:
    """That a container waits for another one.

    By the rules of Compose for a ``service``: ``condition`` is service_started, service_healthy or
    service_completed_successfully. By Docker's own for a container that it is linked to, or whose
    namespace it shares: ``condition`` is ``SHARED``, and ``service`` the name of that container.
    """

    service: str
    condition: str = "service_started"

    def names(self, other: "Container") -> bool:
        """Whether this is the container that is waited for, or one of that service."""
        return self.service == (other.name if self.condition == SHARED else other.service)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container as Docker tells it.

    ``state`` is Docker's word (created, running, paused, restarting, exited, dead), or one of
    Hall's: ``missing``, ``swarm`` (missing, where Docker is in Swarm mode), ``unread``, and
    ``begun`` between a start order and the next list.
    ``health`` is starting, healthy, unhealthy, or None without a HEALTHCHECK.
    ``exit_code`` is of the process; ``health_exit`` of the last HEALTHCHECK run.
    ``restarts`` says that its restart policy would bring it back after an end without an error,
    ``publishes`` that it has ports on its host. ``awaited`` is false for one that is to be started
    and not waited for, ``ignored`` true for one that is to be left alone. ``unread`` names what of
    Docker's words about it could not be read; its state is then ``unread`` too.
    ``began_at`` and ``ended_at`` are of its last run that began, and that ended, by the server's
    own clock.
    """

    name: str
    state: str
    health: str | None = None
    exit_code: int | None = None
    health_exit: int | None = None
    service: str | None = None
    needs: tuple[Need, ...] = ()
    restarts: bool = False
    publishes: bool = False
    awaited: bool = True
    ignored: bool = False
    unread: str | None = None
    began_at: Instant | None = None
    ended_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Probed:
    """A link was looked at. ``domain`` is None for the server's own: network and docker.

    ``asked_at`` is when the question was asked, None for just now: what changed since then may
    have made its answer worthless.
    """

    check: CheckName
    sight: Sight
    domain: str | None = None
    asked_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ContainersSeen:
    """Docker listed the containers of a domain's project."""

    domain: str
    containers: tuple[Container, ...]


@dataclass(frozen=True, slots=True)
class ContainersUnseen:
    """Docker answers, but would not list the containers of a domain's project.

    ``ours`` says that it could not be asked, by a fault of Hall's own machine.
    """

    domain: str
    why: Reason
    ours: bool = False


@dataclass(frozen=True, slots=True)
class ContainerStopped:
    """Docker told that a container of a domain's project was killed, stopped, paused or died.

    ``by_order`` says that it was stopped by an order, rather than by its own end.
    """

    domain: str
    name: str
    by_order: bool = False


@dataclass(frozen=True, slots=True)
class Visited:
    """Somebody asked for a domain and may enter."""

    domain: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """A wake of the domain was ordered outright: by a script or by the retry button."""

    domain: str


@dataclass(frozen=True, slots=True)
class ActivityReported:
    """A site or a script said that the domain is in use."""

    domain: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody asked for a domain and may not enter. ``address`` is truncated already."""

    domain: str
    address: str


@dataclass(frozen=True, slots=True)
class Carried:
    """An order was carried out; ``error`` says in words why it was not, else None.

    ``why`` says the same as a reason, where it is one. ``refused`` names those of a start order
    that Docker refused, when it did start the others; with an error and without names, all failed.
    """

    command: Order
    error: str | None = None
    why: Reason | None = None
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrafficSeen:
    """Bytes that a domain's containers sent and received since they started.

    None when it could not be read; ``why`` says so in words.
    """

    domain: str
    total: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class GuardsRead:
    """The server answered (or not) whether anybody or anything is busy there.

    ``report`` is None when it could not be asked at all; ``why`` says so in words.
    """

    number: int
    report: Report | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """The server itself says that it goes to sleep, or that it is back."""

    news: News


@dataclass(frozen=True, slots=True)
class Held:
    """An admin set a hold, or took it away (None); ``domain`` None means the whole server."""

    hold: Hold | None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """An admin wants it awake now; ``domain`` None means the server alone."""

    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Dismissed:
    """An admin wants it asleep now; ``domain`` None means the whole server.

    ``force`` passes over the guards.
    """

    domain: str | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed, and an alarm asked to look at it."""


@dataclass(frozen=True, slots=True)
class ClockStepped:
    """The wall clock was set, forward by so many seconds, or back where they are negative."""

    by_s: float


Fact = (
    Probed
    | ContainersSeen
    | ContainersUnseen
    | ContainerStopped
    | Visited
    | Ordered
    | ActivityReported
    | Refused
    | Carried
    | TrafficSeen
    | GuardsRead
    | Announced
    | Held
    | Called
    | Dismissed
    | Ticked
    | ClockStepped
)
