"""A simulated server: it sleeps, a magic packet boots it, and idle it falls asleep again."""

import asyncio
from contextlib import AsyncExitStack
from random import SystemRandom
from types import TracebackType
from typing import Any, Self

from hall.demo.app import App, Usage
from hall.demo.configuration import Ports, domain_entry, server_entry
from hall.demo.containers import Container
from hall.demo.engine import Engine
from hall.demo.events import EventLog
from hall.demo.firmware import network_card
from hall.demo.ports import Port
from hall.demo.scenes import Scene
from hall.demo.tasks import Start, tasks_of_the_block

GATEWAY = "http://127.0.0.1:8080"

_GOING_DOWN_S = 0.25
_CHANCE = SystemRandom()


class SimulatedServer:
    """A server of a scene, asleep at first; its ports are its own inside the `async with`.

    Args:
        scene: What it is and how long it takes.
        ports: Its port numbers; `ports` tells the real ones inside the block.
        gateway: Where Hall is, for the links in the pages of its project.

    Attributes:
        boots: How many times it has begun to boot.
        packets: How many magic packets for it have come, asleep or not.
        moments: When it last did what, in seconds of the running loop: `network`, `docker` and
            `app` began to answer, `visit` was the first request for a page since.
    """

    def __init__(self, scene: Scene, *, ports: Ports | None = None, gateway: str = GATEWAY) -> None:
        self.scene = scene
        self.ports = ports or Ports()
        self.boots = 0
        self.packets = 0
        self.moments: dict[str, float] = {}
        self.gateway = gateway
        self._containers = [Container(scene.id, one) for one in scene.containers]
        self._power_button = asyncio.Event()
        self._usage: Usage | None = None
        self._held = AsyncExitStack()

    @property
    def is_awake(self) -> bool:
        """Whether it is up or booting."""
        return self._usage is not None

    def config(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return its entries of `servers` and of `domains`, both under the id of its scene."""
        return server_entry(self.scene, self.ports), domain_entry(self.scene, self.ports)

    def fall_asleep(self) -> None:
        """Order it to sleep; asleep already, it stays so."""
        if self._usage is not None:
            self._usage.order_sleep()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            wol = await stack.enter_async_context(
                network_card(self.scene.mac, self.ports.wol, self._on_magic_packet)
            )
            self._ssh = stack.enter_context(Port(self.ports.ssh))
            self._docker = stack.enter_context(Port(self.ports.docker))
            self._app = stack.enter_context(Port(self.ports.app))
            self.ports = Ports(wol, self._ssh.number, self._docker.number, self._app.number)
            start = await stack.enter_async_context(tasks_of_the_block())
            start(self._live())
            self._held = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self._held.aclose()  # apart from the error, which a task group would wrap

    def _on_magic_packet(self) -> None:
        self.packets += 1
        if not self.is_awake:
            self._power_button.set()

    async def _live(self) -> None:
        while True:
            await self._power_button.wait()
            self._power_button.clear()
            self.boots += 1
            self.moments.clear()
            self._usage = Usage(self.scene.idle)
            try:
                await self._be_up(self._usage)
            finally:
                self._usage = None
                self._stop_containers()

    async def _be_up(self, usage: Usage) -> None:
        await asyncio.sleep(self._vary(self.scene.network))
        async with self._ssh.listening(_greet), tasks_of_the_block() as start:
            self._note("network")
            await asyncio.sleep(self._vary(self.scene.docker))
            engine = self._engine(usage, start)
            async with self._docker.listening(engine.talk):
                self._note("docker")
                usage.touch()
                await usage.until_sleep()
                await asyncio.sleep(_GOING_DOWN_S)

    def _engine(self, usage: Usage, start: Start) -> Engine:
        events = EventLog()

        def on_start(container: Container) -> None:
            usage.touch()
            start(self._run(container, events, usage))

        return Engine(self._containers, events, on_start)

    async def _run(self, container: Container, events: EventLog, usage: Usage) -> None:
        app = App(self.scene, usage, self.gateway, on_visit=lambda: self._note("visit"))
        async with AsyncExitStack() as stack:
            if container.scene.serves:
                await stack.enter_async_context(self._app.listening(app.talk))
            await container.live(events.add, self._vary)
            if container.is_running:
                await asyncio.sleep(self._vary(self.scene.app))
                app.is_ready = container.health != "unhealthy"
                if container.scene.serves:
                    self._note("app")
                usage.touch()
                await asyncio.Event().wait()

    def _note(self, what: str) -> None:
        self.moments.setdefault(what, asyncio.get_running_loop().time())

    def _stop_containers(self) -> None:
        for container in self._containers:
            if container.is_running:
                container.end()

    def _vary(self, seconds: float) -> float:
        stray = self.scene.variation
        return seconds * _CHANCE.uniform(1 - stray, 1 + stray)


async def _greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-HallSimulated_1.0\r\n")
    await writer.drain()
