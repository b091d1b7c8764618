"""The actuator: carries out commands, each with a time limit; what became of it is a fact."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from hall.core.errors import DockerError, HallError, SleepError, StartError, WakeError
from hall.core.model.commands import (
    ActingCommand,
    AskGuards,
    Command,
    SendSleep,
    SendWake,
    StartContainers,
    StopContainers,
)
from hall.core.model.facts import CommandDone, GuardsRead
from hall.core.model.guards import GuardReport
from hall.core.model.reason import Why, because
from hall.core.ports import ContainerRuntime, PowerDriver, SleepDriver, Watchman

logger = logging.getLogger("hall.act")

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What orders are carried out with, by server; a server may lack any of them."""

    wake: Mapping[str, PowerDriver] = field(default_factory=dict)
    sleep: Mapping[str, SleepDriver] = field(default_factory=dict)
    guards: Mapping[str, Watchman] = field(default_factory=dict)
    docker: Mapping[str, ContainerRuntime] = field(default_factory=dict)


class Actuator:
    """Carries out commands with these drivers, and tells what became of each: also a failure."""

    def __init__(
        self, drivers: Drivers, tell: Callable[[str, CommandDone | GuardsRead], None]
    ) -> None:
        self._drivers = drivers
        self._tell = tell
        self._commands: asyncio.Queue[Command] = asyncio.Queue()
        self._closed = False
        self._putting_to_sleep: set[SendSleep] = set()
        self._done = asyncio.Event()

    def carry(self, command: Command) -> None:
        """Take an order; it is carried out beside all others. After ``wind_up`` none is."""
        if self._closed:
            return
        if isinstance(command, SendSleep):
            self._putting_to_sleep.add(command)
        self._commands.put_nowait(command)

    async def wind_up(self) -> None:
        """Take no more orders, and wait until each sleep order is given, or its time is over.

        One that is cut off may leave its server half shut down.
        """
        self._closed = True
        for order in self._putting_to_sleep:
            logger.info("%s is being put to sleep; Hall waits until that is done", order.server)
        while self._putting_to_sleep:
            self._done.clear()
            await self._done.wait()

    async def run(self) -> None:
        """Carry out orders until cancelled, side by side; one that fails ends no other."""
        async with asyncio.TaskGroup() as group:
            while True:
                command = await self._commands.get()
                group.create_task(self._carry(command), name=f"{command}")

    async def _carry(self, command: Command) -> None:
        fact: CommandDone | GuardsRead
        if isinstance(command, AskGuards):
            fact = await self._guards(command)
        else:
            fact = await self._order(command)
        self._tell(command.server, fact)
        if isinstance(command, SendSleep):
            self._putting_to_sleep.discard(command)
            self._done.set()

    async def _order(self, command: ActingCommand) -> CommandDone:
        refused: frozenset[str] = frozenset()

        async def do() -> None:
            nonlocal refused
            try:
                await self._do(command)
            except StartError as error:
                refused = error.refused
                raise

        error = await _trouble(do(), command)
        return CommandDone(command, error, refused)

    async def _guards(self, command: AskGuards) -> GuardsRead:
        found: list[GuardReport] = []

        async def ask() -> None:
            watchman = self._drivers.guards.get(command.server)
            if watchman is None:
                found.append(GuardReport())
                return
            async with asyncio.timeout(command.within_s):
                found.append(await watchman.report())

        error = await _trouble(ask(), command)
        return GuardsRead(command.number, found[0] if found else None, error or "")

    async def _do(self, command: ActingCommand) -> None:
        match command:
            case SendWake(server=server):
                await self._power(server).wake()
            case SendSleep(server=server, within_s=within_s):
                await _sleep(self._rest(server), within_s)
            case StartContainers(server=server, names=names):
                async with asyncio.timeout(START_TIMEOUT_S):
                    await self._docker(server).start(names)
            case StopContainers(server=server, names=names):
                async with asyncio.timeout(STOP_TIMEOUT_S):
                    await self._docker(server).stop(names)
            case _:
                assert_never(command)

    def _power(self, server: str) -> PowerDriver:
        if (driver := self._drivers.wake.get(server)) is None:
            raise WakeError(because("no_way_to_wake"))
        return driver

    def _rest(self, server: str) -> SleepDriver:
        if (driver := self._drivers.sleep.get(server)) is None:
            raise SleepError(because("no_way_to_sleep"))
        return driver

    def _docker(self, server: str) -> ContainerRuntime:
        if (docker := self._drivers.docker.get(server)) is None:
            raise DockerError(because("no_docker"))
        return docker


async def _sleep(driver: SleepDriver, within_s: float) -> None:
    """An order that is not answered in time may have arrived: looking tells."""
    try:
        async with asyncio.timeout(within_s):
            await driver.sleep()
    except TimeoutError:
        logger.warning("A sleep order was not answered within %.0f s", within_s)


async def _trouble(work: Awaitable[None], command: Command) -> Why | None:
    """Do the work; what went wrong with it, or None."""
    try:
        await work
    except TimeoutError:
        return because("no_answer_in_time")
    except HallError as refusal:
        return refusal.why
    except Exception as fault:
        logger.exception("Carrying out %s failed", command)
        return type(fault).__name__
    return None
