"""Should this domain be awake, and may visits wake it? A verdict with its reason.

An admin's hold comes first, then an admin's "sleep now", then the policy, then activity.
"""

from typing import assert_never

from hall.core.config.policies import AlwaysOnPolicy, OnDemandPolicy, ScheduledPolicy
from hall.core.model.activity import FRESH_MEASURE_S
from hall.core.model.check import CheckState
from hall.core.model.closed import Closed, ClosedBy
from hall.core.model.override import HoldKind, held_until
from hall.core.model.reason import Reason, because
from hall.core.model.schedule import Opening
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import (
    AlwaysOn,
    Dismissed,
    DomainCause,
    HeldAwake,
    NeverUsed,
    Open,
    OpensSoon,
    OutsideHours,
    Unused,
    UpUnused,
    Used,
    UseUnknown,
    Verdict,
)
from hall.core.policy.estimate import boot_p90
from hall.core.policy.schedule import next_opening, opening_at, turn_after
from hall.core.timing import Instant

UNLEARNED_S = 120.0
"""How long a boot is taken to last before one was measured, in seconds."""

WOKE_IT_S = 900.0
"""A sign of use this long before the server came up, at most, is why it was woken."""


def judge_domain(cell: ServerState, domain: DomainState, now: Instant) -> Verdict[DomainCause]:
    """What is wanted of a domain, by the first that speaks: a hold awake, its policy, its use.

    Held asleep, its policy does not speak; use that cannot be told counts as use.
    """
    if (until := held_until(domain.override, HoldKind.AWAKE)) is not None:
        return Verdict(HeldAwake(until))
    policy = domain.spec.policy
    if _held_asleep(cell, domain) is None:
        if isinstance(policy, AlwaysOnPolicy):
            return Verdict(AlwaysOn())
        if (wanted := _scheduled(domain, now)) is not None:
            return Verdict(wanted)
    turns_at = _next_turn(domain, now)
    if (used := _in_use(cell, domain, now)) is not None:
        return Verdict(used, _sooner(used.until, turns_at))
    return Verdict(_at_rest(cell, domain, now), turns_at)


def closed_for_visits(cell: ServerState, domain: DomainState, now: Instant) -> Closed | None:
    """Why visits do not wake the domain now; None when they do."""
    if (until := _held_asleep(cell, domain)) is not None:
        return Closed(ClosedBy.HOLD, until)
    policy = domain.spec.policy
    if domain.schedule is None or not isinstance(policy, ScheduledPolicy):
        return None
    if policy.outside == "on_demand" or domain.called_at is not None:
        return None
    if domain.hold is not None or opening_at(domain.schedule, now) is not None:
        return None
    upcoming = next_opening(domain.schedule, now)
    return Closed(ClosedBy.SCHEDULE, upcoming.opens_at if upcoming else None)


def _held_asleep(cell: ServerState, domain: DomainState) -> Instant | None:
    """Until when an admin holds it asleep, itself or the whole server."""
    if domain.override is None and cell.override is None:
        return None
    own = held_until(domain.override, HoldKind.ASLEEP)
    whole = held_until(cell.override, HoldKind.ASLEEP)
    return own if whole is None else max(whole, own or whole)


def _scheduled(domain: DomainState, now: Instant) -> Open | OpensSoon | None:
    """What the windows want; None when they want nothing now."""
    if domain.schedule is None or not demands(domain):
        return None
    if (opening := opening_at(domain.schedule, now)) is not None:
        return Open(opening.closes_at)
    upcoming = next_opening(domain.schedule, now)
    if upcoming is None or now < readies_at(domain, upcoming):
        return None
    return OpensSoon(upcoming.opens_at)


def demands(domain: DomainState) -> bool:
    """Whether it has windows in which it is wanted awake."""
    policy = domain.spec.policy
    return isinstance(policy, ScheduledPolicy) and policy.demands


def readies_at(domain: DomainState, opening: Opening) -> Instant:
    """When to wake, so that the domain is ready by the opening, with its margin to spare.

    A boot is reckoned as long as nine in ten were, and as ``UNLEARNED_S`` where none is known.
    """
    policy = domain.spec.policy
    margin_s = policy.margin_minutes * 60 if isinstance(policy, ScheduledPolicy) else 0.0
    boot_s = boot_p90(domain.history)
    return opening.opens_at - margin_s - (UNLEARNED_S if boot_s is None else boot_s)


