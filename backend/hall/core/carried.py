"""What became of commands."""

from dataclasses import replace
from typing import assert_never

from hall.core.commands import (
    SendSleep,
    SendWake,
    StartContainers,
    StopContainers,
)
from hall.core.estimate import Wake
from hall.core.facts import Carried, Instant
from hall.core.looks import rejudge
from hall.core.project import STOPPED
from hall.core.sleeping import order_given
from hall.core.state import DomainState, ServerState

STOP_AGAIN_S = 300.0
"""Seconds until containers that could not be stopped are tried again."""


def carried(cell: ServerState, fact: Carried, now: Instant) -> ServerState:
    """What became of a command."""
    match fact.command:
        case SendWake():
            if cell.burst is None:
                return cell
            return replace(cell, burst=replace(cell.burst, error=fact.error))
        case StartContainers(domain=name, names=names):
            domain = cell.domains[name]
            if domain.wake is None:
                return cell
            wake = _start_answered(domain.wake, frozenset(names), fact.error, now)
            domain = replace(domain, wake=wake)
            if fact.error is None:
                domain = _begun(domain, frozenset(names))
            return cell.with_domain(rejudge(domain, now))
        case SendSleep(id=attempt):
            return order_given(cell, attempt, fact.error, now)
        case StopContainers(domain=name):
            return _stopped(cell, name, fact.error, now)
    assert_never(fact.command)


def _begun(domain: DomainState, names: frozenset[str]) -> DomainState:
    """Those that were last seen stopped, were seen before their start: that no longer counts."""
    if domain.seen is None:
        return domain
    seen = tuple(
        replace(c, state="begun") if c.name in names and c.state in STOPPED else c
        for c in domain.seen
    )
    return replace(domain, seen=seen)


def _start_answered(wake: Wake, names: frozenset[str], error: str | None, now: Instant) -> Wake:
    if error is None:
        return replace(wake, started=wake.started | names, start_errors=0, start_error=None)
    errors = wake.start_errors + 1
    return replace(
        wake,
        ordered=wake.ordered - names,
        start_errors=errors,
        start_error=error,
        start_after=now + 2.0 * errors,
    )


def _stopped(cell: ServerState, name: str, error: str | None, now: Instant) -> ServerState:
    """The next list shows them stopped; an engine that said no is asked again later."""
    domain = replace(cell.domains[name], stopping=False)
    if error is not None:
        domain = replace(domain, rested_at=None, stop_after=now + STOP_AGAIN_S)
    return cell.with_domain(domain)
