"""What is to be done: wake orders as scheduled, containers to start and stop, and sleep."""

from dataclasses import replace

from hall.core.config.methods import WolWake
from hall.core.lifecycle.observe import project_verdict
from hall.core.lifecycle.sleep import begin_sleep, order_within_s
from hall.core.model.commands import (
    AskGuards,
    Command,
    SendSleep,
    SendWake,
    StartContainers,
    StopContainers,
)
from hall.core.model.power import SleepAttempt
from hall.core.model.sleep_phase import GuardsAsked
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import SleepGate
from hall.core.model.wake import Outcome, ResendSchedule, Wake
from hall.core.policy.guards import holds_containers
from hall.core.policy.health import reset
from hall.core.policy.quiet import only_its_card
from hall.core.policy.server import asked_within_s, asks_at, awaits_guards, fresh
from hall.core.policy.stopping import stop_due, stops_at, to_stop
from hall.core.timing import Instant

RESEND_GAPS_S = (0.3, 0.5, 0.8, 1.3, 2.0, 3.0, 5.0, 8.0, 10.0)
"""Seconds between magic packets: dense while one may be lost, then one each ten seconds."""


def decide(cell: ServerState, now: Instant) -> tuple[ServerState, list[Command]]:
    """What is to be done now, and the cell that remembers it was ordered."""
    cell, commands = _wake(cell, now)
    for domain in cell.domains.values():
        wake, names = _acting(domain, now), to_start(domain, now=now)
        if wake is not None and names and now >= wake.start_after:
            commands.append(StartContainers(cell.id, domain.id, names))
            wake = replace(wake, ordered=wake.ordered | frozenset(names))
            cell = cell.with_domain(domain.with_wake(wake))
    cell, stops = _stop(cell, now)
    if stops:
        return cell, [*commands, *stops]
    cell, rest = _sleep(cell, now)
    return cell, [*commands, *rest]


def _wake(cell: ServerState, now: Instant) -> tuple[ServerState, list[Command]]:
    """One schedule of wake orders a server, until its first sign of life.

    While a sleep order is on its way there are none: the two must not overtake each other.
    """
    up = cell.network.is_ok and not _only_its_card(cell)
    if up or cell.spec.wake is None or not cell.waking_up or _on_its_way(cell):
        return (cell if cell.resend is None else replace(cell, resend=None)), []
    resend = cell.resend or ResendSchedule(next_at=now)
    if now < resend.next_at:
        return replace(cell, resend=resend), []
    gap = RESEND_GAPS_S[min(resend.sent, len(RESEND_GAPS_S) - 1)]
    resend = replace(resend, sent=resend.sent + 1, next_at=now + gap)
    server_wake = cell.server_wake and replace(
        cell.server_wake, packets=cell.server_wake.packets + 1
    )
    domains = {name: _count_packet(domain) for name, domain in cell.domains.items()}
    power = replace(cell.power, woken_at=now)
    cell = replace(cell, resend=resend, domains=domains, server_wake=server_wake, power=power)
    return cell, [SendWake(cell.id, resend.sent)]


def _only_its_card(cell: ServerState) -> bool:
    """Whether ping answered before the wake began, and nothing else does: a card may in its sleep.

    A magic packet does no harm to a server that is up; another way to wake it might.
    """
    if not isinstance(cell.spec.wake, WolWake):
        return False
    wakes = (domain.running for domain in cell.domains.values())
    return any(wake is not None and only_its_card(cell, wake) for wake in wakes)


def _on_its_way(cell: ServerState) -> bool:
    return cell.sleep is not None and cell.sleep.carried_at is None


def _sleep(cell: ServerState, now: Instant) -> tuple[ServerState, list[Command]]:
    """Ask the guards, and give the sleep order when they are quiet."""
    if cell.verdict.cause.gate in {SleepGate.CLEAR, SleepGate.FORCED}:
        attempt = f"{cell.id}-{int(now * 1000)}"
        return begin_sleep(cell, SleepAttempt(id=attempt, ordered_at=now), now), [
            SendSleep(cell.id, attempt, order_within_s(cell))
        ]
    if not asks(cell, now) or now < asks_at(cell):
        return cell, []
    number = cell.guards_asked + 1
    asked = GuardsAsked(at=now, known=cell.guards)
    cell = replace(cell, sleep_phase=asked, guards_asked=number)
    return cell, [AskGuards(cell.id, number, asked_within_s(cell))]


def asks(cell: ServerState, now: Instant) -> bool:
    """Whether something depends on what the guards say."""
    if awaits_guards(cell):
        return True
    times = (stops_at(cell, domain) for domain in cell.domains.values())
    return any(at is not None and at <= now for at in times)


def _stop(cell: ServerState, now: Instant) -> tuple[ServerState, list[Command]]:
    """Stop the containers of domains that nobody used for long, if nothing holds them."""
    commands: list[Command] = []
    guards = cell.guards
    if guards is None or not fresh(guards, now):
        return cell, []
    for domain in cell.domains.values():
        names = to_stop(domain)
        if stop_due(cell, domain, now) and not holds_containers(guards, frozenset(names)):
            commands.append(StopContainers(cell.id, domain.id, names))
            cell = cell.with_domain(_stopping(domain, names, now))
    return cell, commands


def _stopping(domain: DomainState, names: tuple[str, ...], now: Instant) -> DomainState:
    """Nobody is let in to what is being stopped, whatever is listed until it is."""
    containers = reset(domain.containers, "containers_stopping", now)
    app = reset(domain.app, "containers_stopping", now)
    return replace(
        domain,
        rested_at=now,
        stopping=True,
        halted=domain.halted.union(names),
        seen=None,
        proven=False,
        doubted_at=now,
        containers=containers,
        app=app,
    )


def _count_packet(domain: DomainState) -> DomainState:
    if (wake := domain.running) is None:
        return domain
    return domain.with_wake(replace(wake, packets=wake.packets + 1))


def to_start(domain: DomainState, *, now: Instant | None = None) -> tuple[str, ...]:
    """The stopped containers that the wake may start and has not ordered yet.

    Which wake: the one that runs, or came to a good end right ``now``.
    """
    wake, verdict = _acting(domain, now), project_verdict(domain)
    if wake is None or verdict is None:
        return ()
    return tuple(name for name in verdict.start if name not in wake.ordered)


def _acting(domain: DomainState, now: Instant | None) -> Wake | None:
    """At its good end, containers that nobody waited for may be left to start."""
    wake = domain.wake
    ended = wake is not None and wake.outcome is Outcome.READY and wake.ended_at == now
    return wake if ended else domain.running