def idle_at(cell: ServerState, domain: DomainState) -> Instant | None:
    """When its use is over, if none comes; the clock starts anew when the server wakes.

    None while there is nothing to count from.
    """
    since = in_use_since(cell, domain)
    idle_s = idle_minutes(domain) * 60
    return None if since is None else since + idle_s


def in_use_since(cell: ServerState, domain: DomainState) -> Instant | None:
    """The last sign of use, or when a wake was over if that was later; sleep does not count.

    None where neither is known.
    """
    used_at, wake = domain.activity.at, domain.wake
    known = [] if used_at is None else [used_at + domain.activity.slept_s]
    if cell.power.up_since is not None and wake is not None and wake.ended_at is not None:
        known.append(wake.ended_at)
    return max(known, default=None)


def idle_minutes(domain: DomainState) -> float:
    """Minutes that a domain is kept after its last use; 0 for one that is always on."""
    match domain.spec.policy:
        case OnDemandPolicy(idle_minutes=minutes) | ScheduledPolicy(idle_minutes=minutes):
            return minutes
        case AlwaysOnPolicy():
            return 0.0
    assert_never(domain.spec.policy)


def _in_use(cell: ServerState, domain: DomainState, now: Instant) -> Used | UpUnused | None:
    """Kept while it was used of late; not against an admin's "sleep now"."""
    until, up_since = idle_at(cell, domain), cell.power.up_since
    if domain.dismissed_at is not None or until is None or now >= until:
        return None
    used_at = domain.activity.at or 0.0  # never is long ago
    if up_since is not None and up_since > used_at + WOKE_IT_S:
        return UpUnused(up_since, until)
    return Used(domain.activity.sign, used_at, until)


def _at_rest(cell: ServerState, domain: DomainState, now: Instant) -> DomainCause:
    """It was not used of late; what cannot be known counts as use."""
    closed, used_at = domain.closed, domain.activity.at
    if domain.dismissed_at is not None:
        return Dismissed(domain.dismissed_at)
    if (why := unknown_activity(cell, domain, now)) is not None:
        return UseUnknown(why)
    if closed is not None and closed.entry_refused and closed.until is not None:
        return OutsideHours(closed.until)
    return NeverUsed() if used_at is None else Unused(used_at)


def _next_turn(domain: DomainState, now: Instant) -> Instant | None:
    """When the windows turn next; none while it is held.

    Those that want it awake do when it is to be woken, the others when they open or close.
    """
    held = domain.closed is not None and domain.closed.by is ClosedBy.HOLD
    if domain.schedule is None or held:
        return None
    if not demands(domain):
        return turn_after(domain.schedule, now)
    upcoming = next_opening(domain.schedule, now)
    return None if upcoming is None else readies_at(domain, upcoming)


def _sooner(*instants: Instant | None) -> Instant | None:
    return min((at for at in instants if at is not None), default=None)


def measure_ages_at(cell: ServerState, domain: DomainState) -> Instant | None:
    """When the measure that shows no use is too old; None where nothing hangs on it."""
    traffic, limit = domain.activity.traffic, domain.spec.activity.traffic_kb_per_minute
    if traffic is None or traffic.rate is None or limit is None or domain.spec.project is None:
        return None
    at_rest = isinstance(domain.verdict.cause, OutsideHours | Unused | NeverUsed)
    seen = cell.network.is_ok and cell.docker.state is CheckState.OK
    return traffic.at + FRESH_MEASURE_S if at_rest and seen else None


def unknown_activity(cell: ServerState, domain: DomainState, now: Instant) -> Reason | None:
    """Why its use cannot be told: its traffic should be measured and is not.

    None where it can, where traffic does not count, and while the server is down.
    """
    if domain.spec.project is None or domain.spec.activity.traffic_kb_per_minute is None:
        return None
    if not cell.network.is_ok:
        return None
    if cell.docker.state is not CheckState.OK:
        return because("traffic_unseen", why=cell.docker.detail)
    traffic = domain.activity.traffic
    if traffic is not None and traffic.total is None:
        return because("traffic_unread", why=traffic.why)
    if traffic is None or traffic.rate is None or now >= traffic.at + FRESH_MEASURE_S:
        return because("traffic_unmeasured")
    return None
