"""Watchers: what is probed. Each link has its probe loop, and each result becomes a fact."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from hall.application.agent_watcher import AgentWatcher
from hall.application.docker_watcher import DockerWatcher
from hall.application.probe_intervals import Pace, app_pace, app_rank, server_pace
from hall.application.probe_loop import ProbeLoop
from hall.application.supervisor import Supervisor
from hall.application.traffic_watcher import TrafficWatcher
from hall.application.turns import Rank, Turns, enough_for
from hall.core.model.check import CheckName, ProbeResult
from hall.core.model.facts import Probed
from hall.core.ports import Announcer, Clock, ContainerRuntime, Prober, Questioner
from hall.core.timing import Instant

logger = logging.getLogger("hall.look")

NETWORK_FIRST_S = 1.0
"""Seconds after which what lies behind the network is looked at, if that has not told anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """What one server is watched with; None for what is not configured."""

    network: Prober
    docker: ContainerRuntime | None
    apps: Mapping[str, Questioner]
    announcer: Announcer | None = None


class Watchers:
    """All probe loops of all servers, as one task; ``per_second`` bounds what is at rest."""

    def __init__(
        self, probes: Mapping[str, Probes], supervisor: Supervisor, clock: Clock, per_second: float
    ) -> None:
        self._probes = probes
        self._supervisor = supervisor
        self._clock = clock
        self._turns = Turns(_enough(probes, per_second))
        self._networks = {name: self._network(name, seen) for name, seen in probes.items()}
        self._dockers = {
            name: self._docker(name, seen.docker)
            for name, seen in probes.items()
            if seen.docker is not None
        }
        self._apps = {
            domain: self._app(name, domain, prober)
            for name, seen in probes.items()
            for domain, prober in seen.apps.items()
        }

    def probe_loop(self, server: str, domain: str) -> ProbeLoop:
        """Who looks at the domain's project, or where it has no health URL at its server."""
        return self._apps.get(domain) or self._networks[server]

    async def run(self) -> None:
        """Probe and follow all servers until cancelled; other links a second after the networks."""
        loops = [*self._networks.values(), *self._dockers.values(), *self._apps.values()]
        async with asyncio.TaskGroup() as group:
            try:
                for loop in self._networks.values():
                    loop.start(group)
                for loop in (*self._dockers.values(), *self._apps.values()):
                    loop.start(group, NETWORK_FIRST_S)
                for server, probes in self._probes.items():
                    self._watch(server, probes, group)
                await asyncio.Event().wait()
            finally:
                self._turns.close()
                for loop in loops:
                    loop.stop()

    def _watch(self, server: str, probes: Probes, group: asyncio.TaskGroup) -> None:
        """Start what follows a server beside the probes, for as long as it answers."""
        if (docker := probes.docker) is not None:
            follower = DockerWatcher(server, docker, self._supervisor)
            group.create_task(follower.run(), name=f"containers {server}")
            group.create_task(self._meter(server, docker).run(), name=f"traffic {server}")
        if probes.announcer is not None:
            ear = AgentWatcher(server, probes.announcer, self._supervisor)
            group.create_task(ear.run(), name=f"announcements {server}")

    def _meter(self, server: str, docker: ContainerRuntime) -> TrafficWatcher:
        return TrafficWatcher(
            docker,
            cell=lambda: self._supervisor.server(server),
            tell=lambda fact: self._supervisor.tell(server, fact),
            changed=self._supervisor.signal(server).rung,
        )

    def _network(self, server: str, probes: Probes) -> ProbeLoop:
        return self._server_link(CheckName.NETWORK, probes.network.look, server)

    def _docker(self, server: str, docker: ContainerRuntime) -> ProbeLoop:
        return self._server_link(CheckName.DOCKER, docker.ping, server)

    def _server_link(
        self, check: CheckName, look: Callable[[float], Awaitable[ProbeResult]], server: str
    ) -> ProbeLoop:
        async def looked(timeout_s: float, _turn: Callable[[], bool]) -> ProbeResult:
            return await look(timeout_s)

        rank = Rank.NETWORK if check is CheckName.NETWORK else Rank.DOCKER
        return self._poked(
            server,
            ProbeLoop(
                looked,
                pace=lambda: server_pace(self._supervisor.server(server), check),
                tell=lambda seen, at: self._supervisor.tell(
                    server, Probed(check, seen, asked_at=at)
                ),
                clock=self._clock,
                turns=self._turns,
                rank=lambda: rank,
            ),
        )

    def _app(self, server: str, domain: str, prober: Questioner) -> ProbeLoop:
        def pace() -> Pace:
            view = self._supervisor.view(domain)
            return app_pace(view.server, view.domain)

        def tell(result: ProbeResult, at: Instant) -> None:
            self._supervisor.tell(server, Probed(CheckName.APP, result, domain, at))

        def rank() -> Rank:
            return app_rank(self._supervisor.view(domain).domain)

        return self._poked(
            server,
            ProbeLoop(
                prober.look,
                pace=pace,
                tell=tell,
                clock=self._clock,
                turns=self._turns,
                rank=rank,
            ),
        )

    def _poked(self, server: str, loop: ProbeLoop) -> ProbeLoop:
        self._supervisor.signal(server).call(loop.poke)
        return loop


def _enough(probes: Mapping[str, Probes], per_second: float) -> float:
    """So many looks a second, and no fewer than it takes to look at each app within a minute."""
    fewest = enough_for(
        {
            Rank.NETWORK: len(probes),
            Rank.DOCKER: sum(one.docker is not None for one in probes.values()),
            Rank.OPEN: sum(len(one.apps) for one in probes.values()),
        }
    )
    if fewest > per_second:
        logger.warning(
            "gateway.looks_per_second is %g, but %d servers take %.0f for a look within a minute",
            per_second,
            len(probes),
            fewest,
        )
    return max(fewest, per_second)
