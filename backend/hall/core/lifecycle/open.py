"""A server of which nothing is known yet."""

from collections.abc import Mapping

from hall.core.config.domain import DomainConfig
from hall.core.config.policies import ScheduledPolicy
from hall.core.config.server import ServerConfig
from hall.core.model.check import CheckName, fresh_check
from hall.core.model.state import DomainState, ServerState, StatusNow
from hall.core.policy.schedule import schedule_of
from hall.core.timing import Instant


def open_cell(
    name: str,
    spec: ServerConfig,
    domains: Mapping[str, DomainConfig],
    *,
    now: Instant,
    zone: str = "UTC",
) -> ServerState:
    """A server of which nothing is known yet, with its domains.

    ``zone`` is the time zone of schedules that name none.
    """
    docker = fresh_check(CheckName.DOCKER, configured=spec.docker is not None, now=now)
    network = fresh_check(CheckName.NETWORK, configured=True, now=now)
    return ServerState(
        id=name,
        spec=spec,
        status_now=StatusNow(since=now),
        network=network,
        docker=docker,
        domains={key: _open_domain(key, domain, zone, now) for key, domain in domains.items()},
    )


def _open_domain(name: str, spec: DomainConfig, zone: str, now: Instant) -> DomainState:
    policy = spec.policy
    return DomainState(
        id=name,
        spec=spec,
        status_now=StatusNow(since=now),
        containers=fresh_check(CheckName.CONTAINERS, configured=spec.project is not None, now=now),
        app=fresh_check(CheckName.APP, configured=spec.health is not None, now=now),
        schedule=schedule_of(policy, zone) if isinstance(policy, ScheduledPolicy) else None,
    )
