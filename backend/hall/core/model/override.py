"""The one order of an admin that stands over policy: the latest."""

from dataclasses import dataclass
from enum import StrEnum

from hall.core.model.changed import replace
from hall.core.timing import Instant


class HoldKind(StrEnum):
    """What a hold is for."""

    AWAKE = "awake"
    ASLEEP = "asleep"


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Keep awake, or do not wake, until ``until``.

    ``lasts`` says that it was ordered for a length of time: it ends when that is over, though the
    clock be set meanwhile; else when the clock shows ``until``. ``dismissed_at`` is when "sleep
    now" was said, of what is held asleep too: that order outlasts the hold.
    """

    kind: HoldKind
    until: Instant
    lasts: bool = False
    dismissed_at: Instant | None = None


@dataclass(frozen=True)
class AwakeUntilUnused:
    """An admin said "wake now" at ``at``: it counts until the use that it began is over."""

    at: Instant


@dataclass(frozen=True)
class AsleepUntilUsed:
    """An admin said "sleep now" at ``at``: earlier use does not count, and the next ends it."""

    at: Instant


Override = Hold | AwakeUntilUnused | AsleepUntilUsed


def hold_of(override: Override | None) -> Hold | None:
    """The order if it is a hold; None for any other, and without one."""
    return override if isinstance(override, Hold) else None


def held_until(override: Override | None, kind: HoldKind) -> Instant | None:
    """Until when it is held awake, or asleep; None when the order is no hold of that kind."""
    if isinstance(override, Hold) and override.kind is kind:
        return override.until
    return None


def called_at_of(override: Override | None) -> Instant | None:
    """When "wake now" was said, if that is the order; else None."""
    return override.at if isinstance(override, AwakeUntilUnused) else None


def dismissed_at_of(override: Override | None) -> Instant | None:
    """When "sleep now" was said, as the order or beside a hold; None if it does not count."""
    match override:
        case AsleepUntilUsed(at=at) | Hold(dismissed_at=at):
            return at
        case _:
            return None


def dismissed(override: Override | None, now: Instant) -> Override:
    """The order after "sleep now": a hold asleep stays, with it beside; any other order is over."""
    if isinstance(override, Hold) and override.kind is HoldKind.ASLEEP:
        return replace(override, dismissed_at=now)
    return AsleepUntilUsed(now)


def undismissed(override: Override | None) -> Override | None:
    """The order without a "sleep now" from before; None where it was nothing else."""
    if isinstance(override, Hold) and override.dismissed_at is not None:
        return replace(override, dismissed_at=None)
    return None if isinstance(override, AsleepUntilUsed) else override


def after_hold(hold: Hold) -> Override | None:
    """What stands when a hold is over or lifted: a "sleep now" given beside it, or None."""
    return None if hold.dismissed_at is None else AsleepUntilUsed(hold.dismissed_at)


def wants(override: Override | None, kind: HoldKind) -> bool:
    """Whether the order is to keep it so, for a time or not; False without an order."""
    match override:
        case Hold(kind=held):
            return held is kind
        case AwakeUntilUnused():
            return kind is HoldKind.AWAKE
        case AsleepUntilUsed():
            return kind is HoldKind.ASLEEP
        case _:
            return False
