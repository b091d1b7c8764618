"""The one transition function: a cell, a fact and the time give the next cell, and what follows.

    fact → absorb → follow the sleep → judge → follow each wake → decide → status → events

Why one function over one frozen value: no part of it can decide alone. A sleep order is right only
if no domain of the server needs it awake; wake orders must not overtake a sleep order; the domains
of a server share one wake. So a server and its domains are one cell, and ``in_full`` is the one
place that says what comes before what. It judges the domains before it follows their wakes, so that
none begins where visits may not wake; and again when a wake began or ended, for from its end the
idle clock runs. The server comes after its domains, commands after its verdict, and statuses last:
they are derived from all the rest, and nobody can forget to set one. A frozen cell never changes
under those who read it, and what changed in a step is found by comparing two of them.

Why the time is an argument: nothing here waits, asks the time or touches the world, so the same
cell, fact and time give the same step. A test plays a night in a moment, random histories try what
nobody thought of, and the simulation plays the code that runs. What is to happen later is no timer
that must be stopped when it is not wanted any more: ``timers.next_timer`` reads it from the cell.

Why commands are only returned: the supervisor keeps the cell, which notes that they are out, before
it hands them on. So none is given twice, however often its reason is found again, and what became
of it comes back as a fact like any other.

A probe that says again what is known goes none of this way (``confirm``), a sign that a domain is
still used a short one (``renew``), and where a fact is about one domain the others are passed over
(``concerned``). The random histories hold each step against the whole way for all domains.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from hall.core.lifecycle.absorb import absorb
from hall.core.lifecycle.aspects import changes_between
from hall.core.lifecycle.clock_steps import followed
from hall.core.lifecycle.concerned import concerned, differing
from hall.core.lifecycle.confirm import confirmed
from hall.core.lifecycle.decide import decide
from hall.core.lifecycle.diff import announced_by, announced_changes
from hall.core.lifecycle.domain_wake import awaited, follow_wake, given_up
from hall.core.lifecycle.numbers import numbered
from hall.core.lifecycle.overrides import expire
from hall.core.lifecycle.power import note_power
from hall.core.lifecycle.renew import renewed
from hall.core.lifecycle.server_wake import follow_server_wake, join_server_wake
from hall.core.lifecycle.sleep import follow_sleep
from hall.core.lifecycle.status import settle
from hall.core.lifecycle.timers import timed
from hall.core.lifecycle.verdicts import domains_judged, server_judged
from hall.core.model.aspect import Changed
from hall.core.model.changed import replace
from hall.core.model.commands import Command
from hall.core.model.events import Event
from hall.core.model.facts import Fact
from hall.core.model.sleep_phase import GuardsUnasked, SleepForced
from hall.core.model.state import DomainState, ServerState
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True)
class Step:
    """What a fact led to: the next cell, what is announced, what is to be done, what changed.

    ``confirmed`` says that a probe merely said again what is known: beside when the link was seen
    last, the cell is the same, and so is its next timer.
    """

    state: ServerState
    events: tuple[Event, ...] = ()
    commands: tuple[Command, ...] = ()
    changed: Changed = field(default_factory=dict)
    confirmed: bool = False


def advance(cell: ServerState, fact: Fact, now: Instant) -> Step:
    """The next cell after one fact at ``now``, with the events and commands that follow."""
    if (same := confirmed(cell, fact, now)) is not None:
        return Step(same, confirmed=True)
    if (kept := renewed(cell, fact, now)) is not None:
        state, events, changed = kept
        return Step(state, events, changed=changed)
    return _whole_way(cell, fact, now, wide=False)


def in_full(cell: ServerState, fact: Fact, now: Instant) -> Step:
    """The whole step for all domains: ``advance`` without its short ways."""
    return _whole_way(cell, fact, now, wide=True)


def unwatched(cell: ServerState, fact: Fact, now: Instant) -> tuple[ServerState, list[Command]]:
    """The next cell and the commands of ``advance``, for a replay: nothing is announced.

    Statuses and numbers stay as they were, for nothing is decided by them.
    """
    if (same := confirmed(cell, fact, now)) is not None:
        return same, []
    if (kept := renewed(cell, fact, now)) is not None:
        return kept[0], []
    after = _decided(cell, fact, now, wide=False)
    return after.cell, after.commands


@dataclass(frozen=True, slots=True)
class _Decided:
    """A cell after all that decides, what was announced on the way, and whom it concerned."""

    cell: ServerState
    commands: list[Command]
    told: tuple[Event, ...]
    names: Collection[str]


def _whole_way(before: ServerState, fact: Fact, now: Instant, *, wide: bool) -> Step:
    """A step; not ``wide`` it passes over the domains that it does not concern."""
    after = _decided(before, fact, now, wide=wide)
    cell = numbered(before, settle(after.cell, now, after.names), after.names)
    events = (*announced_by(before, cell, fact, now), *after.told)
    events = (*events, *announced_changes(before, cell, fact, now))
    return Step(cell, events, tuple(after.commands), changes_between(before, cell))


def _decided(before: ServerState, fact: Fact, now: Instant, *, wide: bool) -> _Decided:
    cell = before
    cell = expire(absorb(expire(followed(cell, fact), now), fact, now), now)
    cell, slept = follow_sleep(cell, now)
    cell, powered = note_power(follow_server_wake(cell, now), now)
    names = cell.domains if wide else concerned(before, cell, now)
    judged = domains_judged(cell, now, names)
    cell, told = _follow_wakes(judged, now, names)
    turned = [name for name, _, _ in differing(judged, cell)]
    cell = domains_judged(cell, now, turned)  # from the end of a wake its idle clock runs
    cell = server_judged(join_server_wake(cell, now), now)
    cell, commands = decide(cell, now, names)
    if isinstance(cell.sleep_phase, SleepForced):
        cell = replace(cell, sleep_phase=GuardsUnasked())
    if cell.sleep is not before.sleep:
        cell = server_judged(cell, now)
    cell = _await(before, cell, now)
    names = cell.domains if wide else {*names, *concerned(before, cell, now)}
    return _Decided(timed(cell, names), commands, (*slept, *powered, *told), names)


def _follow_wakes(
    cell: ServerState, now: Instant, names: Iterable[str]
) -> tuple[ServerState, tuple[Event, ...]]:
    events: tuple[Event, ...] = ()

    def followed_up(domain: DomainState) -> DomainState:
        nonlocal events
        domain, told = follow_wake(cell, domain, now)
        events += told
        return domain

    return cell.with_domains(followed_up, names), events


def _await(before: ServerState, cell: ServerState, now: Instant) -> ServerState:
    """The server's own links are pending while it is being woken, failing after."""
    if cell.waking_up:
        mend = awaited
    elif before.waking_up:
        mend = given_up
    else:
        return cell
    return replace(cell, network=mend(cell.network, now), docker=mend(cell.docker, now))
