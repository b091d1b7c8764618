"""Watchers: look first, then wait; how long is a matter of what is going on.

Looks may overlap while a wake runs, so that a look that hangs hides nothing. Results become facts.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from hall.application.announcements import AnnouncementWatcher
from hall.application.docker_watcher import DockerWatcher
from hall.application.hub import Hub, Listener
from hall.application.pace import Pace, app_pace, server_pace
from hall.application.supervisor import Supervisor
from hall.application.traffic import TrafficWatcher
from hall.core.facts import CheckName, Probed, Sight
from hall.core.ports import Announcer, ContainerRuntime, Prober
from hall.core.reasons import because

logger = logging.getLogger("hall.look")

JITTER = 0.1


class Lookout:
    """Looks at one link again and again, at the pace of the moment, until cancelled."""

    def __init__(
        self,
        look: Callable[[float], Awaitable[Sight]],
        *,
        pace: Callable[[], Pace],
        tell: Callable[[Sight], None],
        news: Listener,
    ) -> None:
        self._look = look
        self._pace = pace
        self._tell = tell
        self._news = news
        self._sent = 0
        self._answered = 0
        self._flying = 0

    async def run(self) -> None:
        """Look, then wait for the next turn or for news of the server."""
        async with asyncio.TaskGroup() as group:
            while True:
                pace = self._pace()
                if self._flying < pace.overlap:
                    self._sent += 1
                    self._flying += 1
                    group.create_task(self._once(self._sent, pace.timeout_s), name="look")
                await self._wait(pace)

    async def _wait(self, pace: Pace) -> None:
        spread = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 - no secret depends on it
        try:
            async with asyncio.timeout(pace.every_s * spread):
                # News is a reason to look at once only if it asks for a faster pace: what a look
                # finds is news as well, and would feed itself.
                while self._pace().every_s >= pace.every_s:
                    await self._news.next()
        except TimeoutError:
            pass

    async def _once(self, number: int, timeout_s: float) -> None:
        try:
            sight = await self._look(timeout_s)
        except Exception as error:
            logger.exception("A look failed")
            fault = because("look_failed", why=type(error).__name__)
            sight = Sight(ok=False, detail=fault, ours=True)
        finally:
            self._flying -= 1
        # A failure that set out before the latest success is old news.
        if sight.ok:
            self._answered = max(self._answered, number)
        if sight.ok or number > self._answered:
            self._tell(sight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What one server is watched with; None for what is not configured."""

    network: Prober
    docker: ContainerRuntime | None
    apps: Mapping[str, Prober]
    announcer: Announcer | None = None


class Watchers:
    """All lookouts of all servers, as one task."""

    def __init__(self, eyes: Mapping[str, Eyes], supervisor: Supervisor, hub: Hub) -> None:
        self._eyes = eyes
        self._supervisor = supervisor
        self._hub = hub

    async def run(self) -> None:
        """Watch until cancelled."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            for server, eyes in self._eyes.items():
                group.create_task(self._network(server, eyes, stack).run(), name=f"net {server}")
                for domain, prober in eyes.apps.items():
                    lookout = self._app(server, domain, prober, stack)
                    group.create_task(lookout.run(), name=f"app {domain}")
                if eyes.docker is not None:
                    lookout = self._docker(server, eyes.docker, stack)
                    group.create_task(lookout.run(), name=f"docker {server}")
                    watcher = DockerWatcher(
                        server, eyes.docker, self._supervisor, self._news(server, stack)
                    )
                    group.create_task(watcher.run(), name=f"containers {server}")
                    meter = self._meter(server, eyes.docker)
                    group.create_task(meter.run(), name=f"traffic {server}")
                if eyes.announcer is not None:
                    ear = AnnouncementWatcher(
                        server, eyes.announcer, self._supervisor, self._news(server, stack)
                    )
                    group.create_task(ear.run(), name=f"announcements {server}")

    def _meter(self, server: str, docker: ContainerRuntime) -> TrafficWatcher:
        return TrafficWatcher(
            docker,
            cell=lambda: self._supervisor.server(server),
            tell=lambda fact: self._supervisor.tell(server, fact),
        )

    def _news(self, server: str, stack: AsyncExitStack) -> Listener:
        snapshot = self._supervisor.server(server)
        return stack.enter_context(self._hub.listener(f"server:{server}", snapshot))

    def _network(self, server: str, eyes: Eyes, stack: AsyncExitStack) -> Lookout:
        return self._server_link(CheckName.NETWORK, eyes.network.look, server, stack)

    def _docker(self, server: str, docker: ContainerRuntime, stack: AsyncExitStack) -> Lookout:
        return self._server_link(CheckName.DOCKER, docker.ping, server, stack)

    def _server_link(
        self,
        check: CheckName,
        look: Callable[[float], Awaitable[Sight]],
        server: str,
        stack: AsyncExitStack,
    ) -> Lookout:
        return Lookout(
            look,
            pace=lambda: server_pace(self._supervisor.server(server), check),
            tell=lambda sight: self._supervisor.tell(server, Probed(check, sight)),
            news=self._news(server, stack),
        )

    def _app(self, server: str, domain: str, prober: Prober, stack: AsyncExitStack) -> Lookout:
        def pace() -> Pace:
            view = self._supervisor.view(domain)
            return app_pace(view.server, view.domain)

        def tell(sight: Sight) -> None:
            self._supervisor.tell(server, Probed(CheckName.APP, sight, domain))

        return Lookout(prober.look, pace=pace, tell=tell, news=self._news(server, stack))
