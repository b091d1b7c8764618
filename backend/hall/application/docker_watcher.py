"""Follows one server's containers: the engine's events, and a list now and then beside them."""

import asyncio
import logging
from collections.abc import AsyncIterator

from hall.application.probe_intervals import list_pace
from hall.application.supervisor import Supervisor
from hall.core.errors import DockerError
from hall.core.model.check import CheckName
from hall.core.model.container import ContainerChange, ProjectRef
from hall.core.model.facts import ContainersSeen, ContainerStopped, ContainersUnseen, Probed
from hall.core.model.reason import Reason, Why, because
from hall.core.model.state import DomainState
from hall.core.ports import ContainerRuntime

logger = logging.getLogger("hall.docker")

LIST_TIMEOUT_S = 5.0
PING_TIMEOUT_S = 0.5
DEAF_S = 5.0
"""Seconds between two lists while no event stream is open: a filter may refuse it for good."""

REOPEN_S = 1.0
REOPEN_MOST_S = 60.0
"""Seconds before a stream that was cut is opened again; twice as long after each failure."""


class DockerWatcher:
    """Tells ``ContainersSeen`` whenever a project's containers may have changed."""

    def __init__(self, server: str, docker: ContainerRuntime, supervisor: Supervisor) -> None:
        self._server = server
        self._docker = docker
        self._supervisor = supervisor
        self._before: object = None
        self._turn = asyncio.Event()
        self._listing = asyncio.Lock()
        self._hears = False

    async def run(self) -> None:
        """Follow the engine while it answers; let go of it, and sleep, while it does not."""
        self._supervisor.signal(self._server).call(self._hear)
        async with asyncio.TaskGroup() as group:
            stream: asyncio.Task[None] | None = None
            while True:
                self._turn.clear()
                if self._up and stream is None:
                    stream = group.create_task(self._follow(), name=f"events {self._server}")
                elif not self._up and stream is not None:
                    stream.cancel()
                    stream = None
                if not self._up:
                    await self._turn.wait()
                    continue
                await self._list_all()
                pace_s = list_pace(self._supervisor.server(self._server))
                await self._wait(pace_s if self._hears else min(pace_s, DEAF_S))

    @property
    def _up(self) -> bool:
        cell = self._supervisor.server(self._server)
        return cell.network.is_ok and cell.docker.is_ok

    def _hear(self) -> None:
        """A change of the server's links, or a wake, is a reason to look again at once."""
        domains = self._supervisor.server(self._server).domains
        now = (self._up, tuple(name for name, domain in domains.items() if domain.waking))
        if now != self._before:
            self._turn.set()
        self._before = now

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._turn.wait()
        except TimeoutError:
            pass

    async def _follow(self) -> None:
        """The stream of events, opened again when it is cut, until cancelled."""
        pause_s = REOPEN_S
        while True:
            try:
                async with self._docker.changes() as changes:
                    pause_s, self._hears = REOPEN_S, True
                    await self._list_all()
                    await self._take(changes)
            except DockerError:
                # Cut: either the stream alone, or the whole server. A ping tells.
                result = await self._docker.ping(PING_TIMEOUT_S)
                self._supervisor.tell(self._server, Probed(CheckName.DOCKER, result))
            finally:
                self._hears = False
            await asyncio.sleep(pause_s)
            pause_s = min(REOPEN_MOST_S, pause_s * 2)

    async def _take(self, changes: AsyncIterator[ContainerChange]) -> None:
        async for change in changes:
            for name, domain in self._domains().items():
                if _concerns(change, domain):
                    if change.stops:  # nobody is sent to it while it is being listed
                        told = ContainerStopped(name, change.name, by_order=change.halted)
                        self._supervisor.tell(self._server, told)
                    await self._list(name, domain)

    async def _list_all(self) -> None:
        for name, domain in self._domains().items():
            await self._list(name, domain)

    def _domains(self) -> dict[str, DomainState]:
        cell = self._supervisor.server(self._server)
        return {n: d for n, d in cell.domains.items() if d.spec.project is not None}

    async def _list(self, name: str, domain: DomainState) -> None:
        """List one project; one at a time, so that an older list never follows a newer one."""
        project = domain.spec.project
        if project is None:
            return
        wanted = ProjectRef(compose=project.compose, names=project.containers)
        async with self._listing:
            try:
                async with asyncio.timeout(LIST_TIMEOUT_S):
                    containers = await self._docker.containers(wanted)
            except TimeoutError:
                self._unseen(name, because("docker_silent"))
            except DockerError as error:
                self._unseen(name, _as_reason(error.why), ours=error.ours)
            except Exception as error:
                logger.exception("Listing the containers of %s failed", name)
                self._unseen(name, because("look_failed", why=type(error).__name__), ours=True)
            else:
                self._supervisor.tell(self._server, ContainersSeen(name, containers))

    def _unseen(self, name: str, why: Reason, *, ours: bool = False) -> None:
        self._supervisor.tell(self._server, ContainersUnseen(name, why, ours))


def _as_reason(why: Why) -> Reason:
    return why if isinstance(why, Reason) else because("docker_broken", why=why)


def _concerns(change: ContainerChange, domain: DomainState) -> bool:
    project = domain.spec.project
    if project is None:
        return False
    if project.compose is not None:
        return change.compose == project.compose
    return change.name in project.containers
