"""A simulated server: it sleeps, a magic packet boots it, and a request puts it to sleep."""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from hall.demo.boot import DemoMachine, SimulatedBoot
from hall.demo.configuration import Ports, domain_entry, server_entry
from hall.demo.containers import SimulatedContainer
from hall.demo.firmware import network_card
from hall.demo.ports import DemoPort
from hall.demo.scene import Scene
from hall.demo.tasks import tasks_of_the_block

GATEWAY = "http://127.0.0.1:8080"


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
        self._power_button = asyncio.Event()
        self._boot: SimulatedBoot | None = None
        self._held = AsyncExitStack()

    @property
    def is_awake(self) -> bool:
        """Whether it is up or booting."""
        return self._boot is not None

    def config(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return its entries of `servers` and of `domains`, both under the id of its scene."""
        return server_entry(self.scene, self.ports), domain_entry(self.scene, self.ports)

    def fall_asleep(self) -> None:
        """Order it to sleep; asleep already, it stays so."""
        if self._boot is not None:
            self._boot.order_sleep()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            wol = await stack.enter_async_context(
                network_card(self.scene.mac, self.ports.wol, self._on_magic_packet)
            )
            machine = self._machine(stack)
            held = (machine.ssh, machine.docker, machine.app, machine.sleep)
            self.ports = Ports(wol, *(port.number for port in held))
            start = await stack.enter_async_context(tasks_of_the_block())
            start(self._live(machine))
            self._held = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self._held.aclose()  # apart from the error, which a task group would wrap

    def _machine(self, stack: AsyncExitStack) -> DemoMachine:
        scene = self.scene
        return DemoMachine(
            scene=scene,
            containers=[
                SimulatedContainer(scene.id, one, n) for n, one in enumerate(scene.containers)
            ],
            ssh=stack.enter_context(DemoPort(self.ports.ssh)),
            docker=stack.enter_context(DemoPort(self.ports.docker)),
            app=stack.enter_context(DemoPort(self.ports.app)),
            sleep=stack.enter_context(DemoPort(self.ports.sleep)),
            gateway=self.gateway,
        )

    def _on_magic_packet(self) -> None:
        self.packets += 1
        if not self.is_awake:
            self._power_button.set()

    async def _live(self, machine: DemoMachine) -> None:
        while True:
            await self._power_button.wait()
            self._power_button.clear()
            self.boots += 1
            self.moments.clear()
            self._boot = SimulatedBoot(machine, self._note)
            try:
                await self._boot.run()
            finally:
                self._boot = None

    def _note(self, what: str) -> None:
        self.moments.setdefault(what, asyncio.get_running_loop().time())
