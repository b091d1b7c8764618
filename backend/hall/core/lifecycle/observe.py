"""What was seen: looks at the links, and lists of containers."""

from typing import assert_never

from hall.core.config.domain import ProjectConfig
from hall.core.config.policies import AlwaysOnPolicy
from hall.core.lifecycle.forget import (
    doubt,
    reset_behind_network,
    reset_container_checks,
    unanswered_why,
    unlooked,
    unsure,
)
from hall.core.lifecycle.sleep import probed_while_ordered
from hall.core.model.changed import replace
from hall.core.model.check import CheckName, CheckState, ProbeResult
from hall.core.model.container import Container
from hall.core.model.facts import ContainersSeen, ContainerStopped, ContainersUnseen, Probed
from hall.core.model.power import SleepAttempt
from hall.core.model.reason import because
from hall.core.model.state import DomainState, ServerState
from hall.core.policy.containers import RUNNING, ProjectVerdict, judge_project
from hall.core.policy.fallen import fell, outlived
from hall.core.policy.health import judge, reset, unmade
from hall.core.policy.quiet import app_on_server, docker_is_remote
from hall.core.timing import Instant

PROVEN_S = 15.0
"""How long an answer of Docker or of the project proves the network against a filtered ping."""


def link_probed(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    """What a probe says of its link, by its thresholds; containers are listed, not probed.

    While a sleep order is out, answers count for or against silence only. What Hall itself could
    not look at leaves the link as it was, for ``UNSEEN_S``.
    """
    if fact.result.ours:
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
        proves = fact.result.lives or not sleep.ping_filtered
        return (
            probed_while_ordered(cell, sleep, answered=fact.result.lives, now=now)
            if proves
            else cell
        )
    if not fact.result.ok and _proven_by_others(cell, now):
        return cell
    held = cell.network.is_ok
    network = judge(cell.network, fact.result, now, awaited=cell.waking)
    deaf = cell.deaf and not fact.result.ok
    cell = replace(cell, network=network, deaf=deaf, unwatched=False)
    if network.is_ok:
        return doubt(cell, now) if network.misses else cell
    return reset_behind_network(cell, now, news=held)


def _proven_by_others(cell: ServerState, now: Instant) -> bool:
    """Whether ping is filtered, and the machine answered otherwise: then silence proves nothing."""
    links = [cell.docker] if docker_is_remote(cell) else []
    links += [domain.app for domain in cell.domains.values() if app_on_server(cell, domain)]
    return cell.network.by_other and any(
        link.alive_at is not None and now - link.alive_at < PROVEN_S for link in links
    )


def _prove_network(cell: ServerState, why: str, now: Instant) -> ServerState:
    if cell.network.state is CheckState.OK and not cell.network.misses:
        return cell
    result = ProbeResult(ok=True, detail=because(why), by_other=True)
    return replace(cell, network=judge(cell.network, result, now, awaited=False), deaf=True)


def _docker(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    if cell.sleep is not None:
        return _while_told(cell, cell.sleep, fact, now) if docker_is_remote(cell) else cell
    if fact.result.lives and docker_is_remote(cell):
        cell = _prove_network(
            cell, "network_by_docker" if fact.result.ok else "network_by_refusal", now
        )
    if not cell.network.is_ok:
        return cell
    failed = cell.docker.state is CheckState.FAILING
    cell = replace(cell, docker=judge(cell.docker, fact.result, now, awaited=cell.waking))
    if cell.docker.is_ok:
        return doubt(cell, now) if cell.docker.misses else cell
    return cell if failed else reset_container_checks(cell, now)  # what fails still is no news


def _app(cell: ServerState, fact: Probed, now: Instant) -> ServerState:
    domain = cell.domains[fact.domain or ""]
    if cell.sleep is not None:
        return _while_told(cell, cell.sleep, fact, now) if app_on_server(cell, domain) else cell
    if fact.result.lives and app_on_server(cell, domain):
        cell = _prove_network(
            cell, "network_by_app" if fact.result.ok else "network_by_refusal", now
        )
        domain = cell.domains[domain.id]
    if domain.stopping or _outdated(domain, fact, now):
        return cell
    result = believed(domain, fact.result)
    if (
        not cell.network.is_ok
        and not (result.ok and not domain.waking)
        and not cell.answers(domain)
    ):
        return cell
    return cell.with_domain(_answered(cell, domain, result, now))


def _outdated(domain: DomainState, fact: Probed, now: Instant) -> bool:
    """Whether it was asked before something happened of which its answer says nothing.

    One that was asked in the future was asked before the clock was set back: who knows how long.
    """
    asked, doubted = fact.asked_at, domain.doubted_at
    return asked is not None and doubted is not None and not doubted <= asked <= now


def believed(domain: DomainState, result: ProbeResult) -> ProbeResult:
    """An answer that may be a proxy's own counts once every HEALTHCHECK has passed."""
    if not result.weak or domain.proven or domain.containers.state is CheckState.SKIPPED:
        return result
    detail = because("app_weak", answer=result.detail)
    return ProbeResult(ok=False, detail=detail, took_ms=result.took_ms, alive=True)


def _answered(
    cell: ServerState, domain: DomainState, result: ProbeResult, now: Instant
) -> DomainState:
    """What the look at the project says; it has no patience left where an earlier link fails."""
    climbed = (cell.network, cell.docker, domain.containers)
    patient = all(link.is_ok for link in climbed)
    app = judge(domain.app, result, now, awaited=domain.waking, patient=patient)
    if not app.is_ok and not cell.network.is_ok:
        app = reset(app, "waits_for_server", now)
    return replace(domain, app=app, doubted_at=None)


def _while_told(cell: ServerState, sleep: SleepAttempt, fact: Probed, now: Instant) -> ServerState:
    """A link of the same machine, while it is told to sleep: it counts when ping cannot."""
    hushed = 0 if fact.result.lives else sleep.hushed + 1
    sleep = replace(sleep, hushed=hushed)
    if fact.result.lives or sleep.ping_filtered:
        return probed_while_ordered(cell, sleep, answered=fact.result.lives, now=now)
    return cell.with_sleep(sleep)


def containers_listed(cell: ServerState, fact: ContainersSeen, now: Instant) -> ServerState:
    """Judge a project by a new list of its containers.

    It is passed over while no Docker answers, or while Hall is stopping them.
    """
    domain = cell.domains[fact.domain]
    if _ignores_lists(cell, domain):
        return cell
    seen = _marked(fact.containers, domain.spec.project)
    ran, halted = _not_ended(domain, fact.containers)
    alone = domain.alone and sum(one.awaited and not one.ignored for one in seen) <= 1
    domain = replace(domain, seen=seen, ran=ran, halted=halted, alone=alone)
    domain = rejudge(domain, now)
    if domain.rested_at is not None and domain.containers.state is CheckState.OK:
        # Somebody else started them: that is a use of its own.
        domain = replace(domain, rested_at=None, stop_after=now + _kept_s(domain))
    return cell.with_domain(domain)


def _ignores_lists(cell: ServerState, domain: DomainState) -> bool:
    """Whether what is told of its containers counts for nothing now."""
    return not (cell.network.is_ok and cell.docker.is_ok) or domain.stopping


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


def _not_ended(
    domain: DomainState, containers_listed: tuple[Container, ...]
) -> tuple[frozenset[str], frozenset[str]]:
    """Those that run, or did until their server went; and those that somebody stopped."""
    runs = frozenset(one.name for one in containers_listed if one.state in RUNNING)
    there = frozenset(one.name for one in containers_listed)
    again = _ended_again(domain.seen or (), containers_listed)
    halted = (domain.halted - runs - again) & there
    if domain.ran is None:
        return runs | fell(containers_listed), halted
    ran_before = frozenset(one.name for one in domain.seen or () if one.state in RUNNING)
    ended = outlived(containers_listed) if domain.seen is None else ran_before | again
    return runs | ((domain.ran - ended) & there), halted


def _ended_again(
    before: tuple[Container, ...], containers_listed: tuple[Container, ...]
) -> frozenset[str]:
    """Those that were over, and have run to another end since."""
    over = {one.name: one.ended_at for one in before if one.state in {"exited", "begun"}}
    ends = ((one.name, one.ended_at) for one in containers_listed if one.state == "exited")
    return frozenset(name for name, at in ends if over.get(name, at) != at)


def _kept_s(domain: DomainState) -> float:
    policy = domain.spec.policy
    minutes = None if isinstance(policy, AlwaysOnPolicy) else policy.stop_containers_after
    return 0.0 if minutes is None else minutes * 60


def containers_unlisted(cell: ServerState, fact: ContainersUnseen, now: Instant) -> ServerState:
    """Note that Docker would not list a project's containers: what was seen of them is forgotten.

    Where the fault is Hall's own, what was seen stands for ``UNSEEN_S`` (``health.unmade``).
    """
    domain = cell.domains[fact.domain]
    if _ignores_lists(cell, domain):
        return cell
    if fact.ours:
        result = ProbeResult(ok=False, detail=fact.why, ours=True)
        return cell.with_domain(replace(domain, containers=unmade(domain.containers, result, now)))
    result = ProbeResult(ok=False, detail=because("containers_unlisted", why=fact.why))
    domain = _contain(replace(domain, seen=None, trouble_since=None), result, now)
    return cell.with_domain(domain)


def container_stopped(cell: ServerState, fact: ContainerStopped, now: Instant) -> ServerState:
    """A container of the project stopped: nothing that was seen of the project counts any more.

    Where somebody stopped it, that it ended well does not mean that it is done.
    """
    domain = unsure(cell.domains[fact.domain], now, unanswered_why(cell))
    if fact.by_order:
        domain = rejudge(replace(domain, halted=domain.halted | {fact.name}), now)
    if domain.app.state is CheckState.SKIPPED and domain.containers.state is CheckState.OK:
        domain = replace(domain, containers=replace(domain.containers, misses=1))
    return cell.with_domain(domain)


def project_verdict(domain: DomainState) -> ProjectVerdict | None:
    """What the containers that were last seen add up to; None when none were looked for."""
    project = domain.spec.project
    if project is None or domain.seen is None:
        return None
    ran = domain.ran or frozenset()
    started = domain.wake.started if domain.wake is not None else frozenset()
    return judge_project(
        domain.seen,
        project=project.compose or ", ".join(project.containers),
        started=started - domain.halted if domain.waking else started - domain.halted - ran,
        ran=ran | domain.halted,
        alone=domain.alone,
        app_decides=domain.spec.health is not None and not project.wait_healthy,
    )


def rejudge(domain: DomainState, now: Instant) -> DomainState:
    """Judge the link of the containers by those last seen; the same domain where none are known."""
    verdict = project_verdict(domain)
    if verdict is None:
        return domain
    result = verdict.result
    if (wake := domain.running) is not None and wake.start_error and not result.ok:
        detail = because("start_refused", why=wake.start_error)
        result = replace(result, detail=detail, troubled=True)
    trouble_since = (domain.trouble_since or now) if verdict.trouble else None
    domain = replace(domain, trouble_since=trouble_since, proven=verdict.proven)
    return _contain(domain, result, now)


def _contain(domain: DomainState, result: ProbeResult, now: Instant) -> DomainState:
    """What is said of the containers; when that is new, the project is asked anew."""
    before = domain.containers
    domain = replace(domain, containers=judge(before, result, now, awaited=domain.waking))
    same = domain.containers.is_ok is before.is_ok and before.seen_at is not None
    return domain if same else unsure(domain, now)
