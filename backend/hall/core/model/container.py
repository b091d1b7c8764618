"""Containers and projects, as Docker tells of them."""

from dataclasses import dataclass

from hall.core.model.reason import Why
from hall.core.timing import Instant

SHARED = "container_running"
"""The condition of a need that is Docker's own, not of Compose."""


@dataclass(frozen=True, slots=True)
class Dependency:
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


@dataclass(frozen=True, kw_only=True)
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
    depends_on: tuple[Dependency, ...] = ()
    restarts: bool = False
    publishes: bool = False
    awaited: bool = True
    ignored: bool = False
    unread: Why | None = None
    began_at: Instant | None = None
    ended_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ContainerChange:
    """A container changed: its name, and its Compose project if it has one.

    ``halted`` says that it was stopped by an order, rather than by its own end.
    ``stops`` says that it may not answer any more: killed, stopped, paused, restarted, dead.
    """

    name: str
    compose: str | None = None
    halted: bool = False
    stops: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningContainer:
    """A container that runs: ``pid`` of its first process on the server, and its IP addresses.

    ``keep_awake`` says that it bears the label ``hall.keep-awake``, with a value that is not
    false, 0 or no.
    """

    name: str
    pid: int
    addresses: tuple[str, ...] = ()
    keep_awake: bool = False


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """The containers behind a domain: a Compose project, or containers by name."""

    compose: str | None
    names: tuple[str, ...] = ()
