"""The one transition function: a cell, a fact and the time give the next cell, and what follows.

    fact → absorb → follow each domain's wake → orders → settle → events

A server and its domains are one cell. Nothing here waits, asks the time or touches the world.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hall.core.absorb import absorb
from hall.core.commands import Command
from hall.core.config import DomainConfig, ServerConfig
from hall.core.estimate import Boot, Outcome, Wake
from hall.core.events import AccessRefused, Event, Transition, VisitNoted
from hall.core.facts import ActivityReported, CheckName, Fact, Instant, Refused, Visited
from hall.core.health import fresh_check
from hall.core.orders import orders, to_start
from hall.core.reasons import because
from hall.core.standing import settle
from hall.core.state import DomainState, ServerState, Standing
from hall.core.wakes import (
    LOST_S,
    PATIENT_S,
    awaited,
    follow,
    given_up,
    gives_up_at,
    tries_again_at,
)


@dataclass(frozen=True, slots=True)
class Step:
    """What a fact led to: the next cell, what is announced, what is to be done."""

    state: ServerState
    events: tuple[Event, ...] = ()
    commands: tuple[Command, ...] = ()


def open_cell(
    name: str, spec: ServerConfig, domains: Mapping[str, DomainConfig], *, now: Instant
) -> ServerState:
    """A server of which nothing is known yet, with its domains."""
    docker = fresh_check(CheckName.DOCKER, configured=spec.docker is not None, now=now)
    network = fresh_check(CheckName.NETWORK, configured=True, now=now)
    return ServerState(
        id=name,
        spec=spec,
        standing=Standing(since=now),
        network=network,
        docker=docker,
        domains={
            key: DomainState(
                id=key,
                spec=domain,
                standing=Standing(since=now),
                containers=fresh_check(
                    CheckName.CONTAINERS, configured=domain.project is not None, now=now
                ),
                app=fresh_check(CheckName.APP, configured=domain.health is not None, now=now),
            )
            for key, domain in domains.items()
        },
    )


def recall(
    cell: ServerState, domain: str, *, history: Sequence[Boot], running: Wake | None, now: Instant
) -> ServerState:
    """Give a domain its past back: how long boots took, and its newest wake.

    ``running`` goes on where it was, but all links must be looked at again, with deadlines from
    now. One that failed within ``LOST_S`` is told again, and retried when it would have been.
    """
    known = replace(cell.domains[domain], history=tuple(history))
    if running is not None:
        known = _taken_up(cell, known, running, now)
    return settle(replace(cell, domains={**cell.domains, domain: known}), now)


def _taken_up(cell: ServerState, domain: DomainState, wake: Wake, now: Instant) -> DomainState:
    if wake.ended_at is None:
        wake = replace(wake, patience_from=now, waits_for=CheckName.NETWORK)
        return replace(domain, wake=wake)
    if wake.outcome is not Outcome.FAILED or not 0 <= now - wake.ended_at < LOST_S:
        return domain
    again = tries_again_at(cell, wake, wake.ended_at)
    retry_at = None if again is None else max(again, now + PATIENT_S)
    return replace(domain, wake=wake, retry_at=retry_at)


def advance(cell: ServerState, fact: Fact, now: Instant) -> Step:
    """Take one fact in."""
    before = cell
    cell = absorb(cell, fact, now)
    cell, told = _follow_all(cell, now)
    cell, commands = orders(cell, now)
    cell = _number(before, settle(_await(before, cell, now), now))
    events = (*_noted(cell, fact, now), *told, *_transitions(before, cell, now))
    return Step(cell, events, tuple(commands))


def due(cell: ServerState) -> Instant | None:
    """When ``Ticked`` must be told at the latest; None when only the world can change things."""
    alarms = [cell.burst.next_at] if cell.burst is not None else []
    for domain in cell.domains.values():
        alarms += _alarms(cell, domain)
    return min(alarms, default=None)


def _alarms(cell: ServerState, domain: DomainState) -> list[Instant]:
    wake, obstacle = domain.running, cell.obstacle(domain)
    if wake is not None and obstacle is not None:
        starting = [wake.start_after] if to_start(domain) else []
        return [*starting, gives_up_at(cell, domain, wake, obstacle)]
    asked = [domain.asked_at + PATIENT_S] if domain.asked_at is not None else []
    return [*asked, *([domain.retry_at] if domain.retry_at is not None else [])]


def _follow_all(cell: ServerState, now: Instant) -> tuple[ServerState, tuple[Event, ...]]:
    events: tuple[Event, ...] = ()
    domains = {}
    for name, domain in cell.domains.items():
        domains[name], told = follow(cell, domain, now)
        events += told
    return replace(cell, domains=domains), events


def _await(before: ServerState, cell: ServerState, now: Instant) -> ServerState:
    """The server's own links are pending while any of its domains wakes, failing after."""
    if cell.waking:
        mend = awaited
    elif before.waking:
        mend = given_up
    else:
        return cell
    return replace(cell, network=mend(cell.network, now), docker=mend(cell.docker, now))


def _number(before: ServerState, cell: ServerState) -> ServerState:
    """Give a domain the next number when anything changed that its visitors can see."""
    domains = {
        name: domain
        if (old := before.domains.get(name)) and _visible(before, old) == _visible(cell, domain)
        else replace(domain, seq=domain.seq + 1)
        for name, domain in cell.domains.items()
    }
    return replace(cell, domains=domains)


def _visible(cell: ServerState, domain: DomainState) -> tuple[object, ...]:
    checks = tuple((check.state, check.detail, check.since) for check in cell.checks(domain))
    wake = domain.wake
    climbed = (wake.id, wake.stages, wake.outcome) if wake is not None else None
    return (domain.standing, checks, climbed, domain.retry_at, cell.ready(domain))


def _noted(cell: ServerState, fact: Fact, now: Instant) -> tuple[Event, ...]:
    match fact:
        case Visited(domain=name):
            return (VisitNoted(server=cell.id, domain=name, kind="visit", at=now),)
        case ActivityReported(domain=name):
            return (VisitNoted(server=cell.id, domain=name, kind="activity", at=now),)
        case Refused(domain=name, address=address):
            reason = because("access_refused", address=address, domain=name)
            return (
                AccessRefused(server=cell.id, domain=name, address=address, reason=reason, at=now),
            )
        case _:
            return ()


def _transitions(before: ServerState, cell: ServerState, now: Instant) -> tuple[Event, ...]:
    pairs: list[tuple[str | None, Standing, Standing]] = [(None, before.standing, cell.standing)]
    pairs += [
        (name, before.domains[name].standing, domain.standing)
        for name, domain in cell.domains.items()
    ]
    return tuple(
        Transition(
            server=cell.id,
            domain=name,
            before=old.status,
            after=new.status,
            reason=new.reason,
            at=now,
        )
        for name, old, new in pairs
        if old.status is not new.status
    )
