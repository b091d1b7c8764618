"""A configuration and a running Hall of few parts, with doubles where the world would be."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hall.application.actuator import Drivers
from hall.application.probe_loop import ProbeLoop
from hall.application.recorder import Recorder
from hall.application.supervisor import View
from hall.application.watchers import Probes
from hall.core.config.document import Configuration
from hall.core.lifecycle.open import open_cell
from hall.core.model.container import Container
from hall.core.model.state import ServerState
from hall.interface.services import Services
from hall.wiring import Adapters, assemble
from tests.support.fakes import (
    FakeClock,
    FakeDocker,
    FakePower,
    FakeProber,
    FakeSleep,
    FakeWatchman,
    MemoryJournal,
)
from tests.support.timeouts import PATIENCE_S

ANYWHERE = ["127.0.0.0/8", "::1"]
PROXY = "127.0.0.9"
"""The trusted front proxy; who comes from another address is a client."""

TOKEN = "the-gateways-own"
FAR_S = 3 * PATIENCE_S
"""A deadline that no test reaches."""


def a_document(**domain: object) -> dict[str, Any]:
    """A configuration of one server and two domains, one of them not to be entered."""
    return {
        "gateway": {"trusted_proxies": [PROXY], "contact": "help@example.org"},
        "servers": {
            "main": {
                "name": "Main",
                "address": "192.0.2.20",
                "wake": {"method": "wol", "mac": "02:00:00:00:00:01"},
                "docker": {"url": "tcp://192.0.2.20:2375", "allow_plain": True},
                "deadlines": {"network": FAR_S, "docker": FAR_S},
                "retry": {"attempts": 1},
            }
        },
        "domains": {
            "client1": {
                "name": "Client 1",
                "server": "main",
                "hosts": ["client1.example.org"],
                "url": "https://client1.example.org/",
                "project": {"compose": "client1"},
                "health": {"url": "http://192.0.2.20:8081/health"},
                "deadlines": {"containers": FAR_S, "app": FAR_S},
                "access": {"allow": ANYWHERE},
                **domain,
            },
            "private": {
                "name": "Private",
                "server": "main",
                "url": "https://private.example.org/",
                "access": {"allow": ["203.0.113.7"]},
            },
        },
    }


def a_config(**domain: object) -> Configuration:
    return Configuration.model_validate(a_document(**domain))


def hasty(link: str) -> Configuration:
    """The same, but this link is given a second to answer."""
    document = a_document()
    near = document["servers"] if link in {"network", "docker"} else document["domains"]
    for one in near.values():
        one.setdefault("deadlines", {})[link] = 1
    return Configuration.model_validate(document)


def a_cell(name: str = "main") -> ServerState:
    config = a_config()
    return open_cell(name, config.servers["main"], config.domains, now=0.0)


@dataclass
class SmallHouse:
    """A running Hall, and the strings of its puppets."""

    parts: Services
    network: FakeProber
    docker: FakeDocker
    app: FakeProber
    power: FakePower
    rest: FakeSleep
    watchman: FakeWatchman
    journal: MemoryJournal
    recorder: Recorder
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def status(self) -> str:
        return self.parts.visits.view("client1").domain.status_now.status.value

    @property
    def reason(self) -> str:
        return str(self.parts.visits.view("client1").domain.status_now.reason)

    async def until(self, status: str, seconds: float = PATIENCE_S) -> None:
        """Wait for a status, for a bounded time."""
        async with asyncio.timeout(seconds):
            with self.parts.hub.listener("client1", a_cell()) as listener:
                while self.status != status:
                    await listener.next()

    async def when(self, holds: Callable[[View], bool], seconds: float = 60.0) -> None:
        """Wait until this holds of the domain, for a bounded time."""
        async with asyncio.timeout(seconds):
            with self.parts.hub.follower(self.parts.supervisor.snapshot().mark) as follower:
                while not holds(self.parts.visits.view("client1")):
                    await follower.next()

    def wake_up(self) -> None:
        for link in (self.network, self.docker, self.app):
            link.up = True


@asynccontextmanager
async def small_house(
    config: Configuration | None = None,
    *,
    clock: FakeClock | None = None,
    journal: MemoryJournal | None = None,
) -> AsyncIterator[SmallHouse]:
    """Run Hall in this process: asleep, its server boots on the first wake order."""
    config, clock = config or a_config(), clock or FakeClock()
    network, app = FakeProber(), FakeProber()
    docker = FakeDocker(Container(name="web", state="exited", service="web"))
    power, rest = FakePower(network, docker, app), FakeSleep(network, docker, app)
    watchman, journal = FakeWatchman(), journal or MemoryJournal()
    outside = Adapters(
        clock=clock,
        journal=journal,
        drivers=Drivers(
            wake={"main": power},
            sleep={"main": rest},
            guards={"main": watchman},
            docker={"main": docker},
        ),
        probes={"main": Probes(network=network, docker=docker, apps={"client1": app})},
    )
    house = await assemble(config, outside, base=Path(), clients=100, token=TOKEN)
    async with running(*(run for _, run in house.tasks)):
        yield SmallHouse(
            parts=house.parts,
            network=network,
            docker=docker,
            app=app,
            power=power,
            rest=rest,
            watchman=watchman,
            journal=journal,
            recorder=house.recorder,
            clock=clock,
        )


async def probes(probe_loop: ProbeLoop) -> None:
    """Let it probe until cancelled."""
    async with asyncio.TaskGroup() as group:
        probe_loop.start(group)
        try:
            await asyncio.Event().wait()
        finally:
            probe_loop.stop()


@asynccontextmanager
async def running(*runs: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Run these beside what happens inside the block, and end them with it."""

    async def forever(run: Callable[[], Awaitable[None]]) -> None:
        await run()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(forever(run)) for run in runs]
        yield
        for task in tasks:
            task.cancel()
