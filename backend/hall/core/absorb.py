"""What a fact itself says: checks, containers, wishes, and what became of commands."""

from dataclasses import replace
from typing import assert_never
from urllib.parse import urlsplit

from hall.core.commands import SendWake, StartContainers
from hall.core.estimate import Wake
from hall.core.facts import (
    ActivityReported,
    Carried,
    CheckName,
    ContainersSeen,
    ContainersUnseen,
    Fact,
    Instant,
    Ordered,
    Probed,
    Refused,
    Sight,
    Ticked,
    Trigger,
    Visited,
)
from hall.core.health import CheckState, judge, reset
from hall.core.project import STOPPED, ProjectVerdict, judge_project
from hall.core.reasons import because
from hall.core.state import DomainState, ServerState
from hall.core.wakes import ask

VOUCHED_S = 15.0
"""How long an answer of Docker or of the project proves the network against a filtered ping."""

VOUCHERS = (because("network_by_docker"), because("network_by_app"))
"""What the network says while it is known by another link alone: ping did not answer since."""


def absorb(cell: ServerState, fact: Fact, now: Instant) -> ServerState:
    """The cell with what the fact itself says; what follows from it comes later."""
    match fact:
        case Probed():
            return _probed(cell, fact, now)
        case ContainersSeen():
            return _containers(cell, fact, now)
        case ContainersUnseen():
            return _unlisted(cell, fact, now)
        case Visited() | Ordered() | ActivityReported():
            return _asked(cell, fact, now)
        case Carried():
            return _carried(cell, fact, now)
        case Refused() | Ticked():
            return cell
    assert_never(fact)


def with_domain(cell: ServerState, domain: DomainState) -> ServerState:
    """The cell with this domain in its place."""
    return replace(cell, domains={**cell.domains, domain.id: domain})


def _asked(
    cell: ServerState, fact: Visited | Ordered | ActivityReported, now: Instant
) -> ServerState:
    domain = replace(cell.domains[fact.domain], active_at=now)
    if isinstance(fact, ActivityReported):
        return with_domain(cell, domain)
    trigger = Trigger.API if isinstance(fact, Ordered) else Trigger.VISIT
    return with_domain(cell, ask(domain, trigger, now))


