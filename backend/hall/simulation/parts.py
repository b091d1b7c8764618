"""What of a server's domains must be told apart, so that the core has few of them to think of.

Two domains of which the core would always think the same are one part. A domain whose containers
may stop is only visited where its server is concerned; what becomes of its containers is played
beside that, in a cell of its own. Nothing is lost: a test compares with a cell that holds every
domain.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import inf

from hall.core.config.domain import DomainConfig, DomainDeadlines, HealthConfig, ProjectConfig
from hall.core.config.methods import DockerConfig, Webhook
from hall.core.config.policies import (
    ActivityConfig,
    AlwaysOnPolicy,
    OnDemandPolicy,
    ScheduledPolicy,
)
from hall.core.config.server import ServerConfig
from hall.core.model.check import CheckName
from hall.simulation.machine import Link, Project
from hall.simulation.setting import Members, Part, Role, ServerSetting, Setting, SimulatedGuest
from hall.simulation.times import BootTimes, DomainTimes, ServerTimes

_ADDRESS = "192.0.2.1"
_URL = f"http://{_ADDRESS}/"
_ORDER = Webhook(method="webhook", url=_URL)
_DOCKER = DockerConfig(url="unix:///var/run/docker.sock")
_NO_TIME = DomainTimes(0.0, 0.0)
_LONGEST_S = 3600.0
"""The longest deadline of a configuration."""


def set_up(
    server: ServerConfig, domains: Mapping[str, DomainConfig], times: BootTimes, zone: str
) -> ServerSetting:
    """A server and its domains, of which there is at least one, cut into parts and guests."""
    known = times.servers[next(iter(domains.values())).server]
    own = {name: times.domains[name] if link_of(one) else _NO_TIME for name, one in domains.items()}
    up = server.wake is None or server.sleep is None
    groups: dict[tuple[Part, bool, str], list[tuple[str, float]]] = {}
    for name, domain in domains.items():
        guest = _visits_only(domain, own[name], known)
        part, lag = _part(_unstopped(domain) if guest else domain, own[name], known)
        alone = name if _stops(domain) and not guest else ""
        lag = 0.0 if up or guest else lag
        groups.setdefault((part, not guest, alone), []).append((name, lag))
    members = tuple(Members(tuple(lags), counted) for (_, counted, _), lags in groups.items())
    host = Setting(
        server=_bare(server),
        times=known,
        parts=tuple(part for part, _, _ in groups),
        zone=zone,
        up=up,
        role=Role.ALONE if all(one.counted for one in members) else Role.HOST,
    )
    return ServerSetting(host, members, tuple(_guests(host, members, domains, own)))


def _guests(
    host: Setting,
    members: Iterable[Members],
    domains: Mapping[str, DomainConfig],
    own: Mapping[str, DomainTimes],
) -> Iterator[SimulatedGuest]:
    """Each domain that its server does not count itself, in a cell of its own."""
    awake = host.server.model_copy(update={"sleep": None})
    for number, one in enumerate(members):
        for name, _ in () if one.counted else one.lags:
            link = link_of(domains[name])
            part = Part(as_played(domains[name], link), Project(own[name], link))
            alone = replace(host, server=awake, parts=(part,), role=Role.GUEST)
            yield SimulatedGuest(alone, Members(((name, 0.0),), counted=True), number)


def _part(domain: DomainConfig, own: DomainTimes, server: ServerTimes) -> tuple[Part, float]:
    """The part that a domain is in, and its lag."""
    if _plain(domain, own, server):
        return Part(as_played(domain, None), Project(_NO_TIME, None)), own.boot_s
    link = link_of(domain)
    return Part(as_played(domain, link), Project(own, link)), 0.0


def _visits_only(domain: DomainConfig, own: DomainTimes, server: ServerTimes) -> bool:
    """Whether containers that stop make no difference to its server, but for its visits.

    They do where they start for so long that the wake fails or outlasts what follows from it, and
    where they make the boot longer that Hall wakes ahead by.
    """
    if not _stops(domain) or isinstance(domain.policy, AlwaysOnPolicy):
        return False
    longest_s = max(own.boot_s, own.start_s)
    ahead = isinstance(domain.policy, ScheduledPolicy) and own.boot_s != own.start_s
    short = server.docker_s + longest_s < domain.policy.idle_minutes * 60
    return short and longest_s < own_limit_s(domain) and not ahead


def _unstopped(domain: DomainConfig) -> DomainConfig:
    policy = domain.policy.model_copy(update={"stop_containers_after": None})
    return domain.model_copy(update={"policy": policy})


def _plain(domain: DomainConfig, own: DomainTimes, server: ServerTimes) -> bool:
    """Whether its own part of the boot matters to its own visitors only, and to no policy.

    It does where containers may be stopped, where Hall wakes ahead by the whole of the boot, and
    where it takes so long that the wake fails or outlasts what follows from it.
    """
    policy = domain.policy
    if isinstance(policy, ScheduledPolicy) or _stops(domain) or own.boot_s >= own_limit_s(domain):
        return False
    if isinstance(policy, OnDemandPolicy):
        return server.docker_s + own.boot_s < policy.idle_minutes * 60
    return True


def own_limit_s(domain: DomainConfig) -> float:
    """How long a wake waits for a domain's own part, in seconds; infinite when it has none."""
    limits = domain.deadlines
    if domain.project is None:
        return limits.app if domain.health else inf
    return limits.containers + (limits.app if domain.health else 0.0)


def _stops(domain: DomainConfig) -> bool:
    policy = domain.policy
    return not isinstance(policy, AlwaysOnPolicy) and policy.stop_containers_after is not None


def link_of(domain: DomainConfig) -> Link | None:
    """The link that stands for a domain's own part of the boot; None when it has no such part."""
    if domain.project is not None:
        return CheckName.CONTAINERS
    return CheckName.APP if domain.health is not None else None


def as_played(domain: DomainConfig, link: Link | None) -> DomainConfig:
    """The domain without what tells it from others that are played alike."""
    limit = min(own_limit_s(domain), _LONGEST_S)
    return DomainConfig(
        name="-",
        server="-",
        url=_URL,
        project=ProjectConfig(compose="alike") if link is CheckName.CONTAINERS else None,
        health=HealthConfig(url=_URL) if link is CheckName.APP else None,
        policy=domain.policy,
        activity=ActivityConfig(traffic_kb_per_minute=None),
        deadlines=DomainDeadlines(containers=limit, app=limit) if link else DomainDeadlines(),
    )


def _bare(server: ServerConfig) -> ServerConfig:
    """The server without its names, and with ways that are all the same."""
    return ServerConfig(
        name="-",
        address=_ADDRESS,
        wake=_ORDER if server.wake else None,
        sleep=_ORDER if server.sleep else None,
        docker=_DOCKER if server.docker else None,
        deadlines=server.deadlines,
        retry=server.retry,
    )
