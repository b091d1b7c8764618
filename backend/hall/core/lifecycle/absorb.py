"""What a fact itself says: what was seen, what is wished, and what became of commands."""

from typing import assert_never

from hall.core.lifecycle.domain_wake import request_wake
from hall.core.lifecycle.observe import (
    container_stopped,
    containers_listed,
    containers_unlisted,
    link_probed,
)
from hall.core.lifecycle.overrides import hold_set, sleep_now, wake_now
from hall.core.lifecycle.results import command_done
from hall.core.lifecycle.sleep import power_announced
from hall.core.lifecycle.use import measured, used
from hall.core.model.activity import ActivityKind
from hall.core.model.changed import replace
from hall.core.model.facts import (
    ActivityReported,
    ClockStepped,
    CommandDone,
    ContainersSeen,
    ContainerStopped,
    ContainersUnseen,
    Fact,
    GuardsRead,
    HoldSet,
    PowerAnnounced,
    Probed,
    Refused,
    SleepNow,
    Ticked,
    TrafficSeen,
    Visited,
    WakeNow,
    WakeRequested,
)
from hall.core.model.override import undismissed
from hall.core.model.sleep_phase import GuardsKnown
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import Trigger
from hall.core.policy.domain import closed_for_visits
from hall.core.timing import Instant


def absorb(cell: ServerState, fact: Fact, now: Instant) -> ServerState:  # noqa: C901, PLR0911, PLR0912 - one line a case
    """The cell with what the fact itself says; what follows from it comes later."""
    match fact:
        case Probed():
            return link_probed(cell, fact, now)
        case ContainersSeen():
            return containers_listed(cell, fact, now)
        case ContainersUnseen():
            return containers_unlisted(cell, fact, now)
        case ContainerStopped():
            return container_stopped(cell, fact, now)
        case Visited(domain=name):
            return _asked(cell, cell.domains[name], Trigger.VISIT, now)
        case WakeRequested(domain=name):
            return _asked(cell, cell.domains[name], Trigger.API, now)
        case ActivityReported(domain=name):
            return _used(cell, cell.domains[name], ActivityKind.REPORT, now)
        case TrafficSeen():
            return _traffic(cell, fact, now)
        case HoldSet():
            return hold_set(cell, fact)
        case WakeNow():
            return wake_now(cell, fact, now)
        case SleepNow():
            return sleep_now(cell, fact, now)
        case CommandDone():
            return command_done(cell, fact, now)
        case GuardsRead():
            return _guards(cell, fact, now)
        case PowerAnnounced(news=news):
            return power_announced(cell, news, now)
        case Refused() | Ticked() | ClockStepped():
            return cell
    assert_never(fact)


def _asked(cell: ServerState, domain: DomainState, trigger: Trigger, now: Instant) -> ServerState:
    """Somebody or something wants in: it is use, and a wish for a wake, unless it is closed."""
    domain = replace(domain, closed=closed_for_visits(cell, domain, now))
    if domain.closed is not None and not cell.ready(domain):
        return cell
    cell = _used(cell, domain, ActivityKind.VISIT, now)
    return cell.with_domain(request_wake(cell.domains[domain.id], trigger, now))


def _used(cell: ServerState, domain: DomainState, sign: ActivityKind, now: Instant) -> ServerState:
    """A sign that it is in use; an admin's "sleep now" from before is over."""
    activity = used(domain.activity, sign, now)
    override = undismissed(domain.override)
    return cell.with_domain(replace(domain, activity=activity, override=override))


def _traffic(cell: ServerState, fact: TrafficSeen, now: Instant) -> ServerState:
    domain = cell.domains[fact.domain]
    if not cell.docker.is_ok:
        return cell
    before = domain.activity.traffic
    traffic = measured(before, fact.total, fact.why, now)
    domain = replace(domain, activity=replace(domain.activity, traffic=traffic))
    limit = domain.spec.activity.traffic_kb_per_minute
    old = domain.dismissed_at is not None and (before is None or before.at < domain.dismissed_at)
    rate = None if old else traffic.rate
    if limit is not None and rate is not None and rate >= limit * 1000:
        return _used(cell, domain, ActivityKind.TRAFFIC, now)
    return cell.with_domain(domain)


def _guards(cell: ServerState, fact: GuardsRead, now: Instant) -> ServerState:
    if cell.guards_asked_at is None or fact.number != cell.guards_asked:
        return cell
    known = GuardsKnown(at=now, report=fact.report, why=fact.why)
    return replace(cell, sleep_phase=known)
