"""Who and what is busy on a server: its Docker and the server itself, asked together."""

import asyncio
from dataclasses import replace

from hall.core.config import ServerConfig
from hall.core.errors import DockerError
from hall.core.ports import ContainerRuntime, Inspector, Running, Watchman
from hall.core.reasons import because
from hall.core.report import Report, Unread
from hall.core.ways import GuardsConfig

DOCKER_S = 5.0
"""How long Docker may take to tell what runs, before that counts as unread."""


def watchman(
    server: ServerConfig, docker: ContainerRuntime | None, asker: Inspector | None
) -> Watchman | None:
    """What asks a server for its guards; None when there is no way to ask it anything.

    Args:
        server: The server.
        docker: Its Docker, which knows the containers that run.
        asker: The way to the server itself, see ``inspector``.
    """
    if docker is None and asker is None:
        return None
    return ServerWatchman(server.guards, docker, asker)


class ServerWatchman:
    """Asks Docker for the containers that keep the server awake, and the server for all else."""

    def __init__(
        self, guards: GuardsConfig, docker: ContainerRuntime | None, asker: Inspector | None
    ) -> None:
        self._guards = guards
        self._docker = docker
        self._asker = asker

    async def report(self) -> Report:
        """What is busy there now.

        A Docker that does not answer leaves ``keep_awake`` and ``connections`` unread; without a
        way to the server itself only ``keep_awake`` is asked.

        Raises:
            InspectError: the server could not be asked at all.
        """
        running, report = await self._both() if self._apart() else await self._in_turn()
        return report if running is None else replace(report, keep_awake=_kept(running))

    def _apart(self) -> bool:
        """Whether the server can be asked without knowing its containers."""
        return self._docker is None or self._asker is None or not self._guards.connections

    async def _both(self) -> tuple[tuple[Running, ...] | Unread | None, Report]:
        try:
            async with asyncio.TaskGroup() as group:
                running = group.create_task(self._running(), name="ask Docker")
                report = group.create_task(self._ask(self._guards, None), name="ask the server")
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return running.result(), report.result()

    async def _in_turn(self) -> tuple[tuple[Running, ...] | Unread | None, Report]:
        running = await self._running()
        if isinstance(running, Unread):
            guards = self._guards.model_copy(update={"connections": False})
            return running, replace(await self._ask(guards, None), connections=running)
        return running, await self._ask(self._guards, running)

    async def _ask(self, guards: GuardsConfig, running: tuple[Running, ...] | None) -> Report:
        return Report() if self._asker is None else await self._asker.report(guards, running)

    async def _running(self) -> tuple[Running, ...] | Unread | None:
        if self._docker is None:
            return None
        try:
            async with asyncio.timeout(DOCKER_S):
                return await self._docker.running()
        except DockerError as error:
            return Unread(str(error))
        except TimeoutError:
            return Unread(str(because("docker_silent")))


def _kept(running: tuple[Running, ...] | Unread) -> tuple[str, ...] | Unread:
    if isinstance(running, Unread):
        return running
    return tuple(one.name for one in running if one.keep_awake)
