"""What a fact itself says: what was seen, what is wished, and what became of commands."""

from dataclasses import replace
from typing import assert_never

from hall.core.lifecycle.domain_wake import ask
from hall.core.lifecycle.observe import listed, probed, stopped, unlisted
from hall.core.lifecycle.overrides import called, dismissed, held
from hall.core.lifecycle.results import carried
from hall.core.lifecycle.sleep import announced
from hall.core.lifecycle.use import with_measure, with_sign
from hall.core.model.activity import Sign
from hall.core.model.facts import (
    ActivityReported,
    Announced,
    Called,
    Carried,
    ClockStepped,
    ContainersSeen,
    ContainerStopped,
    ContainersUnseen,
    Dismissed,
    Fact,
    GuardsRead,
    Held,
    Ordered,
    Probed,
    Refused,
    Ticked,
    TrafficSeen,
    Visited,
)
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import Trigger
from hall.core.policy.domain import shut
from hall.core.timing import Instant


def absorb(cell: ServerState, fact: Fact, now: Instant) -> ServerState:
    """The cell with what the fact itself says; what follows from it comes later."""
    match fact:
        case Probed() | ContainersSeen() | ContainersUnseen() | ContainerStopped():
            return _seen(cell, fact, now)
        case Visited() | Ordered() | ActivityReported():
            return _asked(cell, fact, now)
        case TrafficSeen():
            return _traffic(cell, fact, now)
        case Held() | Called() | Dismissed():
            return _told(cell, fact, now)
        case Carried() | GuardsRead() | Announced():
            return _answered(cell, fact, now)
        case Refused() | Ticked() | ClockStepped():
            return cell
    assert_never(fact)


def _seen(
    cell: ServerState,
    fact: Probed | ContainersSeen | ContainersUnseen | ContainerStopped,
    now: Instant,
) -> ServerState:
    match fact:
        case Probed():
            return probed(cell, fact, now)
        case ContainersSeen():
            return listed(cell, fact, now)
        case ContainersUnseen():
            return unlisted(cell, fact, now)
        case ContainerStopped():
            return stopped(cell, fact, now)
    assert_never(fact)


def _answered(
    cell: ServerState, fact: Carried | GuardsRead | Announced, now: Instant
) -> ServerState:
    match fact:
        case Carried():
            return carried(cell, fact, now)
        case GuardsRead():
            return _guards(cell, fact, now)
        case Announced(news=news):
            return announced(cell, news, now)
    assert_never(fact)


def _told(cell: ServerState, fact: Held | Called | Dismissed, now: Instant) -> ServerState:
    match fact:
        case Held():
            return held(cell, fact)
        case Called():
            return called(cell, fact, now)
        case Dismissed():
            return dismissed(cell, fact, now)
    assert_never(fact)


def _asked(
    cell: ServerState, fact: Visited | Ordered | ActivityReported, now: Instant
) -> ServerState:
    domain = cell.domains[fact.domain]
    if isinstance(fact, ActivityReported):
        return _used(cell, domain, Sign.REPORT, now)
    domain = replace(domain, shut=shut(cell, domain, now))
    if domain.shut is not None and not cell.ready(domain):
        return cell
    cell = _used(cell, domain, Sign.VISIT, now)
    trigger = Trigger.API if isinstance(fact, Ordered) else Trigger.VISIT
    return cell.with_domain(ask(cell.domains[fact.domain], trigger, now))


def _used(cell: ServerState, domain: DomainState, sign: Sign, now: Instant) -> ServerState:
    """A sign that it is in use; an admin's "sleep now" from before is over."""
    activity = with_sign(domain.activity, sign, now)
    return cell.with_domain(replace(domain, activity=activity, dismissed_at=None))


def _traffic(cell: ServerState, fact: TrafficSeen, now: Instant) -> ServerState:
    domain = cell.domains[fact.domain]
    if not cell.docker.holds:
        return cell
    before = domain.activity.traffic
    traffic = with_measure(before, fact.total, fact.why, now)
    domain = replace(domain, activity=replace(domain.activity, traffic=traffic))
    limit = domain.spec.activity.traffic_kb_per_minute
    old = domain.dismissed_at is not None and (before is None or before.at < domain.dismissed_at)
    rate = None if old else traffic.rate
    if limit is not None and rate is not None and rate >= limit * 1000:
        return _used(cell, domain, Sign.TRAFFIC, now)
    return cell.with_domain(domain)


def _guards(cell: ServerState, fact: GuardsRead, now: Instant) -> ServerState:
    if cell.guards.asked_at is None or fact.number != cell.guards.number:
        return cell
    guards = replace(cell.guards, asked_at=None, read_at=now, report=fact.report, why=fact.why)
    return replace(cell, guards=guards)
