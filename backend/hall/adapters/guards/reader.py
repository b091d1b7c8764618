"""Who and what is busy on a server: its Docker and the server itself, asked together."""

import asyncio
from dataclasses import replace
from pathlib import Path

from hall.adapters.agent.factory import agent_inspector
from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.factory import ssh_inspector
from hall.core.config.methods import GuardsConfig
from hall.core.config.server import ServerConfig
from hall.core.errors import DockerError
from hall.core.model.container import RunningContainer
from hall.core.model.guards import GuardReport, Unreadable
from hall.core.model.reason import because
from hall.core.ports import ContainerRuntime, Inspector, Watchman

DOCKER_S = 4.0
"""How long Docker may take to tell what runs, before that counts as unread."""

_Told = tuple[RunningContainer, ...] | Unreadable | None


def inspector(server: ServerConfig, base: Path, names: Names | None = None) -> Inspector | None:
    """The way to ask a server itself: by its agent, else over SSH; None when it has neither.

    Args:
        server: The server.
        base: The folder that relative paths of the configuration start from.
        names: Looks names up; may be shared between servers.

    Raises:
        ConfigurationError: a secret or a key is missing or of no use.
    """
    names = names or Names()
    if server.agent is not None:
        return agent_inspector(server, base, names)
    return None if server.ssh is None else ssh_inspector(server, base, names)


def watchman(
    server: ServerConfig,
    docker: ContainerRuntime | None,
    asker: Inspector | None,
    docker_s: float = DOCKER_S,
) -> Watchman | None:
    """What asks a server for its guards; None when there is no way to ask it anything.

    Args:
        server: The server.
        docker: Its Docker, which knows the containers that run.
        asker: The way to the server itself, see ``inspector``.
        docker_s: How long Docker may take.
    """
    if docker is None and asker is None:
        return None
    in_turn = server.agent is None
    return ServerWatchman(server.guards, docker, asker, in_turn=in_turn, docker_s=docker_s)


class ServerWatchman:
    """Asks Docker for the containers that keep the server awake, and the server for all else.

    Args:
        guards: What to ask for.
        docker: The server's Docker.
        asker: The way to the server itself.
        in_turn: The server must be told its containers, to count connections in them; an agent
            knows them itself.
        docker_s: How long Docker may take.
    """

    def __init__(
        self,
        guards: GuardsConfig,
        docker: ContainerRuntime | None,
        asker: Inspector | None,
        *,
        in_turn: bool = True,
        docker_s: float = DOCKER_S,
    ) -> None:
        self._docker_s = docker_s
        self._guards = guards
        self._docker = docker
        self._asker = asker
        self._in_turn = in_turn and docker is not None and guards.connections

    async def report(self) -> GuardReport:
        """What is busy there now.

        A Docker that does not answer leaves ``keep_awake`` and ``connections`` unread; without a
        way to the server itself only ``keep_awake`` is asked.

        Raises:
            InspectError: the server could not be asked at all.
        """
        running, report = await (self._one_by_one() if self._in_turn else self._side_by_side())
        if isinstance(running, Unreadable):
            return self._without_docker(report, running)
        if running is None:
            return report
        return replace(report, keep_awake=tuple(one.name for one in running if one.keep_awake))

    async def _one_by_one(self) -> tuple[_Told, GuardReport]:
        running = await self._running()
        return running, await self._ask(None if isinstance(running, Unreadable) else running)

    async def _side_by_side(self) -> tuple[_Told, GuardReport]:
        try:
            async with asyncio.TaskGroup() as group:
                running = group.create_task(self._running(), name="ask Docker")
                report = group.create_task(self._ask(None), name="ask the server")
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return running.result(), report.result()

    async def _ask(self, running: tuple[RunningContainer, ...] | None) -> GuardReport:
        if self._asker is None:
            return GuardReport()
        return await self._asker.report(self._guards, running)

    def _without_docker(self, report: GuardReport, why: Unreadable) -> GuardReport:
        """What the server itself could not tell of containers is unread."""
        if self._asker is not None and self._guards.connections and report.connections is None:
            report = replace(report, connections=why)
        return report if report.keep_awake is not None else replace(report, keep_awake=why)

    async def _running(self) -> _Told:
        if self._docker is None:
            return None
        try:
            async with asyncio.timeout(self._docker_s):
                return await self._docker.running()
        except DockerError as error:
            return Unreadable(error.why)
        except TimeoutError:
            return Unreadable(because("docker_silent"))
