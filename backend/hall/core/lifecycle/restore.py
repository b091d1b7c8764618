"""Giving a cell its past back, after a restart of Hall."""

from collections.abc import Iterable, Sequence

from hall.core.lifecycle.domain_wake import FIRST_PROBE_WAIT_S, RESUME_WINDOW_S, tries_again_at
from hall.core.lifecycle.sleep import begin_sleep, pause_after
from hall.core.lifecycle.status import settle
from hall.core.lifecycle.timers import timed
from hall.core.lifecycle.verdicts import domains_judged, server_judged
from hall.core.model.changed import replace
from hall.core.model.check import CheckName
from hall.core.model.override import Hold, Override
from hall.core.model.power import PowerHistory
from hall.core.model.saved import Saved
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import Boot, Outcome, ServerWake, Wake
from hall.core.model.wake_phase import WakeFailed, WakeRunning
from hall.core.timing import Instant


def restore_wake(
    cell: ServerState, domain: str, *, history: Sequence[Boot], running: Wake | None, now: Instant
) -> ServerState:
    """Give a domain its past back: how long boots took, and its newest wake.

    ``running`` goes on where it was, but all links must be looked at again, with deadlines from
    now. One that failed within ``RESUME_WINDOW_S`` is told again, and retried when it would have
    been.
    """
    known = replace(cell.domains[domain], history=tuple(history))
    if running is not None:
        known = _taken_up(cell, known, running, now)
    return _settled(cell.with_domain(known), now, (domain,))


def _taken_up(cell: ServerState, domain: DomainState, wake: Wake, now: Instant) -> DomainState:
    if wake.ended_at is None:
        before = cell.packets_sent - wake.packets
        wake = replace(wake, deadline_from=now, waits_for=CheckName.NETWORK, packets_before=before)
        return replace(domain, phase=WakeRunning(wake))
    if wake.outcome is not Outcome.FAILED or not 0 <= now - wake.ended_at < RESUME_WINDOW_S:
        return domain
    again = tries_again_at(cell, wake, wake.ended_at)
    retry_at = None if again is None else max(again, now + FIRST_PROBE_WAIT_S)
    return replace(domain, phase=WakeFailed(wake, retry_at))


def restore_server(cell: ServerState, memory: Saved, now: Instant) -> ServerState:
    """Give a server what is remembered of its sleeping, of use, and of an admin's orders.

    A sleep order that was out is not sent again: what came of it is seen by looking.
    """
    alone = cell.spec.network.while_asleep == "leave_alone" and memory.power.up_since is None
    cell = replace(cell, power=_past(memory.power, now), unwatched=alone)
    for name, activity in memory.activity.items():
        if (domain := cell.domains.get(name)) is not None:
            used = replace(activity, at=_by(activity.at, now))
            cell = cell.with_domain(replace(domain, activity=used))
    for target, override in memory.overrides.items():
        cell = _overridden(cell, target, override, now)
    for name, at in memory.rested.items():
        if (domain := cell.domains.get(name)) is not None:
            cell = cell.with_domain(replace(domain, rested_at=_by(at, now)))
    if memory.sleep is not None and 0 <= now - memory.sleep.ordered_at < RESUME_WINDOW_S:
        cell = begin_sleep(cell, replace(memory.sleep, carried_at=now), now)
    return _settled(server_judged(domains_judged(cell, now, cell.domains), now), now, cell.domains)


def _settled(cell: ServerState, now: Instant, names: Iterable[str]) -> ServerState:
    return timed(settle(cell, now, names), names)


def _past(power: PowerHistory, now: Instant) -> PowerHistory:
    """A clock that was ahead must not keep a server awake, or from its sleep, for months."""
    pause_s = pause_after(max(1, power.strikes))
    return replace(
        power,
        up_since=_by(power.up_since, now),
        down_since=_by(power.down_since, now),
        slept_at=_by(power.slept_at, now),
        after=min(power.after, now + pause_s),
    )


def _by(at: Instant | None, now: Instant) -> Instant | None:
    return None if at is None else min(at, now)


def _overridden(
    cell: ServerState, target: str | None, override: Override, now: Instant
) -> ServerState:
    """An admin's order stands again; what was said in the future was said now at the latest."""
    if target is None:
        return _server_overridden(cell, override, now)
    if (domain := cell.domains.get(target)) is None:
        return cell
    if isinstance(override, Hold):
        override = replace(override, dismissed_at=_by(override.dismissed_at, now))
    else:
        override = replace(override, at=min(override.at, now))
    return cell.with_domain(replace(domain, override=override))


def _server_overridden(cell: ServerState, override: Override, now: Instant) -> ServerState:
    """A wake of the server that was ordered long ago is not worth going on."""
    if isinstance(override, Hold):
        return replace(cell, override=override)
    if not 0 <= now - override.at < RESUME_WINDOW_S:
        return cell
    return replace(cell, override=override, server_wake=ServerWake(started_at=now))
