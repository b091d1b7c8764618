"""Where a domain stands with its wakes: at rest, asked for, running, failed. Never two of them."""

from dataclasses import dataclass
from typing import assert_never

from hall.core.model.changed import replace
from hall.core.model.wake import Trigger, Wake
from hall.core.timing import Instant


@dataclass(frozen=True)
class AtRest:
    """No wake is wanted; ``last`` is one that came to a good end."""

    last: Wake | None = None


@dataclass(frozen=True)
class WakeFailed:
    """The last wake failed; the next attempt starts at ``retry_at``, None: there is none."""

    wake: Wake
    retry_at: Instant | None = None


@dataclass(frozen=True)
class WakeAsked:
    """A wake is asked for since ``at``, and it is not known yet whether one is needed."""

    at: Instant
    by: Trigger
    before: AtRest | WakeFailed


@dataclass(frozen=True)
class WakeRunning:
    """A wake runs."""

    wake: Wake


WakePhase = AtRest | WakeFailed | WakeAsked | WakeRunning


def last_wake(phase: WakePhase) -> Wake | None:
    """The wake that runs, or the last one that still says something."""
    match phase:
        case AtRest(last=wake) | WakeFailed(wake=wake) | WakeRunning(wake=wake):
            return wake
        case WakeAsked(before=before):
            return last_wake(before)
    assert_never(phase)


def last_failure(phase: WakePhase) -> WakeFailed | None:
    """The failure that is not over: the last wake failed, and none began since."""
    before = phase.before if isinstance(phase, WakeAsked) else phase
    return before if isinstance(before, WakeFailed) else None


def called_off(phase: WakePhase) -> WakePhase:
    """Without a wish for a wake, and without another attempt; one that runs goes on."""
    before = phase.before if isinstance(phase, WakeAsked) else phase
    return WakeFailed(before.wake) if isinstance(before, WakeFailed) else before


def unfailed(phase: WakePhase) -> WakePhase:
    """Without a failure of before; a wish for a wake stays."""
    if last_failure(phase) is None:
        return phase
    return replace(phase, before=AtRest()) if isinstance(phase, WakeAsked) else AtRest()


def with_news(phase: WakePhase, wake: Wake) -> WakePhase:
    """The same phase, with what is newly known of its wake."""
    if isinstance(phase, WakeRunning):
        return WakeRunning(wake)
    if isinstance(phase, WakeAsked):
        return replace(phase, before=_with_news(phase.before, wake))
    return _with_news(phase, wake)


def _with_news(before: AtRest | WakeFailed, wake: Wake) -> AtRest | WakeFailed:
    return AtRest(wake) if isinstance(before, AtRest) else replace(before, wake=wake)
