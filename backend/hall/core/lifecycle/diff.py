"""What is announced of a step: signs of use, and what changed between two states of a cell."""

from collections.abc import Iterator

from hall.core.lifecycle.clock_steps import redated
from hall.core.lifecycle.concerned import differing
from hall.core.model.commands import StopContainers
from hall.core.model.events import (
    AccessRefused,
    ContainersStopped,
    Event,
    OverrideNoted,
    PowerNoted,
    RestNoted,
    SleepOrdered,
    Transition,
    VerdictChanged,
    VisitNoted,
)
from hall.core.model.facts import ClockStepped, CommandDone, Fact, Refused, SleepNow, Visited
from hall.core.model.reason import because
from hall.core.model.state import ServerState, StatusNow
from hall.core.model.verdict import Forced, Unneeded
from hall.core.policy.verdict_reasons import server_reason
from hall.core.timing import Instant


def kept(
    before: ServerState, cell: ServerState, now: Instant
) -> Iterator[OverrideNoted | RestNoted]:
    """What a restart must know: an admin's orders, and since when containers are stopped."""
    if cell.override != before.override:
        yield OverrideNoted(server=cell.id, domain=None, override=cell.override, at=now)
    for name, old, domain in differing(before, cell):
        if domain.override != old.override:
            yield OverrideNoted(server=cell.id, domain=name, override=domain.override, at=now)
        if domain.rested_at != old.rested_at:
            yield RestNoted(server=cell.id, domain=name, rested_at=domain.rested_at, at=now)


def announced_by(
    before: ServerState, cell: ServerState, fact: Fact, now: Instant
) -> tuple[Event, ...]:
    """The events of the fact itself: a refusal, the end of a stop, new dates, or signs of use.

    A visit that was no use, for its domain is closed, is announced as such.
    """
    match fact:
        case Refused(domain=name, address=address):
            reason = because("access_refused", address=address, domain=name)
            return (
                AccessRefused(server=cell.id, domain=name, address=address, reason=reason, at=now),
            )
        case CommandDone(command=StopContainers(domain=name), error=error):
            why = "containers_rest" if error is None else "stop_refused"
            reason = because(why) if error is None else because(why, why=error)
            return (
                ContainersStopped(server=cell.id, domain=name, reason=reason, error=error, at=now),
            )
        case ClockStepped():
            return (redated(cell, now),)
        case Visited(domain=name) if not _used(before, cell, name):
            return (VisitNoted(server=cell.id, domain=name, kind="closed", at=now),)
        case _:
            return tuple(_signs(before, cell, now))


def _used(before: ServerState, cell: ServerState, name: str) -> bool:
    return cell.domains[name].activity is not before.domains[name].activity


def _signs(before: ServerState, cell: ServerState, now: Instant) -> Iterator[VisitNoted]:
    for name, was, domain in differing(before, cell):
        old, new = was.activity, domain.activity
        if new is old or (new.at, new.sign) == (old.at, old.sign):
            continue
        yield VisitNoted(server=cell.id, domain=name, kind=new.sign.value, at=now)


def announced_changes(
    before: ServerState, cell: ServerState, fact: Fact, now: Instant
) -> tuple[Event, ...]:
    """What changed: statuses, the verdict on the server, sleep orders, an admin's orders."""
    forced = isinstance(fact, SleepNow) and fact.force
    return (
        *kept(before, cell, now),
        *verdict_changed(before, cell, now),
        *_slept(before, cell, now, forced=forced),
        *_transitions(before, cell, now),
        *_power(before, cell, now),
    )


def _slept(
    before: ServerState, cell: ServerState, now: Instant, *, forced: bool
) -> Iterator[SleepOrdered]:
    sleep = cell.sleep
    if sleep is None or (before.sleep is not None and before.sleep.id == sleep.id):
        return
    ordered = server_reason(Forced() if forced else Unneeded(), now)
    reason = because("sleep_announced") if sleep.announced else ordered
    yield SleepOrdered(
        server=cell.id, id=sleep.id, announced=sleep.announced, reason=reason, at=now
    )


def _power(before: ServerState, cell: ServerState, now: Instant) -> Iterator[PowerNoted]:
    old, new = before.power, cell.power
    if new is old:
        return
    if (old.up_since, old.slept_at, old.after) != (new.up_since, new.slept_at, new.after):
        yield PowerNoted(server=cell.id, power=new, at=now)


def verdict_changed(
    before: ServerState, cell: ServerState, now: Instant
) -> Iterator[VerdictChanged]:
    """The verdict on the server, when it reads otherwise; what merely runs on is no news."""
    if before.verdict is cell.verdict:
        return
    if before.verdict.cause.topic != cell.verdict.cause.topic:
        reason = server_reason(cell.verdict.cause, now)
        yield VerdictChanged(server=cell.id, reason=reason, at=now)


def _transitions(before: ServerState, cell: ServerState, now: Instant) -> Iterator[Transition]:
    pairs: list[tuple[str | None, StatusNow, StatusNow]] = [
        (None, before.status_now, cell.status_now)
    ]
    pairs += [(name, old.status_now, new.status_now) for name, old, new in differing(before, cell)]
    for name, old, new in pairs:
        if old.status is not new.status:
            yield Transition(
                server=cell.id,
                domain=name,
                before=old.status,
                after=new.status,
                reason=new.reason,
                at=now,
            )
