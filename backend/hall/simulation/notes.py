"""What a reader of the figures should know beside them."""

from collections.abc import Iterable, Iterator

from hall.core.config.document import Configuration
from hall.core.config.domain import DomainConfig
from hall.simulation.server import own_limit_s
from hall.simulation.times import BootTimes


def notes(config: Configuration, times: BootTimes) -> list[str]:
    """Sentences on what the figures leave out or cannot show; empty when there are none."""
    return [
        *_never(config),
        *_too_long(config, times),
        *_unmeasured(config.domains.values()),
    ]


def _never(config: Configuration) -> Iterator[str]:
    inhabited = {domain.server for domain in config.domains.values()}
    for name, server in config.servers.items():
        if name not in inhabited:
            yield f"{name} has no domain and is left out"
        elif server.sleep is None:
            yield f'{name} has no way to sleep ("sleep"): it is up all the time'
        elif server.wake is None:
            yield f'{name} has no way to be woken ("wake"): it begins up, and sleeps once for good'


def _too_long(config: Configuration, times: BootTimes) -> Iterator[str]:
    for name, server in config.servers.items():
        took, limits = times.servers[name], server.deadlines
        yield from _late(name, "network", took.network_s, limits.network)
        yield from _late(name, "docker", took.docker_s, limits.docker)
    for name, domain in config.domains.items():
        yield from _late(name, "its own part", times.domains[name].boot_s, own_limit_s(domain))


def _late(name: str, stage: str, took_s: float, limit_s: float) -> Iterator[str]:
    if took_s >= limit_s:
        yield f"wakes of {name} fail: {stage} takes {took_s:g} s, and has {limit_s:g} s at most"


def _unmeasured(domains: Iterable[DomainConfig]) -> Iterator[str]:
    if any(d.project and d.activity.traffic_kb_per_minute is not None for d in domains):
        yield "traffic of containers is not simulated: visits alone keep a domain in use"
