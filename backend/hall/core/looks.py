"""What was seen: looks at the links, and lists of containers."""

from dataclasses import replace
from typing import assert_never

from hall.core.config import ProjectConfig
from hall.core.facts import (
    CheckName,
    Container,
    ContainersSeen,
    ContainersUnseen,
    Halted,
    Instant,
    Probed,
    Sight,
)
from hall.core.falling import fell
from hall.core.health import CheckState, judge, unmade
from hall.core.policies import AlwaysOnPolicy
from hall.core.project import RUNNING, ProjectVerdict, judge_project
from hall.core.quiet import far, same_host
from hall.core.reasons import because
from hall.core.rest import Sleep
from hall.core.sight import lose_docker, lose_server, unlooked
from hall.core.sleeping import VOUCHERS, heard
from hall.core.state import DomainState, ServerState

VOUCHED_S = 15.0
"""How long an answer of Docker or of the project proves the network against a filtered ping."""


def probed(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    """A link was looked at."""
    if fact.sight.ours:
        return unlooked(cell, fact, now)
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
    if (sleep := cell.sleep) is not None:
        proves = fact.sight.lives or not sleep.blind
        return heard(cell, sleep, answered=fact.sight.lives, now=now) if proves else cell
    if not fact.sight.ok and _vouched(cell, now):
        return cell
    network = judge(cell.network, fact.sight, now, awaited=cell.waking)
    deaf = cell.deaf and not fact.sight.ok
    cell = replace(cell, network=network, deaf=deaf, unwatched=False)
    return cell if network.holds else lose_server(cell, now)


def _vouched(cell: ServerState, now: Instant) -> bool:
    """Whether ping is filtered, and the machine answered otherwise: then silence proves nothing."""
    links = [cell.docker] if far(cell) else []
    links += [domain.app for domain in cell.domains.values() if same_host(cell, domain)]
    return cell.network.detail in VOUCHERS and any(
        link.alive_at is not None and now - link.alive_at < VOUCHED_S for link in links
    )


def _vouch(cell: ServerState, why: str, now: Instant) -> ServerState:
    if cell.network.state is CheckState.OK and not cell.network.misses:
        return cell
    sight = Sight(ok=True, detail=because(why))
    return replace(cell, network=judge(cell.network, sight, now, awaited=False), deaf=True)


def _docker(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    if cell.sleep is not None:
        return _while_told(cell, cell.sleep, fact, now) if far(cell) else cell
    if fact.sight.lives and far(cell):
        cell = _vouch(cell, "network_by_docker" if fact.sight.ok else "network_by_refusal", now)
    if not cell.network.holds:
        return cell
    cell = replace(cell, docker=judge(cell.docker, fact.sight, now, awaited=cell.waking))
    return cell if cell.docker.holds else lose_docker(cell, now)


def _app(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    domain = cell.domains[fact.domain or ""]
    if cell.sleep is not None:
        return _while_told(cell, cell.sleep, fact, now) if same_host(cell, domain) else cell
    if fact.sight.lives and same_host(cell, domain):
        cell = _vouch(cell, "network_by_app" if fact.sight.ok else "network_by_refusal", now)
    if not cell.network.holds:
        return cell
    domain = replace(domain, app=judge(domain.app, fact.sight, now, awaited=domain.waking))
    return cell.with_domain(rejudge(domain, now))


def _while_told(cell: ServerState, sleep: Sleep, fact: Probed, now: Instant) -> ServerState:
    """A link of the same machine, while it is told to sleep: it counts when ping cannot."""
    hushed = 0 if fact.sight.lives else sleep.hushed + 1
    sleep = replace(sleep, hushed=hushed)
    if fact.sight.lives or sleep.blind:
        return heard(cell, sleep, answered=fact.sight.lives, now=now)
    return replace(cell, sleep=sleep)


def listed(cell: ServerState, fact: ContainersSeen, now: Instant) -> ServerState:
    """Docker listed a domain's containers."""
    domain = cell.domains[fact.domain]
    if not cell.docker.holds or domain.stopping:
        return cell
    seen = _marked(fact.containers, domain.spec.project)
    domain = rejudge(replace(domain, seen=seen, ran=_ran(domain, fact)), now)
    if domain.rested_at is not None and domain.containers.state is CheckState.OK:
        # Somebody else started them: that is a use of its own.
        domain = replace(domain, rested_at=None, stop_after=now + _kept_s(domain))
    return cell.with_domain(domain)


def _marked(
    containers: tuple[Container, ...], project: ProjectConfig | None
) -> tuple[Container, ...]:
    """The containers, with those that the owner leaves out marked so."""
    out = frozenset(project.leave_out if project is not None else ())
    if not out:
        return containers
    return tuple(
        replace(one, ignored=True) if out & {one.name, one.service} else one for one in containers
    )


def _ran(domain: DomainState, fact: ContainersSeen) -> frozenset[str]:
    """Those that run; and those that did, unless they ended while Docker was being watched."""
    runs = frozenset(one.name for one in fact.containers if one.state in RUNNING)
    if domain.ran is None:
        return runs | fell(fact.containers)
    before = frozenset(one.name for one in domain.seen or () if one.state in RUNNING)
    there = frozenset(one.name for one in fact.containers)
    return runs | ((domain.ran - before) & there)


def halted(cell: ServerState, fact: Halted, now: Instant) -> ServerState:
    """Somebody stopped a container: that it ended well does not mean that it is done."""
    domain = cell.domains[fact.domain]
    return cell.with_domain(
        rejudge(replace(domain, ran=(domain.ran or frozenset()) | {fact.name}), now)
    )


def _kept_s(domain: DomainState) -> float:
    policy = domain.spec.policy
    minutes = None if isinstance(policy, AlwaysOnPolicy) else policy.stop_containers_after
    return 0.0 if minutes is None else minutes * 60


def unlisted(cell: ServerState, fact: ContainersUnseen, now: Instant) -> ServerState:
    """Docker would not list a domain's containers."""
    domain = cell.domains[fact.domain]
    if not cell.docker.holds or domain.stopping:
        return cell
    if fact.ours:
        sight = Sight(ok=False, detail=fact.why, ours=True)
        return cell.with_domain(replace(domain, containers=unmade(domain.containers, sight, now)))
    sight = Sight(ok=False, detail=because("containers_unlisted", why=fact.why))
    check = judge(domain.containers, sight, now, awaited=domain.waking)
    return cell.with_domain(replace(domain, seen=None, trouble_since=None, containers=check))


def project_verdict(domain: DomainState) -> ProjectVerdict | None:
    """What the containers that were last seen add up to; None when none were looked for."""
    project = domain.spec.project
    if project is None or domain.seen is None:
        return None
    return judge_project(
        domain.seen,
        project=project.compose or ", ".join(project.containers),
        started=domain.wake.started if domain.wake is not None else frozenset(),
        ran=domain.ran or frozenset(),
        app_answers=domain.app.state is CheckState.OK,
    )


def rejudge(domain: DomainState, now: Instant) -> DomainState:
    """The link of the containers, by those last seen."""
    verdict = project_verdict(domain)
    if verdict is None:
        return domain
    sight = verdict.sight
    if (wake := domain.running) is not None and wake.start_error and not sight.ok:
        sight = replace(sight, detail=because("start_refused", why=wake.start_error))
    trouble_since = (domain.trouble_since or now) if verdict.trouble else None
    containers = judge(domain.containers, sight, now, awaited=domain.waking)
    return replace(domain, containers=containers, trouble_since=trouble_since)
