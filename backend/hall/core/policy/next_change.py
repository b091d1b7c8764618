"""What comes next for a server: the soonest that time alone brings, and what happens then."""

from collections.abc import Iterator
from dataclasses import dataclass

from hall.core.config.policies import AlwaysOnPolicy
from hall.core.model.closed import ClosedBy
from hall.core.model.override import HoldKind, held_until
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import HeldAwake, Need, NeededBy
from hall.core.policy.domain import demands, readies_at
from hall.core.policy.schedule import next_opening, opening_at
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True)
class NextChange:
    """When something happens.

    ``what`` is wakes, wanted, opens (to visits, without a wake), may_sleep, hold_ends or retries.
    ``domain`` is the one that it is about, None for the server as a whole.
    """

    at: Instant
    what: str
    domain: str | None = None


def upcoming(cell: ServerState, now: Instant) -> NextChange | None:
    """The soonest of the server's own turns and those of its domains; None when none is known."""
    return min(_turns(cell, now), key=lambda turn: turn.at, default=None)


def _turns(cell: ServerState, now: Instant) -> Iterator[NextChange]:
    if (at := _may_sleep_at(cell)) is not None:
        yield NextChange(at, "may_sleep")
    asleep = not cell.network.is_ok and cell.spec.wake is not None
    for domain in cell.domains.values():
        if domain.retry_at is not None:
            yield NextChange(domain.retry_at, "retries", domain.id)
        if (at := _held_until(domain)) is not None and not _wanted_at(domain, at):
            yield NextChange(at, "hold_ends", domain.id)
        elif (at := _wanted_from(domain, now)) is not None:
            yield NextChange(at, "wakes" if asleep else "wanted", domain.id)
        elif (at := _opens_at(domain)) is not None:
            yield NextChange(at, "opens", domain.id)


def _may_sleep_at(cell: ServerState) -> Instant | None:
    """When nobody needs it any more, as far as is known; what cannot be told is not."""
    verdict = cell.verdict
    if not cell.network.is_ok or cell.spec.sleep is None or verdict.need is Need.NONE:
        return None
    if not isinstance(verdict.cause, NeededBy | HeldAwake):
        return verdict.changes_at
    needing = (one for one in cell.domains.values() if one.verdict.need is not Need.NONE)
    ends = [_needed_until(domain) for domain in needing]
    if held_until(cell.override, HoldKind.AWAKE) is not None:
        ends.append(verdict.cause.until)
    known = [at for at in ends if at is not None]
    return max(known) if known and len(known) == len(ends) else None


def _needed_until(domain: DomainState) -> Instant | None:
    until = domain.verdict.cause.until
    return None if until is None or _wanted_at(domain, until) else until


def _held_until(domain: DomainState) -> Instant | None:
    """Until when a hold keeps it asleep: its own, or that of its server."""
    closed = domain.closed
    return closed.until if closed is not None and closed.by is ClosedBy.HOLD else None


def _opens_at(domain: DomainState) -> Instant | None:
    """When visits may wake again what is closed, where its windows want nothing more."""
    closed = domain.closed
    return (
        closed.until
        if closed is not None and closed.entry_refused and not demands(domain)
        else None
    )


def _wanted_from(domain: DomainState, now: Instant) -> Instant | None:
    """When policy will want it awake; None while it does, and where visits alone decide."""
    if (held_until := _held_until(domain)) is not None:
        return held_until
    if domain.schedule is None or domain.verdict.need is Need.WAKE or not demands(domain):
        return None
    opening = next_opening(domain.schedule, now)
    return None if opening is None else max(now, readies_at(domain, opening))


def _wanted_at(domain: DomainState, at: Instant) -> bool:
    """Whether policy wants it awake at an instant."""
    if isinstance(domain.spec.policy, AlwaysOnPolicy):
        return True
    if domain.schedule is None or not demands(domain):
        return False
    return opening_at(domain.schedule, at) is not None
