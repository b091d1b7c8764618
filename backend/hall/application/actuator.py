"""The actuator: carries out commands, each with a time limit; what became of it is a fact."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import assert_never

from hall.core.commands import Command, SendWake, StartContainers
from hall.core.errors import DockerError, HallError, WakeError
from hall.core.facts import Carried
from hall.core.ports import ContainerRuntime, PowerDriver

logger = logging.getLogger("hall.act")

SEND_TIMEOUT_S = 5.0
START_TIMEOUT_S = 60.0


class Actuator:
    """Has one hand a server for power and one for containers."""

    def __init__(
        self,
        *,
        power: Mapping[str, PowerDriver],
        docker: Mapping[str, ContainerRuntime],
        tell: Callable[[str, Carried], None],
    ) -> None:
        self._power = power
        self._docker = docker
        self._tell = tell
        self._commands: asyncio.Queue[Command] = asyncio.Queue()

    def carry(self, command: Command) -> None:
        """Take an order; it is carried out beside all others."""
        self._commands.put_nowait(command)

    async def run(self) -> None:
        """Carry out orders until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                command = await self._commands.get()
                group.create_task(self._carry(command), name=f"{command}")

    async def _carry(self, command: Command) -> None:
        try:
            await self._do(command)
        except TimeoutError:
            error: str | None = "no answer in time"
        except HallError as refusal:
            error = str(refusal)
        except Exception as fault:
            logger.exception("Carrying out %s failed", command)
            error = type(fault).__name__
        else:
            error = None
        self._tell(command.server, Carried(command, error))

    async def _do(self, command: Command) -> None:
        match command:
            case SendWake():
                if (driver := self._power.get(command.server)) is None:
                    raise WakeError("no way to wake is configured")
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await driver.wake()
            case StartContainers():
                if (docker := self._docker.get(command.server)) is None:
                    raise DockerError("no Docker is configured")
                async with asyncio.timeout(START_TIMEOUT_S):
                    await docker.start(command.names)
            case _:
                assert_never(command)
