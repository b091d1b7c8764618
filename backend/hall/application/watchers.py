"""Watchers: what is probed. Each link has its probe loop, and each result becomes a fact."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from hall.application.agent_watcher import AgentWatcher
from hall.application.docker_watcher import DockerWatcher
from hall.application.hub import Hub, Listener
from hall.application.probe_intervals import Pace, app_pace, server_pace
from hall.application.probe_loop import ProbeLoop
from hall.application.supervisor import Supervisor
from hall.application.traffic_watcher import TrafficWatcher
from hall.core.model.check import CheckName, ProbeResult
from hall.core.model.facts import Probed
from hall.core.ports import Announcer, Clock, ContainerRuntime, Prober, Questioner
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """What one server is watched with; None for what is not configured."""

    network: Prober
    docker: ContainerRuntime | None
    apps: Mapping[str, Questioner]
    announcer: Announcer | None = None


class Watchers:
    """All probe loops of all servers, as one task."""

    def __init__(
        self, probes: Mapping[str, Probes], supervisor: Supervisor, hub: Hub, clock: Clock
    ) -> None:
        self._probes = probes
        self._supervisor = supervisor
        self._hub = hub
        self._clock = clock
        self._networks = {name: self._network(name, seen) for name, seen in probes.items()}
        self._apps = {
            domain: self._app(name, domain, prober)
            for name, seen in probes.items()
            for domain, prober in seen.apps.items()
        }

    def probe_loop(self, server: str, domain: str) -> ProbeLoop:
        """Who looks at the domain's project, or where it has no health URL at its server."""
        return self._apps.get(domain) or self._networks[server]

    async def run(self) -> None:
        """Watch until cancelled."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:

            def start(name: str, run: Callable[[Listener], Awaitable[None]], server: str) -> None:
                group.create_task(_run(run, self._news(server, stack)), name=name)

            for server, probes in self._probes.items():
                start(f"net {server}", self._networks[server].run, server)
                for domain in probes.apps:
                    start(f"app {domain}", self._apps[domain].run, server)
                if probes.docker is not None:
                    start(f"docker {server}", self._docker(server, probes.docker).run, server)
                    watcher = DockerWatcher(
                        server, probes.docker, self._supervisor, self._news(server, stack)
                    )
                    group.create_task(watcher.run(), name=f"containers {server}")
                    meter = self._meter(server, probes.docker)
                    group.create_task(meter.run(), name=f"traffic {server}")
                if probes.announcer is not None:
                    ear = AgentWatcher(
                        server, probes.announcer, self._supervisor, self._news(server, stack)
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

    def _network(self, server: str, probes: Probes) -> ProbeLoop:
        return self._server_link(CheckName.NETWORK, probes.network.look, server)

    def _docker(self, server: str, docker: ContainerRuntime) -> ProbeLoop:
        return self._server_link(CheckName.DOCKER, docker.ping, server)

    def _server_link(
        self, check: CheckName, look: Callable[[float], Awaitable[ProbeResult]], server: str
    ) -> ProbeLoop:
        async def looked(timeout_s: float, _turn: Callable[[], bool]) -> ProbeResult:
            return await look(timeout_s)

        return ProbeLoop(
            looked,
            pace=lambda: server_pace(self._supervisor.server(server), check),
            tell=lambda result, at: self._supervisor.tell(
                server, Probed(check, result, asked_at=at)
            ),
            clock=self._clock,
        )

    def _app(self, server: str, domain: str, prober: Questioner) -> ProbeLoop:
        def pace() -> Pace:
            view = self._supervisor.view(domain)
            return app_pace(view.server, view.domain)

        def tell(result: ProbeResult, at: Instant) -> None:
            self._supervisor.tell(server, Probed(CheckName.APP, result, domain, at))

        return ProbeLoop(prober.look, pace=pace, tell=tell, clock=self._clock)


async def _run(run: Callable[[Listener], Awaitable[None]], news: Listener) -> None:
    await run(news)
