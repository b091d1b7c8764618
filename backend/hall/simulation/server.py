"""A server as it is played: what the core is told of it, and the machine that it watches.

A domain's own part of a boot, its containers and its app, is one link with the time and the
deadline of both: that is what visitors wait for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from hall.core.config.domain import DomainConfig, ProjectConfig
from hall.core.config.policies import ActivityConfig
from hall.core.config.server import ServerConfig
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.restore import restore_wake
from hall.core.model.check import CheckName
from hall.core.model.state import ServerState
from hall.core.model.wake import Boot
from hall.core.timing import Instant
from hall.simulation.machine import Link, Project, ServerBody
from hall.simulation.times import BootTimes, ServerTimes

_PROJECT = ProjectConfig(compose="played")
_LONGEST_S = 3600.0
"""The longest deadline of a configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedServer:
    """A server and its domains, of which there is at least one."""

    id: str
    spec: ServerConfig
    domains: Mapping[str, DomainConfig]
    times: BootTimes
    zone: str

    @property
    def always_up(self) -> bool:
        """Whether Hall cannot both wake it and put it to sleep."""
        return self.spec.wake is None or self.spec.sleep is None

    def body(self) -> ServerBody:
        """The machine, with what of each domain is on it."""
        return ServerBody(
            times=self.times.servers[self.id],
            docker=self.spec.docker is not None,
            projects={
                name: Project(self.times.domains[name], link_of(domain))
                for name, domain in self.domains.items()
            },
        )

    def opened(self, now: Instant) -> ServerState:
        """Hall has just been started, and knows how long boots take."""
        specs = {name: as_played(domain) for name, domain in self.domains.items()}
        cell = open_cell(self.id, self.spec, specs, now=now, zone=self.zone)
        body = self.body()
        for name, project in body.projects.items():
            known = (past_boot(body.times, project),)
            cell = restore_wake(cell, name, history=known, running=None, now=now)
        return cell


def own_limit_s(domain: DomainConfig) -> float:
    """How long a wake waits for a domain's own part, in seconds; infinite when it has none."""
    limits = domain.deadlines
    if domain.project is None:
        return limits.app if domain.health else inf
    return limits.containers + (limits.app if domain.health else 0.0)


def link_of(domain: DomainConfig) -> Link | None:
    """The link that stands for a domain's own part of the boot; None when it has no such part."""
    if domain.project is not None:
        return CheckName.CONTAINERS
    return CheckName.APP if domain.health is not None else None


def as_played(domain: DomainConfig) -> DomainConfig:
    """The domain with one link for its own part, and without traffic, which nobody measures."""
    link, limit = link_of(domain), min(own_limit_s(domain), _LONGEST_S)
    limits = {"containers": limit, "app": limit} if link else {}
    return domain.model_copy(
        update={
            "project": _PROJECT if link is CheckName.CONTAINERS else None,
            "health": domain.health if link is CheckName.APP else None,
            "activity": ActivityConfig(traffic_kb_per_minute=None),
            "deadlines": domain.deadlines.model_copy(update=limits),
        }
    )


def past_boot(times: ServerTimes, project: Project) -> Boot:
    """A boot that the core is told of, in seconds by stage: as long as those to come."""
    whole = {CheckName.NETWORK: times.network_s, CheckName.DOCKER: times.docker_s}
    return whole if project.link is None else {**whole, project.link: project.times.boot_s}
