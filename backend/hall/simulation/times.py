"""How long simulated boots take: as told, as learned, or as usual."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from hall.core.config.document import Configuration
from hall.core.config.domain import DomainConfig
from hall.core.config.server import ServerConfig
from hall.core.model.check import CheckName
from hall.core.model.wake import Boot

USUAL_S = 60.0
"""How long a boot is taken to last of which nothing is known, in seconds."""

SHARES = {
    CheckName.NETWORK: 0.6,
    CheckName.DOCKER: 0.2,
    CheckName.CONTAINERS: 0.1,
    CheckName.APP: 0.1,
}
"""How a boot of which only the whole is known is divided between its stages."""


@dataclass(frozen=True, slots=True)
class ServerTimes:
    """Seconds from the wake order to the network, and from there to Docker."""

    network_s: float
    docker_s: float


@dataclass(frozen=True, slots=True)
class DomainTimes:
    """Seconds from Docker until a domain is ready, its containers and its app together.

    ``boot_s`` counts when the server boots, ``start_s`` when only its containers were stopped: one
    that was merely suspended has them running still.
    """

    boot_s: float
    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BootTimes:
    """How long everything takes; ``learned`` counts the past boots behind it, by server."""

    servers: Mapping[str, ServerTimes]
    domains: Mapping[str, DomainTimes]
    learned: Mapping[str, int] = field(default_factory=dict)


def told_times(config: Configuration, whole_s: float = USUAL_S) -> BootTimes:
    """Boots that take so many seconds in all, divided by ``SHARES``.

    Without Docker its share is the network's; a domain with neither containers nor an app of its
    own is ready when its server is.
    """
    return BootTimes(
        servers={name: _server(server, whole_s) for name, server in config.servers.items()},
        domains={name: _domain(domain, whole_s) for name, domain in config.domains.items()},
    )


def learned_times(config: Configuration, boots: Mapping[str, Sequence[Boot]]) -> BootTimes:
    """The medians of past boots, by domain, in whole seconds; as usual where there were none."""
    usual = told_times(config)
    cold = {name: [b for b in known if CheckName.NETWORK in b] for name, known in boots.items()}
    warm = {name: [b for b in known if CheckName.NETWORK not in b] for name, known in boots.items()}
    of_server: dict[str, list[Boot]] = {name: [] for name in config.servers}
    for name, domain in config.domains.items():
        of_server[domain.server] += cold.get(name, ())
    return BootTimes(
        servers={name: _learned_server(usual.servers[name], of_server[name]) for name in of_server},
        domains={
            name: DomainTimes(
                _median(map(_own, cold.get(name, ())), known.boot_s),
                _median(map(_own, warm.get(name, ())), known.start_s),
            )
            for name, known in usual.domains.items()
        },
        learned={name: len(known) for name, known in of_server.items() if known},
    )


def _server(server: ServerConfig, whole_s: float) -> ServerTimes:
    network, docker = SHARES[CheckName.NETWORK] * whole_s, SHARES[CheckName.DOCKER] * whole_s
    return ServerTimes(network, docker) if server.docker else ServerTimes(network + docker, 0.0)


def _domain(domain: DomainConfig, whole_s: float) -> DomainTimes:
    if domain.project is None and domain.health is None:
        return DomainTimes(0.0, 0.0)
    own = (SHARES[CheckName.CONTAINERS] + SHARES[CheckName.APP]) * whole_s
    return DomainTimes(own, own)


def _learned_server(usual: ServerTimes, boots: Sequence[Boot]) -> ServerTimes:
    def of(stage: CheckName, usually: float) -> float:
        return _median((boot[stage] for boot in boots if stage in boot), usually)

    return ServerTimes(of(CheckName.NETWORK, usual.network_s), of(CheckName.DOCKER, usual.docker_s))


def _own(boot: Boot) -> float:
    return boot.get(CheckName.CONTAINERS, 0.0) + boot.get(CheckName.APP, 0.0)


def _median(seconds: Iterable[float], usual: float) -> float:
    """A stage that is not configured takes no time, whatever was known of it."""
    known = list(seconds)
    return float(round(median(known))) if known and usual else usual
