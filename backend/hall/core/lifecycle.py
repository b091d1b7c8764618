"""The one transition function: a cell, a fact and the time give the next cell, and what follows.

    fact → absorb → follow the sleep → judge → follow each wake → orders → settle → events

A server and its domains are one cell. Nothing here waits, asks the time or touches the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hall.core.absorb import absorb
from hall.core.config.domain import DomainConfig
from hall.core.config.policies import ScheduledPolicy
from hall.core.config.server import ServerConfig
from hall.core.holds import expire
from hall.core.judging import domains_judged, server_judged
from hall.core.model.check import CheckName, fresh_check
from hall.core.model.commands import Command
from hall.core.model.events import Event
from hall.core.model.facts import Fact
from hall.core.model.state import DomainState, ServerState, Standing
from hall.core.moving import followed
from hall.core.noting import changes, noted
from hall.core.orders import orders
from hall.core.policy.schedule import schedule_of
from hall.core.powering import follow_rouse, note_power
from hall.core.sleeping import follow_sleep
from hall.core.standing import settle
from hall.core.timing import Instant
from hall.core.wakes import awaited, follow, given_up


@dataclass(frozen=True, slots=True)
class Step:
    """What a fact led to: the next cell, what is announced, what is to be done."""

    state: ServerState
    events: tuple[Event, ...] = ()
    commands: tuple[Command, ...] = ()


def open_cell(
    name: str,
    spec: ServerConfig,
    domains: Mapping[str, DomainConfig],
    *,
    now: Instant,
    zone: str = "UTC",
) -> ServerState:
    """A server of which nothing is known yet, with its domains.

    ``zone`` is the time zone of schedules that name none.
    """
    docker = fresh_check(CheckName.DOCKER, configured=spec.docker is not None, now=now)
    network = fresh_check(CheckName.NETWORK, configured=True, now=now)
    return ServerState(
        id=name,
        spec=spec,
        standing=Standing(since=now),
        network=network,
        docker=docker,
        domains={key: _open_domain(key, domain, zone, now) for key, domain in domains.items()},
    )


def _open_domain(name: str, spec: DomainConfig, zone: str, now: Instant) -> DomainState:
    policy = spec.policy
    return DomainState(
        id=name,
        spec=spec,
        standing=Standing(since=now),
        containers=fresh_check(CheckName.CONTAINERS, configured=spec.project is not None, now=now),
        app=fresh_check(CheckName.APP, configured=spec.health is not None, now=now),
        schedule=schedule_of(policy, zone) if isinstance(policy, ScheduledPolicy) else None,
    )


def advance(cell: ServerState, fact: Fact, now: Instant) -> Step:
    """Take one fact in."""
    before = cell
    cell = expire(absorb(expire(followed(cell, fact), now), fact, now), now)
    cell, slept = follow_sleep(cell, now)
    cell, powered = note_power(follow_rouse(cell, now), now)
    cell, told = _follow_all(domains_judged(cell, now), now)
    if told:  # from the end of a wake its idle clock runs
        cell = domains_judged(cell, now)
    cell = server_judged(cell, now)
    cell, commands = orders(cell, now)
    if cell.forced:  # it acts at once, or not at all
        cell = replace(cell, forced=False)
    if cell.sleep is not before.sleep:
        cell = server_judged(cell, now)
    cell = _number(before, settle(_await(before, cell, now), now))
    events = (*noted(before, cell, fact, now), *slept, *powered, *told)
    return Step(cell, (*events, *changes(before, cell, fact, now)), tuple(commands))


def _follow_all(cell: ServerState, now: Instant) -> tuple[ServerState, tuple[Event, ...]]:
    events: tuple[Event, ...] = ()
    domains = {}
    for name, domain in cell.domains.items():
        domains[name], told = follow(cell, domain, now)
        events += told
    return cell.with_domains(domains), events


def _await(before: ServerState, cell: ServerState, now: Instant) -> ServerState:
    """The server's own links are pending while it is being woken, failing after."""
    if cell.lifting:
        mend = awaited
    elif before.lifting:
        mend = given_up
    else:
        return cell
    return replace(cell, network=mend(cell.network, now), docker=mend(cell.docker, now))


def _number(before: ServerState, cell: ServerState) -> ServerState:
    """Give a domain the next number when anything changed that its visitors can see."""
    linked = cell.network is before.network and cell.docker is before.docker
    domains = {
        name: domain
        if _looks_the_same(before, cell, domain, linked=linked)
        else replace(domain, seq=domain.seq + 1)
        for name, domain in cell.domains.items()
    }
    return cell.with_domains(domains)


def _looks_the_same(
    before: ServerState, cell: ServerState, domain: DomainState, *, linked: bool
) -> bool:
    old = before.domains[domain.id]
    same = linked and old is domain
    return same or _visible(before, old) == _visible(cell, domain)


def _visible(cell: ServerState, domain: DomainState) -> tuple[object, ...]:
    checks = tuple((check.state, check.detail, check.since) for check in cell.checks(domain))
    wake = domain.wake
    climbed = (wake.id, wake.stages, wake.outcome) if wake is not None else None
    entry = (cell.ready(domain), cell.kept_out(domain))
    return (domain.standing, checks, climbed, domain.retry_at, *entry)
