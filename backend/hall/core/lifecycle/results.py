"""What became of commands."""

from typing import assert_never

from hall.core.lifecycle.observe import rejudge
from hall.core.lifecycle.sleep import order_given
from hall.core.model.changed import replace
from hall.core.model.commands import SendSleep, SendWake, StartContainers, StopContainers
from hall.core.model.facts import CommandDone
from hall.core.model.reason import Why
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import Wake
from hall.core.policy.containers import STOPPED
from hall.core.timing import Instant

STOP_AGAIN_S = 300.0
"""Seconds until containers that could not be stopped are tried again."""


def command_done(cell: ServerState, fact: CommandDone, now: Instant) -> ServerState:
    """Note what became of an order; starts and stops that failed may be tried again later.

    It changes nothing where its wake, or its sleep attempt, is no longer there.
    """
    match fact.command:
        case SendWake():
            if cell.server_wake is None:
                return cell
            return replace(cell, server_wake=replace(cell.server_wake, error=fact.error))
        case StartContainers(domain=name, names=names):
            return _started(cell, cell.domains[name], frozenset(names), fact, now)
        case SendSleep(id=attempt):
            return order_given(cell, attempt, fact.error, now)
        case StopContainers(domain=name):
            return _stopped(cell, name, fact.error, now)
    assert_never(fact.command)


def _started(
    cell: ServerState, domain: DomainState, names: frozenset[str], fact: CommandDone, now: Instant
) -> ServerState:
    """What Docker refused is tried again, unless nobody waits for it."""
    if domain.wake is None:
        return cell
    refused = names if fact.error is not None and not fact.refused else fact.refused
    begun = names - refused
    wake = replace(domain.wake, started=domain.wake.started | begun)
    missed = refused - {one.name for one in domain.seen or () if not one.awaited}
    wake = _refused(wake, missed, fact, now) if missed else _unhindered(wake)
    return cell.with_domain(rejudge(_begun(domain.with_wake(wake), begun), now))


def _unhindered(wake: Wake) -> Wake:
    return replace(wake, start_errors=0, start_error=None)


def _refused(wake: Wake, names: frozenset[str], fact: CommandDone, now: Instant) -> Wake:
    errors = wake.start_errors + 1
    return replace(
        wake,
        ordered=wake.ordered - names,
        start_errors=errors,
        start_error=fact.error,
        start_after=now + 2.0 * errors,
    )


def _begun(domain: DomainState, names: frozenset[str]) -> DomainState:
    """Those that were last seen stopped, were seen before their start: that no longer counts."""
    if domain.seen is None:
        return domain
    seen = tuple(
        replace(c, state="begun") if c.name in names and c.state in STOPPED else c
        for c in domain.seen
    )
    return replace(domain, seen=seen)


def _stopped(cell: ServerState, name: str, error: Why | None, now: Instant) -> ServerState:
    """The next list shows them stopped; an engine that said no is asked again later."""
    domain = replace(cell.domains[name], stopping=False, doubted_at=now)
    if error is not None:
        domain = replace(domain, rested_at=None, stop_after=now + STOP_AGAIN_S)
    return cell.with_domain(domain)
