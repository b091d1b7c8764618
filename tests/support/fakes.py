"""Hand-written doubles of the ports, for tests of time and concurrency."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from hall.core.errors import DockerError, JournalError, WakeError
from hall.core.model.check import ProbeResult
from hall.core.model.container import Container, ContainerChange, ProjectRef, RunningContainer
from hall.core.model.events import Event
from hall.core.model.guards import GuardReport
from hall.core.model.reason import because
from hall.core.model.saved import Saved, Unfinished
from hall.core.model.wake import Boot


class FakeClock:
    """Time as the test tells it; by default it runs with the loop."""

    def __init__(self, start: float = 1_000_000.0) -> None:
        self.start = start
        self.fixed: float | None = None
        self.step_s = 0.0

    def set(self, by_s: float) -> None:
        """Set the wall clock; ``stepped`` notices."""
        self.step_s += by_s

    def stepped(self) -> float:
        by_s, self.step_s = self.step_s, 0.0
        self.start += by_s
        return by_s

    def stop(self) -> None:
        """Let no time pass until it may ``go_on``."""
        self.fixed = self.now()

    def go_on(self) -> None:
        fixed, self.fixed = self.fixed, None
        if fixed is not None:
            self.start += fixed - self.now()

    def now(self) -> float:
        if self.fixed is not None:
            return self.fixed
        return self.start + asyncio.get_running_loop().time()


class FakeProber:
    """A link that answers, or not; ``hang`` makes looks last until they are given up."""

    def __init__(self, *, up: bool = False) -> None:
        self.up = up
        self.hang = False
        self.fault: Exception | None = None
        self.looks = 0

    async def look(
        self, timeout_s: float, turn: Callable[[], bool] = lambda: True
    ) -> ProbeResult | None:
        if not turn():
            return None
        self.looks += 1
        up = self.up
        if self.fault is not None:
            raise self.fault
        if self.hang:
            await asyncio.Event().wait()
        if up:
            return ProbeResult(ok=True, detail=because("tcp_ok"), took_ms=1.0)
        return ProbeResult(ok=False, detail=because("tcp_silent"))


class FakePower:
    """Counts wake orders; the first one may switch something on."""

    def __init__(self, *boots: "FakeProber | FakeDocker") -> None:
        self.boots = boots
        self.orders = 0
        self.fault: Exception | None = None
        self.error: str | None = None

    async def wake(self) -> None:
        self.orders += 1
        if self.fault is not None:
            raise self.fault
        if self.error is not None:
            raise WakeError(self.error)
        for link in self.boots:
            link.up = True


class FakeSleep:
    """Counts sleep orders; each one switches something off."""

    def __init__(self, *links: "FakeProber | FakeDocker") -> None:
        self.links = links
        self.orders = 0

    async def sleep(self) -> None:
        self.orders += 1
        for link in self.links:
            link.up = False


class FakeWatchman:
    """Says who is busy, as the test tells it."""

    def __init__(self) -> None:
        self.busy = GuardReport()
        self.asked = 0

    async def report(self) -> GuardReport:
        self.asked += 1
        return self.busy


class FakeDocker:
    """A Docker Engine with one project; a start takes effect at once."""

    def __init__(self, *containers: Container) -> None:
        self.up = False
        self.known = {container.name: container for container in containers}
        self.refusal: str | None = None
        self.mute = False
        self.started: list[str] = []
        self.stopped: list[str] = []
        self.bytes: int | None = 0
        self.bytes_more = 0
        self.traffic_fault: Exception | None = None
        self.lists = 0
        self.opened = 0
        self.opened_again = asyncio.Event()
        self.changed: asyncio.Queue[ContainerChange | DockerError] = asyncio.Queue()

    async def ping(self, timeout_s: float) -> ProbeResult:
        if self.up:
            return ProbeResult(ok=True, detail=because("docker_ok"), took_ms=1.0)
        return ProbeResult(ok=False, detail=because("docker_silent"))

    async def containers(self, project: ProjectRef) -> tuple[Container, ...]:
        self.lists += 1
        if not self.up:
            raise DockerError("no answer")
        if self.refusal is not None:
            raise DockerError(self.refusal)
        return tuple(self.known.values())

    async def start(self, names: Sequence[str]) -> None:
        for name in names:
            self.started.append(name)
            self.known[name] = Container(name=name, state="running", service=name)

    async def stop(self, names: Sequence[str]) -> None:
        for name in names:
            self.stopped.append(name)
            self.known[name] = Container(name=name, state="exited", service=name)

    async def traffic(self, project: ProjectRef) -> int | None:
        if self.traffic_fault is not None:
            raise self.traffic_fault
        if self.bytes is not None:
            self.bytes += self.bytes_more
        return self.bytes

    async def running(self) -> tuple[RunningContainer, ...]:
        up = [name for name, one in self.known.items() if one.state == "running"]
        return tuple(RunningContainer(name=name, pid=100 + n) for n, name in enumerate(up))

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[ContainerChange]]:
        if not self.up or self.mute or self.refusal is not None:
            raise DockerError(self.refusal or "no answer")
        self.opened += 1
        self.opened_again.set()
        yield self._changes()

    async def _changes(self) -> AsyncIterator[ContainerChange]:
        while True:
            change = await self.changed.get()
            if isinstance(change, DockerError):
                raise change
            yield change


class MemoryJournal:
    """Keeps events in a list; ``broken`` refuses to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.batches = 0
        self.first_failing = False

    async def write(self, events: Sequence[Event]) -> None:
        if self.first_failing:
            raise JournalError("database or disk is full")
        self.batches += bool(events)
        self.events.extend(events)

    async def prove(self) -> None:
        await self.write([])

    async def unfinished(self) -> Sequence[Unfinished]:
        return []

    async def memory(self, homes: Mapping[str, Collection[str]]) -> Mapping[str, Saved]:
        return dict.fromkeys(homes, Saved())

    async def history(self, limit: int) -> Mapping[str, Sequence[Boot]]:
        return {}