def _probed(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    match fact.check:
        case CheckName.NETWORK:
            return _network(cell, fact, now)
        case CheckName.DOCKER:
            return _docker(cell, fact, now)
        case CheckName.CONTAINERS:
            return cell  # these are listed, not probed
        case CheckName.APP:
            return _app(cell, fact, now)
    assert_never(fact.check)


def _network(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    if not fact.sight.ok and _vouched(cell, now):
        return cell
    network = judge(cell.network, fact.sight, now, awaited=cell.waking)
    cell = replace(cell, network=network)
    return cell if network.holds else _lose_server(cell, now)


def _vouched(cell: ServerState, now: Instant) -> bool:
    """Whether ping is filtered, and a later link answered lately: then silence proves nothing."""
    links = [cell.docker] if _far(cell) else []
    links += [domain.app for domain in cell.domains.values() if _same_host(cell, domain)]
    return cell.network.detail in VOUCHERS and any(
        link.state is CheckState.OK
        and not link.misses
        and link.seen_at is not None
        and now - link.seen_at < VOUCHED_S
        for link in links
    )


def _far(cell: ServerState) -> bool:
    """Whether Docker is asked over the network, so that its answer proves the network."""
    return cell.spec.docker is not None and cell.spec.docker.url.startswith("tcp:")


def _same_host(cell: ServerState, domain: DomainState) -> bool:
    health = domain.spec.health
    return health is not None and urlsplit(health.url).hostname == str(cell.spec.address)


def _vouch(cell: ServerState, why: str, now: Instant) -> ServerState:
    if cell.network.state is CheckState.OK and not cell.network.misses:
        return cell
    sight = Sight(ok=True, detail=because(why))
    return replace(cell, network=judge(cell.network, sight, now, awaited=False))


def _lose_server(cell: ServerState, now: Instant) -> ServerState:
    cell = replace(cell, docker=reset(cell.docker, "waits_for_server", now))
    domains = {
        name: replace(
            domain,
            seen=None,
            trouble_since=None,
            containers=reset(domain.containers, "waits_for_server", now),
            app=reset(domain.app, "waits_for_server", now),
        )
        for name, domain in cell.domains.items()
    }
    return replace(cell, domains=domains)


def _docker(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    if fact.sight.ok and _far(cell):
        cell = _vouch(cell, "network_by_docker", now)
    if not cell.network.holds:
        return cell
    cell = replace(cell, docker=judge(cell.docker, fact.sight, now, awaited=cell.waking))
    return cell if cell.docker.holds else _lose_docker(cell, now)


def _lose_docker(cell: ServerState, now: Instant) -> ServerState:
    domains = {
        name: replace(
            domain,
            seen=None,
            trouble_since=None,
            containers=reset(domain.containers, "waits_for_docker", now),
        )
        for name, domain in cell.domains.items()
    }
    return replace(cell, domains=domains)


def _app(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    domain = cell.domains[fact.domain or ""]
    if fact.sight.ok and _same_host(cell, domain):
        cell = _vouch(cell, "network_by_app", now)
    if not cell.network.holds:
        return cell
    domain = replace(domain, app=judge(domain.app, fact.sight, now, awaited=domain.waking))
    return with_domain(cell, _rejudge(domain, now))


def _containers(cell: ServerState, fact: ContainersSeen, now: Instant) -> ServerState:
    if not cell.docker.holds:
        return cell
    domain = replace(cell.domains[fact.domain], seen=fact.containers)
    return with_domain(cell, _rejudge(domain, now))


def _unlisted(cell: ServerState, fact: ContainersUnseen, now: Instant) -> ServerState:
    domain = cell.domains[fact.domain]
    if not cell.docker.holds:
        return cell
    sight = Sight(ok=False, detail=because("containers_unlisted", why=fact.why))
    check = judge(domain.containers, sight, now, awaited=domain.waking)
    return with_domain(cell, replace(domain, seen=None, trouble_since=None, containers=check))


def project_verdict(domain: DomainState) -> ProjectVerdict | None:
    """What the containers that were last seen add up to; None when none were looked for."""
    project = domain.spec.project
    if project is None or domain.seen is None:
        return None
    return judge_project(
        domain.seen,
        project=project.compose or ", ".join(project.containers),
        started=domain.wake.started if domain.wake is not None else frozenset(),
        app_answers=domain.app.state is CheckState.OK,
    )


def _rejudge(domain: DomainState, now: Instant) -> DomainState:
    verdict = project_verdict(domain)
    if verdict is None:
        return domain
    sight = verdict.sight
    if (wake := domain.running) is not None and wake.start_error and not sight.ok:
        sight = replace(sight, detail=because("start_refused", why=wake.start_error))
    trouble_since = (domain.trouble_since or now) if verdict.trouble else None
    containers = judge(domain.containers, sight, now, awaited=domain.waking)
    return replace(domain, containers=containers, trouble_since=trouble_since)


def _carried(cell: ServerState, fact: Carried, now: Instant) -> ServerState:
    match fact.command:
        case SendWake():
            if cell.burst is None:
                return cell
            return replace(cell, burst=replace(cell.burst, error=fact.error))
        case StartContainers(domain=name, names=names):
            domain = cell.domains[name]
            if domain.wake is None:
                return cell
            wake = _start_answered(domain.wake, frozenset(names), fact.error, now)
            domain = replace(domain, wake=wake)
            if fact.error is None:
                domain = _begun(domain, frozenset(names))
            return with_domain(cell, _rejudge(domain, now))
    assert_never(fact.command)


def _begun(domain: DomainState, names: frozenset[str]) -> DomainState:
    """Those that were last seen stopped, were seen before their start: that no longer counts."""
    if domain.seen is None:
        return domain
    seen = tuple(
        replace(c, state="begun") if c.name in names and c.state in STOPPED else c
        for c in domain.seen
    )
    return replace(domain, seen=seen)


def _start_answered(wake: Wake, names: frozenset[str], error: str | None, now: Instant) -> Wake:
    if error is None:
        return replace(wake, started=wake.started | names, start_errors=0, start_error=None)
    errors = wake.start_errors + 1
    return replace(
        wake,
        ordered=wake.ordered - names,
        start_errors=errors,
        start_error=error,
        start_after=now + 2.0 * errors,
    )
