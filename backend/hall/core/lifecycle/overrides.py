"""An admin's orders: hold awake or asleep for a time, wake now, sleep now.

The latest order wins: one that contradicts an earlier one takes its place.
"""

from dataclasses import replace

from hall.core.lifecycle.domain_wake import request_wake
from hall.core.lifecycle.use import used
from hall.core.model.activity import ActivityKind
from hall.core.model.facts import HoldSet, SleepNow, WakeNow
from hall.core.model.override import Hold, HoldKind
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import Need
from hall.core.model.wake import ServerWake, Trigger
from hall.core.policy.domain import idle_at
from hall.core.timing import Instant


def hold_set(cell: ServerState, fact: HoldSet) -> ServerState:
    """Set a hold, or take it away."""
    kind = fact.hold.kind if fact.hold is not None else None
    if fact.domain is None:
        domains = cell.domains
        if kind is HoldKind.ASLEEP:
            domains = {name: _free(domain, HoldKind.AWAKE) for name, domain in domains.items()}
            cell = replace(cell, server_wake=None)
        elif kind is HoldKind.AWAKE:
            cell = _undismissed(cell)
            domains = cell.domains
        return replace(
            cell, hold=fact.hold, domains=domains, server_wake_after=0.0, server_wake_failed=None
        )
    domain = replace(cell.domains[fact.domain], hold=fact.hold)
    if kind is HoldKind.AWAKE:
        cell = _free_server(cell)
        domain = replace(domain, dismissed_at=None)
    elif kind is HoldKind.ASLEEP:
        domain = replace(domain, called_at=None)
    return cell.with_domain(domain)


def wake_now(cell: ServerState, fact: WakeNow, now: Instant) -> ServerState:
    """Wake now: it counts as use, and no earlier order stands against it."""
    cell = _free_server(cell)
    if fact.domain is None:
        cell = _undismissed(cell)
        return replace(cell, server_wake=ServerWake(started_at=now))
    domain = _free(cell.domains[fact.domain], HoldKind.ASLEEP)
    domain = replace(
        domain,
        activity=used(domain.activity, ActivityKind.ADMIN, now),
        called_at=now,
        dismissed_at=None,
    )
    return cell.with_domain(request_wake(domain, Trigger.ADMIN, now))


def sleep_now(cell: ServerState, fact: SleepNow, now: Instant) -> ServerState:
    """Sleep now: what was used before no longer counts. What policy wants awake stays."""
    names = cell.domains if fact.domain is None else (fact.domain,)
    domains = {
        name: replace(domain, dismissed_at=now, called_at=None, asked_at=None, retry_at=None)
        if name in names and domain.verdict.need is not Need.WAKE
        else domain
        for name, domain in cell.domains.items()
    }
    forced = fact.force and fact.domain is None
    guards = replace(cell.guards, read_at=None, asked_at=None)
    power = replace(cell.power, after=0.0)
    return replace(cell, domains=domains, forced=forced, guards=guards, power=power)


def _undismissed(cell: ServerState) -> ServerState:
    """Without any "sleep now" from before."""
    domains = {name: replace(one, dismissed_at=None) for name, one in cell.domains.items()}
    return replace(cell, domains=domains)


def _free_server(cell: ServerState) -> ServerState:
    asleep = cell.hold is not None and cell.hold.kind is HoldKind.ASLEEP
    return replace(cell, hold=None) if asleep else cell


def _free(domain: DomainState, kind: HoldKind) -> DomainState:
    against = domain.hold is not None and domain.hold.kind is kind
    return replace(domain, hold=None) if against else domain


def expire(cell: ServerState, now: Instant) -> ServerState:
    """Take away the orders whose time is over."""
    if _over(cell.hold, now):
        cell = replace(cell, hold=None, server_wake_failed=None)
    for domain in cell.domains.values():
        if _over(domain.hold, now):
            cell = cell.with_domain(replace(domain, hold=None))
        if domain.called_at is not None and not _still_called(cell, domain, now):
            cell = cell.with_domain(replace(cell.domains[domain.id], called_at=None))
    return cell


def _still_called(cell: ServerState, domain: DomainState, now: Instant) -> bool:
    """Whether the use that an admin's "wake now" began goes on."""
    wanted = domain.waking or domain.asked_at is not None or domain.retry_at is not None
    until = idle_at(cell, domain)
    return wanted or (until is not None and now < until)


def _over(hold: Hold | None, now: Instant) -> bool:
    return hold is not None and now >= hold.until
