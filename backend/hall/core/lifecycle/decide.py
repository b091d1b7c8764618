"""What is to be done: wake orders as scheduled, containers to start and stop, and sleep."""

from collections.abc import Iterable

from hall.core.lifecycle.observe import project_verdict
from hall.core.lifecycle.server_wake import send_packet
from hall.core.lifecycle.sleep import begin_sleep, order_within_s
from hall.core.model.changed import replace
from hall.core.model.commands import (
    AskGuards,
    Command,
    SendSleep,
    StartContainers,
    StopContainers,
)
from hall.core.model.power import SleepAttempt
from hall.core.model.sleep_phase import GuardsAsked
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import Outcome, Wake
from hall.core.policy.guards import holds_containers
from hall.core.policy.health import reset
from hall.core.policy.server import (
    SleepStep,
    asked_within_s,
    asks_at,
    awaits_guards,
    fresh,
    sleep_step,
)
from hall.core.policy.stopping import stop_due, stops_at, to_stop
from hall.core.timing import Instant


def decide(
    cell: ServerState, now: Instant, names: Iterable[str]
) -> tuple[ServerState, list[Command]]:
    """The commands that are due, and the cell that notes them, so that none is given twice.

    Containers are started for the domains of these ``names``: nothing is new of the others.
    Wake orders come first, then starts, then stops; nothing is asked or put to sleep beside a stop.
    """
    cell, packets = send_packet(cell, now)
    commands: list[Command] = [*packets]
    for domain in [cell.domains[name] for name in names]:
        wake = _acting(domain, now)
        if wake is not None and now >= wake.start_after and (due := to_start(domain, now=now)):
            commands.append(StartContainers(cell.id, domain.id, due))
            wake = replace(wake, ordered=wake.ordered | frozenset(due))
            cell = cell.with_domain(domain.with_wake(wake))
    cell, stops = _stop(cell, now)
    if stops:
        return cell, [*commands, *stops]
    cell, rest = _sleep(cell, now, names)
    return cell, [*commands, *rest]


def _sleep(
    cell: ServerState, now: Instant, names: Iterable[str]
) -> tuple[ServerState, list[Command]]:
    """Ask the guards, and give the sleep order when they are quiet."""
    if sleep_step(cell.verdict.cause.gate) is SleepStep.ORDER:
        attempt = f"{cell.id}-{int(now * 1000)}"
        return begin_sleep(cell, SleepAttempt(id=attempt, ordered_at=now), now), [
            SendSleep(cell.id, attempt, order_within_s(cell))
        ]
    if not _asks(cell, now, names) or now < asks_at(cell):
        return cell, []
    number = cell.guards_asked + 1
    asked = GuardsAsked(at=now, known=cell.guards)
    cell = replace(cell, sleep_phase=asked, guards_asked=number)
    return cell, [AskGuards(cell.id, number, asked_within_s(cell))]


def _asks(cell: ServerState, now: Instant, names: Iterable[str]) -> bool:
    """Whether an answer of the guards decides anything: on sleep, or on a stop that is due now."""
    if awaits_guards(cell):
        return True
    times = (stops_at(cell, cell.domains[name]) for name in names)
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


def to_start(domain: DomainState, *, now: Instant | None = None) -> tuple[str, ...]:
    """The stopped containers that the wake may start and has not ordered yet.

    Which wake: the one that runs, or came to a good end right ``now``.
    """
    wake = _acting(domain, now)
    verdict = None if wake is None else project_verdict(domain)
    if wake is None or verdict is None:
        return ()
    return tuple(name for name in verdict.start if name not in wake.ordered)


def _acting(domain: DomainState, now: Instant | None) -> Wake | None:
    """At its good end, containers that nobody waited for may be left to start."""
    wake = domain.wake
    ended = wake is not None and wake.outcome is Outcome.READY and wake.ended_at == now
    return wake if ended else domain.running
