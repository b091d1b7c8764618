"""Losing sight: what can no longer be seen when the server, or its Docker, is gone."""

from typing import assert_never

from hall.core.model.changed import replace
from hall.core.model.check import CheckName, CheckState
from hall.core.model.facts import Probed
from hall.core.model.state import DomainState, ServerState
from hall.core.policy.health import reset, unmade
from hall.core.timing import Instant


def unlooked(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    """Hall itself could not look: what was seen last stands for a while, then it is unknown."""
    if cell.sleep is not None:
        tells = fact.check is CheckName.NETWORK or cell.sleep.ping_filtered
        return cell.with_sleep(replace(cell.sleep, unlooked=True)) if tells else cell
    if fact.check is CheckName.NETWORK:
        network = unmade(cell.network, fact.result, now)
        lost = cell.network.is_ok and not network.is_ok
        cell = replace(cell, network=network)
        return reset_server_checks(cell, now) if lost else cell
    return _unlooked_behind(cell, fact, now) if cell.network.is_ok else cell


def _unlooked_behind(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    match fact.check:
        case CheckName.DOCKER:
            docker = unmade(cell.docker, fact.result, now)
            lost = cell.docker.is_ok and not docker.is_ok
            cell = replace(cell, docker=docker)
            return reset_container_checks(cell, now) if lost else cell
        case CheckName.APP:
            domain = cell.domains[fact.domain or ""]
            return cell.with_domain(replace(domain, app=unmade(domain.app, fact.result, now)))
        case CheckName.NETWORK | CheckName.CONTAINERS:
            return cell  # told above; listed, not probed
    assert_never(fact.check)


def reset_server_checks(cell: ServerState, now: Instant) -> ServerState:
    """Forget all that was seen behind the network; only answers to later questions count."""

    def unanswered(domain: DomainState) -> DomainState:
        return replace(domain, app=reset(domain.app, "waits_for_server", now), doubted_at=now)

    return reset_behind_network(cell.with_domains(unanswered), now, news=True)


def reset_behind_network(cell: ServerState, now: Instant, *, news: bool) -> ServerState:
    """Without its network nothing on a server can be looked at.

    A project that answered until now is asked once more when that is ``news``: its network may
    merely filter ping.
    """
    cell = replace(cell, docker=reset(cell.docker, "waits_for_server", now))

    def unseen(domain: DomainState) -> DomainState:
        return replace(
            _without_containers(_asked_once_more(domain, now, news), "waits_for_server", now),
            activity=replace(domain.activity, traffic=None),
            proven=domain.proven and domain.app.state is CheckState.OK,
        )

    return cell.with_domains(unseen)


def reset_container_checks(cell: ServerState, now: Instant) -> ServerState:
    """Without Docker no container can be seen; whether the project answers is asked anew."""
    why = "waits_for_docker"
    return cell.with_domains(lambda one: _without_containers(unsure(one, now), why, now))


def doubt(cell: ServerState, now: Instant) -> ServerState:
    """Doubt each project's last answer, for a link missed a look; one in a wake stays as it is."""
    return cell.with_domains(lambda one: one if one.waking else unsure(one, now))


def unsure(domain: DomainState, now: Instant, why: str = "not_looked") -> DomainState:
    """Only an answer to a question asked from now on counts.

    In a wake it is as if the project had never answered, and ``why`` says what it waits for; at
    rest it is merely doubted until then.
    """
    if domain.app.state is CheckState.SKIPPED:
        return domain
    app = reset(domain.app, why, now) if domain.waking else domain.app
    return replace(domain, app=app, doubted_at=now)


def unanswered_why(cell: ServerState) -> str:
    """Why a project has not answered that is asked from now on."""
    return "not_looked" if cell.network.is_ok else "waits_for_server"


def _asked_once_more(domain: DomainState, now: Instant, news: bool) -> DomainState:  # noqa: FBT001
    app = domain.app
    if app.state is CheckState.OK and not app.misses and not domain.waking:
        return unsure(domain, now) if news else domain
    return replace(domain, app=reset(app, "waits_for_server", now), doubted_at=now)


def _without_containers(domain: DomainState, why: str, now: Instant) -> DomainState:
    containers = reset(domain.containers, why, now)
    return replace(domain, seen=None, trouble_since=None, containers=containers)
