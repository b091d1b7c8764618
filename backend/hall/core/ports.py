"""Ports: what the application needs from the world. The adapters and the test doubles fill them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from hall.core.estimate import Boot, Wake
from hall.core.events import Event
from hall.core.facts import Container, Instant, Sight


class Clock(Protocol):
    """Knows the time."""

    def now(self) -> Instant:
        """Seconds since the Unix epoch; never goes back while the process lives."""
        ...


class Prober(Protocol):
    """Looks at one link."""

    async def look(self, timeout_s: float) -> Sight:
        """Look once. An unreachable target is a Sight, not an error."""
        ...


class PowerDriver(Protocol):
    """Switches a server on."""

    async def wake(self) -> None:
        """Send the wake order once.

        Raises:
            WakeError: it could not be sent to any destination.
        """
        ...


class ContainerRuntime(Protocol):
    """One server's Docker Engine."""

    async def ping(self, timeout_s: float) -> Sight:
        """Ask whether the engine answers."""
        ...

    async def containers(self, project: "Project") -> tuple[Container, ...]:
        """The project's containers as they are now.

        Raises:
            DockerError: the engine did not answer, or answered with an error.
        """
        ...

    async def start(self, names: Sequence[str]) -> None:
        """Start (or unpause) these containers, in this order; one that runs already is fine.

        Raises:
            DockerError: the engine refused one; its own words are in the error.
        """
        ...

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator["Change"]]:
        """The engine's event stream; it is open once the context is entered.

        Opened again, it goes on from the last event that was seen.

        Raises:
            DockerError: the stream could not be opened, or was cut.
        """
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A container changed: its name, and its Compose project if it has one."""

    name: str
    compose: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """The containers behind a domain: a Compose project, or containers by name."""

    compose: str | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The newest wake of a domain: it has no end, or it failed and nothing changed since."""

    domain: str
    wake: Wake


class Journal(Protocol):
    """The lasting record."""

    async def write(self, events: Sequence[Event]) -> None:
        """Write all of them in one transaction.

        Raises:
            JournalError: nothing was written; the caller keeps them and tries again.
        """
        ...

    async def unfinished(self) -> Sequence[Unfinished]:
        """The wakes to take up again: those that ran when the record ends, and the failed."""
        ...

    async def history(self, domain: str, limit: int) -> Sequence[Boot]:
        """The last wakes of a domain that ended well, oldest first."""
        ...
