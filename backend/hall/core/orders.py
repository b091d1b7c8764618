"""What is to be done for the wakes that run: the one burst of wake orders, and containers."""

from dataclasses import replace

from hall.core.absorb import project_verdict, with_domain
from hall.core.commands import Command, SendWake, StartContainers
from hall.core.facts import Instant
from hall.core.state import Burst, DomainState, ServerState

GAPS_S = (0.3, 0.5, 0.8, 1.3, 2.0, 3.0, 5.0, 8.0, 10.0)
"""Seconds between magic packets: dense while one may be lost, then one each ten seconds."""


def orders(cell: ServerState, now: Instant) -> tuple[ServerState, list[Command]]:
    """What is to be done now, and the cell that remembers it was ordered."""
    cell, commands = _power(cell, now)
    for domain in cell.domains.values():
        wake, names = domain.running, to_start(domain)
        if wake is not None and names and now >= wake.start_after:
            commands.append(StartContainers(cell.id, domain.id, names))
            wake = replace(wake, ordered=wake.ordered | frozenset(names))
            cell = with_domain(cell, replace(domain, wake=wake))
    return cell, commands


def _power(cell: ServerState, now: Instant) -> tuple[ServerState, list[Command]]:
    """One schedule of wake orders a server, until its first sign of life."""
    if cell.network.holds or cell.spec.wake is None or not cell.waking:
        return replace(cell, burst=None), []
    burst = cell.burst or Burst(next_at=now)
    if now < burst.next_at:
        return replace(cell, burst=burst), []
    gap = GAPS_S[min(burst.sent, len(GAPS_S) - 1)]
    burst = replace(burst, sent=burst.sent + 1, next_at=now + gap)
    domains = {name: _count_packet(domain) for name, domain in cell.domains.items()}
    return replace(cell, burst=burst, domains=domains), [SendWake(cell.id, burst.sent)]


def _count_packet(domain: DomainState) -> DomainState:
    if (wake := domain.running) is None:
        return domain
    return replace(domain, wake=replace(wake, packets=wake.packets + 1))


def to_start(domain: DomainState) -> tuple[str, ...]:
    """The stopped containers that the running wake may start now and has not ordered yet."""
    wake, verdict = domain.running, project_verdict(domain)
    if wake is None or verdict is None:
        return ()
    return tuple(name for name in verdict.start if name not in wake.ordered)
