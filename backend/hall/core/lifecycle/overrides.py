"""An admin's orders: hold awake or asleep for a time, wake now, sleep now.

The latest order wins: one that contradicts an earlier one takes its place.
"""

from typing import assert_never

from hall.core.lifecycle.domain_wake import request_wake
from hall.core.lifecycle.use import used
from hall.core.model.activity import ActivityKind
from hall.core.model.changed import replace
from hall.core.model.facts import HoldSet, SleepNow, WakeNow
from hall.core.model.override import (
    AsleepUntilUsed,
    AwakeUntilUnused,
    Hold,
    HoldKind,
    Override,
    after_hold,
    dismissed,
    undismissed,
    wants,
)
from hall.core.model.sleep_phase import GuardsUnasked, SleepForced, SleepOut
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import Need
from hall.core.model.wake import Trigger
from hall.core.model.wake_phase import called_off
from hall.core.policy.domain import idle_at
from hall.core.timing import Instant


def hold_set(cell: ServerState, fact: HoldSet) -> ServerState:
    """Set a hold, or with None lift it; orders that contradict a new hold are over.

    Lifting ends no order but a hold; a "sleep now" that was given during one stands on.
    """
    if fact.domain is not None:
        return _domain_held(cell, cell.domains[fact.domain], fact.hold)
    stays = fact.hold is None and cell.hold is None
    override = cell.override if stays else fact.hold
    cell = replace(cell, override=override, server_wake_after=0.0, server_wake_failed=None)
    if wants(fact.hold, HoldKind.AWAKE):
        return without_dismissals(cell)
    if wants(fact.hold, HoldKind.ASLEEP):
        return cell.with_domains(lambda one: _without(one, HoldKind.AWAKE))
    return cell


def _domain_held(cell: ServerState, domain: DomainState, hold: Hold | None) -> ServerState:
    if hold is None:
        before = domain.hold
        override = domain.override if before is None else after_hold(before)
    elif hold.kind is HoldKind.ASLEEP:
        override = replace(hold, dismissed_at=domain.dismissed_at)
    else:
        cell, override = _free_server(cell), hold
    return cell.with_domain(replace(domain, override=override))


def wake_now(cell: ServerState, fact: WakeNow, now: Instant) -> ServerState:
    """Wake now: it counts as use, and no earlier order stands against it."""
    cell = _free_server(cell)
    if fact.domain is None:
        called = replace(cell, override=_called(cell.override, now), server_wake_after=0.0)
        return without_dismissals(called)
    domain = cell.domains[fact.domain]
    activity = used(domain.activity, ActivityKind.ADMIN, now)
    domain = replace(domain, activity=activity, override=_called(domain.override, now))
    return cell.with_domain(request_wake(domain, Trigger.ADMIN, now))


def _called(override: Override | None, now: Instant) -> Override:
    """The order after "wake now": it adds nothing to a hold awake, and ends every other."""
    if isinstance(override, Hold) and override.kind is HoldKind.AWAKE:
        return override
    return AwakeUntilUnused(now)


def sleep_now(cell: ServerState, fact: SleepNow, now: Instant) -> ServerState:
    """Sleep now: what was used before no longer counts. What policy wants awake stays."""
    names = cell.domains if fact.domain is None else (fact.domain,)

    def put_off(domain: DomainState) -> DomainState:
        if domain.verdict.need is Need.WAKE:
            return domain
        override, phase = dismissed(domain.override, now), called_off(domain.phase)
        return replace(domain, override=override, phase=phase)

    phase = cell.sleep_phase
    if not isinstance(phase, SleepOut):
        phase = SleepForced() if fact.force and fact.domain is None else GuardsUnasked()
    power = replace(cell.power, after=0.0)
    return replace(cell.with_domains(put_off, names), sleep_phase=phase, power=power)


def without_dismissals(cell: ServerState) -> ServerState:
    """End each domain's "sleep now", also one that was given during a hold; the hold stays."""

    def undone(one: DomainState) -> DomainState:
        return one if one.dismissed_at is None else replace(one, override=undismissed(one.override))

    return cell.with_domains(undone)


def _free_server(cell: ServerState) -> ServerState:
    return replace(cell, override=None) if wants(cell.override, HoldKind.ASLEEP) else cell


def _without(domain: DomainState, kind: HoldKind) -> DomainState:
    return replace(domain, override=None) if wants(domain.override, kind) else domain


def expire(cell: ServerState, now: Instant) -> ServerState:
    """End what is over by ``now``: holds, and a domain's "wake now" once its use is over."""
    if cell.hold is not None and now >= cell.hold.until:
        cell = replace(cell, override=None, server_wake_failed=None)
    for domain in cell.domains.values():
        if domain.override is not None:
            override = _at(cell, domain, domain.override, now)
            if override is not domain.override:
                cell = cell.with_domain(replace(domain, override=override))
    return cell


def _at(
    cell: ServerState, domain: DomainState, override: Override, now: Instant
) -> Override | None:
    """What stands of an order at ``now``."""
    ends_at = override_ends_at(cell, domain)
    if ends_at is None or now < ends_at:
        return override
    return after_hold(override) if isinstance(override, Hold) else None


def override_ends_at(cell: ServerState, domain: DomainState) -> Instant | None:
    """When time alone ends an admin's order for a domain; None where it does not.

    A "wake now" ends with the use that it began; 0, long ago, where nothing tells of any.
    """
    match domain.override:
        case Hold(until=until):
            return until
        case AwakeUntilUnused():
            return None if domain.expects_wake else idle_at(cell, domain) or 0.0
        case AsleepUntilUsed() | None:
            return None
    assert_never(domain.override)
