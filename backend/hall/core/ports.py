"""Ports: what the application needs from the world. The adapters and the test doubles fill them."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from hall.core.config.methods import GuardsConfig
from hall.core.model.check import ProbeResult
from hall.core.model.container import Container, ContainerChange, ProjectRef, RunningContainer
from hall.core.model.events import Event
from hall.core.model.facts import PowerAnnounced
from hall.core.model.guards import GuardReport
from hall.core.model.saved import Saved, Unfinished
from hall.core.model.wake import Boot
from hall.core.timing import Instant


class Clock(Protocol):
    """The gateway's wall clock, which somebody may set while Hall runs."""

    def now(self) -> Instant:
        """Seconds since the Unix epoch; between two calls of ``stepped`` it never goes back."""
        ...

    def stepped(self) -> float:
        """By how many seconds the wall clock was set since the last call; 0 while it was not.

        From this call on ``now`` follows it: only who dates anew what is known may call this.
        """
        ...


class Prober(Protocol):
    """A way to see one link of a server."""

    async def look(self, timeout_s: float) -> ProbeResult:
        """Look once; ``timeout_s`` bounds each step of it.

        An unreachable target is a ProbeResult, not an error.
        """
        ...


class Questioner(Protocol):
    """Asks one project whether it answers."""

    async def look(self, timeout_s: float, turn: Callable[[], bool]) -> ProbeResult | None:
        """Ask once, over a new connection; what does not answer is a ProbeResult, not an error.

        ``turn`` is called once it is connected, before the question is sent: false means that
        somebody else is asking just now, and None comes back without a question.
        """
        ...


class PowerDriver(Protocol):
    """A way to switch a server on."""

    async def wake(self) -> None:
        """Send the wake order once, within a time of its own; two may overlap.

        Raises:
            WakeError: it could not be sent to any destination.
        """
        ...


class SleepDriver(Protocol):
    """A way to put a server to sleep."""

    async def sleep(self) -> None:
        """Give the sleep order, once. A connection that is lost after it is no error.

        Raises:
            SleepError: it could not be given, or the server refused it.
        """
        ...


class Inspector(Protocol):
    """A way to ask a server whether anybody or anything is busy there."""

    async def report(
        self, guards: GuardsConfig, containers: Sequence["RunningContainer"] | None
    ) -> GuardReport:
        """What of ``guards`` is asked for, as it is now; what cannot be read is ``Unreadable``.

        Args:
            guards: What to ask for.
            containers: Those that run, where connections are counted; None when there is no
                Docker, or when the other side knows them itself.

        Raises:
            InspectError: the server could not be asked at all.
        """
        ...


class Watchman(Protocol):
    """Asks one server for all its configured guards, by whatever ways there are."""

    async def report(self) -> GuardReport:
        """What is busy there now; what cannot be read is ``Unreadable``.

        Raises:
            InspectError: the server could not be asked at all.
        """
        ...


class Announcer(Protocol):
    """A server that tells by itself when it goes to sleep and when it is back."""

    def announcements(self) -> AbstractAsyncContextManager[AsyncIterator[PowerAnnounced]]:
        """What it tells, as it happens; it is open once the context is entered.

        Raises:
            AgentError: it could not be opened, or was cut.
        """
        ...


class ContainerRuntime(Protocol):
    """One server's Docker Engine."""

    async def ping(self, timeout_s: float) -> ProbeResult:
        """Ask once; ``timeout_s`` bounds each step. No answer is a ProbeResult, not an error."""
        ...

    async def containers(self, project: "ProjectRef") -> tuple[Container, ...]:
        """The project's containers as they are now.

        Raises:
            DockerError: the engine did not answer, or answered with an error.
        """
        ...

    async def start(self, names: Sequence[str]) -> None:
        """Start (or unpause) these containers, in this order; one that runs already is fine.

        Raises:
            StartError: the engine refused some, and started the rest; its own words are in it.
            DockerError: the engine did not answer.
        """
        ...

    async def stop(self, names: Sequence[str]) -> None:
        """Stop these containers, in this order; one that does not run is fine.

        Raises:
            DockerError: the engine refused one; its own words are in the error.
        """
        ...

    async def traffic(self, project: "ProjectRef") -> int | None:
        """Bytes that the project's running containers sent and received since they started.

        None when it cannot be told, as on the network of the host. It is 0 when none
        runs.

        Raises:
            DockerError: the engine did not answer, or answered with an error.
        """
        ...

    async def running(self) -> tuple["RunningContainer", ...]:
        """All containers that run on the server, of whatever project.

        Raises:
            DockerError: the engine did not answer, or answered with an error.
        """
        ...

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator["ContainerChange"]]:
        """The engine's event stream; it is open once the context is entered.

        Opened again, it goes on from the last event that was seen.

        Raises:
            DockerError: the stream could not be opened, or was cut.
        """
        ...


class Journal(Protocol):
    """The lasting record: what people read later, and what a start of Hall goes on from."""

    async def write(self, events: Sequence[Event]) -> None:
        """Write all of them in one transaction.

        Raises:
            JournalError: nothing was written; the caller keeps them and tries again.
        """
        ...

    async def prove(self) -> None:
        """Try whether it can be written; what it holds stays as it is.

        Raises:
            JournalError: it cannot, now.
        """
        ...

    async def unfinished(self) -> Sequence[Unfinished]:
        """The wakes to take up again: those that ran when the record ends, and the failed.

        It is empty when the record cannot be read.
        """
        ...

    async def memory(self, homes: Mapping[str, Collection[str]]) -> Mapping[str, Saved]:
        """What is remembered of each server; nothing of one when the record cannot be read.

        ``homes`` names the domains of each server.
        """
        ...

    async def history(self, limit: int) -> Mapping[str, Sequence[Boot]]:
        """By domain, the last wakes that ended well, at most ``limit`` of each, oldest first.

        Domains without any have no entry, or an empty one.
        """
        ...
