"""Facts: what was seen, what was asked. They happened; nobody can refuse them."""

from dataclasses import dataclass

from hall.core.model.check import CheckName, ProbeResult
from hall.core.model.commands import ActingCommand
from hall.core.model.container import Container
from hall.core.model.guards import GuardReport
from hall.core.model.override import Hold
from hall.core.model.power import PowerNews
from hall.core.model.reason import Reason, Why
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True)
class Probed:
    """A link was looked at. ``domain`` is None for the server's own: network and docker.

    ``asked_at`` is when the question was asked, None for just now: what changed since then may
    have made its answer worthless.
    """

    check: CheckName
    result: ProbeResult
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
class WakeRequested:
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
class CommandDone:
    """An order was carried out; ``error`` says why it was not, else None.

    ``refused`` names those of a start order that Docker refused, when it did start the others; with
    an error and without names, all failed.
    """

    command: ActingCommand
    error: Why | None = None
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrafficSeen:
    """Bytes that a domain's containers sent and received since they started.

    None when it could not be read; ``why`` says so in words.
    """

    domain: str
    total: int | None
    why: Why = ""


@dataclass(frozen=True, slots=True)
class GuardsRead:
    """The server answered (or not) whether anybody or anything is busy there.

    ``report`` is None when it could not be asked at all; ``why`` says so in words.
    """

    number: int
    report: GuardReport | None
    why: Why = ""


@dataclass(frozen=True, slots=True)
class PowerAnnounced:
    """The server itself says that it goes to sleep, or that it is back."""

    news: PowerNews


@dataclass(frozen=True, slots=True)
class HoldSet:
    """An admin set a hold, or took it away (None); ``domain`` None means the whole server."""

    hold: Hold | None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class WakeNow:
    """An admin wants it awake now; ``domain`` None means the server alone."""

    domain: str | None = None


@dataclass(frozen=True, slots=True)
class SleepNow:
    """An admin wants it asleep now; ``domain`` None means the whole server.

    ``force`` passes over the guards.
    """

    domain: str | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed, and a timer of the cell was due (``next_timer``)."""


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
    | WakeRequested
    | ActivityReported
    | Refused
    | CommandDone
    | TrafficSeen
    | GuardsRead
    | PowerAnnounced
    | HoldSet
    | WakeNow
    | SleepNow
    | Ticked
    | ClockStepped
)
