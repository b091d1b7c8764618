"""One time that a simulated server is up, from its boot to its going down."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from random import SystemRandom

from hall.demo.app import DemoProject
from hall.demo.containers import SimulatedContainer
from hall.demo.engine import SimulatedEngine
from hall.demo.events import SimulatedEventLog
from hall.demo.ports import DemoPort
from hall.demo.scene import Scene
from hall.demo.switch import sleep_switch
from hall.demo.tasks import Start, tasks_of_the_block

_CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMachine:
    """What stays of a server over its nights.

    Attributes:
        scene: What it is and how long it takes.
        containers: Its containers.
        ssh: The port that shows that its network is up.
        docker: The port of its Docker Engine.
        app: The port of its project.
        sleep: The port where it is told to sleep.
        gateway: Where Hall is, for the links in the pages of its project.
    """

    scene: Scene
    containers: Sequence[SimulatedContainer]
    ssh: DemoPort
    docker: DemoPort
    app: DemoPort
    sleep: DemoPort
    gateway: str


class SimulatedBoot:
    """A machine that comes up, and goes down when it is told to.

    Args:
        machine: What boots.
        note: Called with `network`, `docker` and `app` when these begin to answer, and with
            `visit` when somebody asks for a page.
    """

    def __init__(self, machine: DemoMachine, note: Callable[[str], None]) -> None:
        self._machine = machine
        self._scene = machine.scene
        self._note = note
        self._events = SimulatedEventLog()
        self._told_to_sleep = asyncio.Event()

    def order_sleep(self) -> None:
        """Go down, as soon as it is up."""
        self._told_to_sleep.set()

    async def run(self) -> None:
        """Come up, stay until it is told to sleep, and go down with all containers."""
        machine = self._machine
        try:
            await asyncio.sleep(self._vary(self._scene.network))
            with ExitStack() as stack:
                for port in (machine.ssh, machine.docker, machine.app, machine.sleep):
                    stack.enter_context(port.awake())
                await self._be_up()
        finally:
            for container in self._machine.containers:
                if container.is_running:
                    container.end()

    async def _be_up(self) -> None:
        machine, switch = self._machine, sleep_switch(self.order_sleep)
        async with (
            machine.ssh.listening(_greet),
            machine.sleep.listening(switch),
            tasks_of_the_block() as start,
        ):
            self._note("network")
            await asyncio.sleep(self._vary(self._scene.docker))
            async with machine.docker.listening(self._engine(start).talk):
                self._note("docker")
                await self._told_to_sleep.wait()
                await asyncio.sleep(self._scene.going_down)

    def _engine(self, start: Start) -> SimulatedEngine:
        return SimulatedEngine(
            self._machine.containers,
            self._events,
            on_start=lambda container: start(self._run(container)),
        )

    async def _run(self, container: SimulatedContainer) -> None:
        """Have a container work until it has ended."""
        async with tasks_of_the_block() as start:
            start(self._work(container))
            await container.ended.wait()

    async def _work(self, container: SimulatedContainer) -> None:
        app = self._app(container)
        async with AsyncExitStack() as stack:
            if container.scene.serves:
                await stack.enter_async_context(self._machine.app.listening(app.talk))
            await container.live(self._events.add, self._vary)
            await asyncio.sleep(self._vary(self._scene.app))
            app.is_ready = container.health != "unhealthy"
            if container.scene.serves:
                self._note("app")
            await asyncio.Event().wait()

    def _app(self, container: SimulatedContainer) -> DemoProject:
        return DemoProject(
            self._scene,
            self._machine.gateway,
            container.counters,
            on_visit=lambda: self._note("visit"),
            on_sleep=self.order_sleep,
        )

    def _vary(self, seconds: float) -> float:
        stray = self._scene.variation
        return seconds * _CHANCE.uniform(1 - stray, 1 + stray)


async def _greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-HallSimulated_1.0\r\n")
    await writer.drain()
