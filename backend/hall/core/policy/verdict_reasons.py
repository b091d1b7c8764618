"""From causes to sentences: the one place where a verdict is put into words."""

from typing import assert_never

from hall.core.model.activity import ActivityKind
from hall.core.model.closed import ClosedBy
from hall.core.model.reason import Reason, because
from hall.core.model.verdict import (
    AlwaysOn,
    AskingGuards,
    Asleep,
    BackingOff,
    Busy,
    Dismissed,
    DomainCause,
    Forced,
    GoingToSleep,
    HeldAwake,
    NeededBy,
    NeverUsed,
    NoDomain,
    NotSeen,
    NoWayToSleep,
    Open,
    OpensSoon,
    OutsideHours,
    ServerCause,
    StoppingContainers,
    TooYoung,
    Unneeded,
    Unused,
    UpUnused,
    Used,
    UseUnknown,
    Waking,
)
from hall.core.policy.guards import together
from hall.core.timing import Duration, Instant

_ago, _left = Duration.ago, Duration.left

_USED = {
    ActivityKind.VISIT: "verdict_visit",
    ActivityKind.REPORT: "verdict_report",
    ActivityKind.TRAFFIC: "verdict_traffic",
    ActivityKind.ADMIN: "verdict_admin",
}


def domain_reason(cause: DomainCause, now: Instant) -> Reason:  # noqa: C901, PLR0911, PLR0912 - one line a case
    """Why a domain is wanted or not, as it reads at this instant."""
    match cause:
        case HeldAwake(until=until):
            return because("verdict_held_awake", left=_left(until, now))
        case AlwaysOn():
            return because("verdict_always_on")
        case Open(until=until):
            return because("verdict_open", left=_left(until, now))
        case OpensSoon(until=until):
            return because("verdict_opens", left=_left(until, now))
        case Used(kind=kind, since=since, until=until):
            return because(_USED[kind], ago=_ago(since, now), left=_left(until, now))
        case UpUnused(since=since, until=until):
            return because("verdict_up", ago=_ago(since, now), left=_left(until, now))
        case UseUnknown(why=why):
            return because("verdict_unknown", why=why)
        case Dismissed(since=since):
            return because("verdict_dismissed", ago=_ago(since, now))
        case OutsideHours(until=until):
            return because("verdict_closed", left=_left(until, now))
        case Unused(since=since):
            return because("verdict_unused", ago=_ago(since, now))
        case NeverUsed():
            return because("verdict_never")
    assert_never(cause)


def closed_reason(by: ClosedBy) -> Reason:
    """Why visits do not wake a domain."""
    match by:
        case ClosedBy.HOLD:
            return because("held")
        case ClosedBy.SCHEDULE:
            return because("closed")
    assert_never(by)


def server_reason(cause: ServerCause, now: Instant) -> Reason:  # noqa: C901, PLR0911, PLR0912 - one line a case
    """Why a server is wanted or not, as it reads at this instant."""
    match cause:
        case HeldAwake():
            return domain_reason(cause, now)
        case Waking():
            return because("server_waking")
        case StoppingContainers():
            return because("server_stops")
        case NeededBy(domain=name, by=by):
            return because("server_needed", name=name, why=domain_reason(by, now))
        case GoingToSleep(since=since):
            return because("server_stopping", ago=_ago(since, now))
        case NotSeen():
            return because("server_unseen")
        case Asleep():
            return because("server_asleep")
        case NoWayToSleep():
            return because("server_no_way")
        case NoDomain():
            return because("server_no_domain")
        case TooYoung(since=since, until=until):
            return because("server_young", ago=_ago(since, now), left=_left(until, now))
        case BackingOff(why=why, until=until):
            return because("server_backoff", why=why, left=_left(until, now))
        case AskingGuards():
            return because("server_asking")
        case Busy(guards=guards):
            return because("server_busy", guards=together(guards))
        case Unneeded():
            return because("server_unneeded")
        case Forced():
            return because("server_forced")
    assert_never(cause)
