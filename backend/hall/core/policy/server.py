"""Should this server be awake? What its domains want, then what else keeps it from sleeping.

A server that stays up for nothing costs a little energy; one that is put to sleep under somebody's
hands costs work. So the judgement goes down a list, and the first entry that holds is the verdict:
a hold awake, a wake, containers that are being stopped, a domain in need; a server that sleeps, or
is not to be put to sleep; its shortest time awake, a pause after an order that did not last. Only
when none of them holds is sleep a question. What cannot be known counts as use, here and in
``policy.domain``.

The guards (people logged in, load, connections …) come last, because only the server knows them,
and asking is work for it: a login over SSH, or a walk of the agent through /proc. For a server that
is needed anyway, the answer could change nothing. A guard that cannot be read counts as busy.

What they say must be fresh, because it is about people who ask nobody: who logs in right after the
answer is not in it. So the gate is clear for ``GUARDS_FRESH_S`` after a quiet answer, and then
closes; an older one, however quiet, is only a reason to ask again. A busy answer is in no hurry:
the next question waits for ``guards.every_seconds`` of the configuration. Only an admin who forces
the sleep passes over them.

A verdict is a cause with its gate (``SleepGate``). Nothing here gives an order or changes a state:
``lifecycle.decide`` does, and asks this module when.
"""

from enum import Enum
from typing import assert_never

from hall.core.config.policies import AlwaysOnPolicy
from hall.core.model.override import HoldKind, held_until
from hall.core.model.sleep_gate import SleepGate
from hall.core.model.sleep_phase import GuardsKnown, SleepForced
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import (
    AskingGuards,
    Asleep,
    BackingOff,
    Busy,
    Forced,
    GoingToSleep,
    HeldAwake,
    Need,
    NeededBy,
    NoDomain,
    NotSeen,
    NoWayToSleep,
    ServerCause,
    StoppingContainers,
    TooYoung,
    Unneeded,
    Verdict,
    Waking,
)
from hall.core.policy.guards import busy
from hall.core.timing import Instant

GUARDS_FRESH_S = 5.0
"""How old what the server said of its guards may be when the sleep order is given."""

ASKING_S = 20.0
"""How long the guards may take to be read, beside a login."""

GUARDS_LOST_S = 10.0
"""This long after they should have been read, the guards are asked for again."""


def judge_server(cell: ServerState, now: Instant) -> Verdict[ServerCause]:
    """What is wanted of a server; the gate of its cause says whether it may be put to sleep."""
    if (wanted := _wanted(cell)) is not None:
        return wanted
    if cell.sleep is not None:
        return Verdict(GoingToSleep(cell.sleep.ordered_at))
    if not cell.network.is_ok:
        return Verdict(NotSeen() if cell.network.seen_at is None else Asleep())
    if (kept := _kept(cell, now)) is not None:
        return Verdict(kept)
    return _guarded(cell, now)


def _wanted(cell: ServerState) -> Verdict[ServerCause] | None:
    """Who needs it: a wake that runs, an admin's hold, or one of its domains."""
    if (until := held_until(cell.override, HoldKind.AWAKE)) is not None:
        return Verdict(HeldAwake(until))
    if cell.waking_up or any(domain.asked_at is not None for domain in cell.domains.values()):
        return Verdict(Waking())
    if any(domain.stopping for domain in cell.domains.values()):
        return Verdict(StoppingContainers())
    needing = [domain for domain in cell.domains.values() if domain.verdict.need > Need.NONE]
    if not needing:
        return None
    first = max(needing, key=_need)
    return Verdict(NeededBy(first.id, first.verdict.cause), first.verdict.changes_at)


def _need(domain: DomainState) -> tuple[Need, Instant]:
    """The domain that is named is the one that needs the server most, and longest."""
    until = domain.verdict.cause.until
    return domain.verdict.need, float("inf") if until is None else until


def _kept(
    cell: ServerState, now: Instant
) -> NoDomain | NoWayToSleep | TooYoung | BackingOff | None:
    """What keeps a server awake that nobody needs."""
    if not cell.domains:
        return NoDomain()
    if cell.spec.sleep is None:
        return NoWayToSleep()
    since, until = cell.power.watched_since, rests_at(cell)
    if since is not None and until is not None and now < until:
        return TooYoung(since, until)
    if now < cell.power.after and cell.power.trouble is not None:
        return BackingOff(cell.power.trouble, cell.power.after)
    return None


def rests_at(cell: ServerState) -> Instant | None:
    """When a server that is awake has been so for its shortest time, the longest of its domains'.

    None while it is not seen awake, and where an admin has put all its domains to sleep.
    """
    since = cell.power.watched_since
    if since is None or _dismissed(cell):
        return None
    return since + max(_min_awake_s(domain) for domain in cell.domains.values())


def _dismissed(cell: ServerState) -> bool:
    """Whether an admin's order stands for all that is on it."""
    return all(domain.dismissed_at is not None for domain in cell.domains.values())


def _min_awake_s(domain: DomainState) -> float:
    policy = domain.spec.policy
    return 0.0 if isinstance(policy, AlwaysOnPolicy) else policy.min_awake_minutes * 60


def _guarded(cell: ServerState, now: Instant) -> Verdict[ServerCause]:
    """Nobody needs it; what do the guards say?"""
    if isinstance(cell.sleep_phase, SleepForced):
        return Verdict(Forced())
    if cell.guards is None:
        return Verdict(AskingGuards())
    if found := busy(cell.guards, cell.spec.guards):
        return Verdict(Busy(found), asks_at(cell))
    return Verdict(Unneeded() if fresh(cell.guards, now) else AskingGuards())


class SleepStep(Enum):
    """What a server's gate lets happen next."""

    NONE = "none"
    ASK_GUARDS = "ask guards"
    ORDER = "order"


def sleep_step(gate: SleepGate) -> SleepStep:
    """What comes next on a server's way to sleep."""
    match gate:
        case (
            SleepGate.NEEDED
            | SleepGate.NOT_UP
            | SleepGate.NO_WAY
            | SleepGate.TOO_YOUNG
            | SleepGate.BACKING_OFF
        ):
            return SleepStep.NONE
        case SleepGate.ASK_GUARDS | SleepGate.BUSY:
            return SleepStep.ASK_GUARDS
        case SleepGate.CLEAR | SleepGate.FORCED:
            return SleepStep.ORDER
    assert_never(gate)


def awaits_guards(cell: ServerState) -> bool:
    """Whether its sleep depends on what the guards say next."""
    return sleep_step(cell.verdict.cause.gate) is SleepStep.ASK_GUARDS


def fresh(guards: GuardsKnown, now: Instant) -> bool:
    """Whether what the server said of its guards is at most ``GUARDS_FRESH_S`` old."""
    return now - guards.at <= GUARDS_FRESH_S


def asked_within_s(cell: ServerState) -> float:
    """Seconds that an answer of the guards may take, with the login."""
    return cell.spec.deadlines.login + ASKING_S


def asks_at(cell: ServerState) -> Instant:
    """When the guards may be asked, or asked again; 0, at once, when nothing is known of them.

    After a quiet answer that is when it is no longer fresh; after a busy one, or where somebody
    needs the server, ``guards.every_seconds`` later; without an answer, once it is overdue.
    """
    guards = cell.guards
    if cell.guards_asked_at is not None:
        return cell.guards_asked_at + asked_within_s(cell) + GUARDS_LOST_S
    if guards is None:
        return 0.0
    soon = cell.verdict.need is Need.NONE and not busy(guards, cell.spec.guards)
    return guards.at + (GUARDS_FRESH_S if soon else cell.spec.guards.every_seconds)
