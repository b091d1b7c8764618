"""Losing sight: what can no longer be seen when the server, or its Docker, is gone."""

from dataclasses import replace

from hall.core.facts import Instant
from hall.core.health import reset
from hall.core.state import DomainState, ServerState


def lose_server(cell: ServerState, now: Instant) -> ServerState:
    """Without its network nothing on a server can be looked at."""
    cell = replace(cell, docker=reset(cell.docker, "waits_for_server", now))
    domains = {
        name: replace(
            _without_containers(domain, "waits_for_server", now),
            app=reset(domain.app, "waits_for_server", now),
            activity=replace(domain.activity, traffic=None),
        )
        for name, domain in cell.domains.items()
    }
    return replace(cell, domains=domains)


def lose_docker(cell: ServerState, now: Instant) -> ServerState:
    """Without Docker no container can be seen."""
    domains = {
        name: _without_containers(domain, "waits_for_docker", now)
        for name, domain in cell.domains.items()
    }
    return replace(cell, domains=domains)


def _without_containers(domain: DomainState, why: str, now: Instant) -> DomainState:
    containers = reset(domain.containers, why, now)
    return replace(domain, seen=None, trouble_since=None, containers=containers)
