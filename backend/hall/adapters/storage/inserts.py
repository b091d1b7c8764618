"""From events to rows: each statement may be carried out twice, and the second time adds nothing.

Visits and refusals have no key: two at the same instant are two.
"""

from collections.abc import Iterator
from typing import assert_never

from hall.adapters.storage.reason_json import details_of
from hall.core.model.activity import ActivityKind
from hall.core.model.events import (
    AccessRefused,
    CameBack,
    ContainersStopped,
    Event,
    OverrideNoted,
    PowerNoted,
    Redated,
    RestNoted,
    SleepEnded,
    SleepOrdered,
    StageReached,
    Transition,
    VerdictChanged,
    VisitNoted,
    WakeEnded,
    WakeStarted,
)
from hall.core.model.override import AsleepUntilUsed, AwakeUntilUnused, Hold, HoldKind
from hall.core.model.power import PowerHistory
from hall.core.model.reason import Reason
from hall.core.model.wake import Wake

Value = str | int | float | None
Statement = tuple[str, tuple[Value, ...]]

_TRANSITION = """
    INSERT OR IGNORE INTO transitions (at, server, domain, before, after, code, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_WAKE = """
    INSERT INTO wakes
        (id, server, domain, trigger, attempt, started_at, packets, ended_at, outcome, code, reason,
        details)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        packets = max(packets, excluded.packets),
        ended_at = coalesce(excluded.ended_at, ended_at),
        outcome = coalesce(excluded.outcome, outcome),
        code = coalesce(excluded.code, code),
        reason = coalesce(excluded.reason, reason),
        details = coalesce(excluded.details, details)
"""
_STAGE = """
    INSERT INTO stages (wake_id, position, name, expected_s, took_s, waited, reached_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (wake_id, name) DO UPDATE SET
        took_s = coalesce(excluded.took_s, took_s),
        waited = excluded.waited,
        reached_at = coalesce(reached_at, excluded.reached_at)
"""
_REACHED = """
    UPDATE stages SET took_s = ?, waited = ?, reached_at = ? WHERE wake_id = ? AND name = ?
"""
_WAKE_DATED = "UPDATE wakes SET started_at = ?, ended_at = ? WHERE id = ?"
_STAGE_DATED = "UPDATE stages SET reached_at = ? WHERE wake_id = ? AND name = ?"
_VISIT = "INSERT INTO visits (at, server, domain, kind) VALUES (?, ?, ?, ?)"
_ACTIVITY = """
    INSERT INTO uses (domain, at, kind) VALUES (?, ?, ?)
    ON CONFLICT (domain) DO UPDATE SET at = excluded.at, kind = excluded.kind
"""
_SLEEP = """
    INSERT OR IGNORE INTO sleeps (id, server, announced, ordered_at, why_code, why)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_SLEPT = "UPDATE sleeps SET ended_at = ?, ending = ?, code = ?, reason = ? WHERE id = ?"
_POWER = """
    INSERT OR REPLACE INTO power
        (server, up_since, down_since, slept_at, strikes, after, code, details)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_OVERRIDDEN = """
    INSERT OR REPLACE INTO overrides (server, domain, kind, until, lasts, use_before, at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_FREE = "DELETE FROM overrides WHERE server = ? AND domain = ?"
_RESTED = """
    INSERT INTO uses (domain, rested_at) VALUES (?, ?)
    ON CONFLICT (domain) DO UPDATE SET rested_at = excluded.rested_at
"""
_VERDICT = """
    INSERT OR IGNORE INTO verdicts (at, server, domain, code, reason) VALUES (?, ?, ?, ?, ?)
"""
_REFUSAL = """
    INSERT INTO refusals (at, server, domain, address, code, reason) VALUES (?, ?, ?, ?, ?, ?)
"""


def statements(event: Event) -> Iterator[Statement]:  # noqa: C901, PLR0912 - one line a case
    """What must be carried out to keep this event."""
    match event:
        case Transition():
            yield _transition(event)
        case WakeStarted(wake=wake):
            yield from _wake(event, wake, (None,) * 5)
        case WakeEnded(wake=wake):
            yield from _wake(event, wake, _end(event))
        case StageReached(wake_id=wake, stage=stage, at=at):
            yield _REACHED, (event.took_s, event.waited, at, wake, stage.value)
        case VisitNoted():
            yield from _sign(event)
        case Redated():
            yield from _redated(event)
        case AccessRefused(server=server, domain=domain, address=address, at=at):
            yield _REFUSAL, (at, server, domain, _writable(address), *_words(event.reason))
        case SleepOrdered(id=attempt, server=server, announced=announced, at=at):
            yield _SLEEP, (attempt, server, announced, at, *_words(event.reason))
        case SleepEnded(id=attempt, ending=ending, at=at):
            yield _SLEPT, (at, ending.value, *_words(event.reason), attempt)
        case PowerNoted(server=server, power=power):
            yield _POWER, (server, *_known(power))
        case OverrideNoted():
            yield _overridden(event)
        case RestNoted(domain=domain, rested_at=rested_at):
            yield _RESTED, (domain, rested_at)
        case CameBack() | VerdictChanged():
            yield _VERDICT, (event.at, event.server, "", *_words(event.reason))
        case ContainersStopped(server=server, domain=domain, at=at):
            yield _VERDICT, (at, server, domain, *_words(event.reason))
        case _:
            assert_never(event)


def _transition(event: Transition) -> Statement:
    change = (event.before.value, event.after.value)
    domain = event.domain or ""
    return _TRANSITION, (event.at, event.server, domain, *change, *_words(event.reason))


def _end(event: WakeEnded) -> tuple[Value, ...]:
    wake, reason = event.wake, event.reason
    outcome = wake.outcome.value if wake.outcome is not None else None
    return (wake.ended_at or event.at, outcome, *_words(reason), _writable(details_of(reason)))


def _known(power: PowerHistory) -> tuple[Value, ...]:
    trouble = power.trouble
    code = None if trouble is None else trouble.code
    details = None if trouble is None else _writable(details_of(trouble))
    times = (power.up_since, power.down_since, power.slept_at, power.strikes, power.after)
    return (*times, code, details)


def _sign(event: VisitNoted) -> Iterator[Statement]:
    """Traffic that goes on is remembered, but is no row of its own each time."""
    if event.kind != ActivityKind.TRAFFIC:
        yield _VISIT, (event.at, event.server, event.domain, event.kind)
    if event.kind != "closed":
        yield _ACTIVITY, (event.domain, event.at, event.kind)


def _redated(event: Redated) -> Iterator[Statement]:
    for domain, used in event.uses:
        yield _ACTIVITY, (domain, used.at, used.sign.value)
    for wake in event.wakes:
        yield _WAKE_DATED, (wake.started_at, wake.ended_at, wake.id)
        reached_at = wake.started_at
        for stage in wake.stages:
            if stage.took_s is not None:
                reached_at += stage.took_s
                yield _STAGE_DATED, (reached_at, wake.id, stage.name.value)


def _overridden(event: OverrideNoted) -> Statement:
    target = (event.server, event.domain or "")
    match event.override:
        case None:
            return _FREE, target
        case Hold(kind=kind, until=until, lasts=lasts, dismissed_at=dismissed_at):
            return _OVERRIDDEN, (*target, kind.value, until, lasts, dismissed_at, event.at)
        case AwakeUntilUnused(at=at):
            return _OVERRIDDEN, (*target, HoldKind.AWAKE.value, None, False, None, at)
        case AsleepUntilUsed(at=at):
            return _OVERRIDDEN, (*target, HoldKind.ASLEEP.value, None, False, at, at)
    assert_never(event.override)


def _wake(
    event: WakeStarted | WakeEnded, wake: Wake, end: tuple[Value, ...]
) -> Iterator[Statement]:
    begun = (event.server, event.domain, wake.trigger.value, wake.attempt, wake.started_at)
    yield _WAKE, (wake.id, *begun, wake.packets, *end)
    for position, stage in enumerate(wake.stages):
        reached_at = None if stage.took_s is None else event.at
        took = (stage.expected_s, stage.took_s, stage.waited, reached_at)
        yield _STAGE, (wake.id, position, stage.name.value, *took)


def _words(reason: Reason) -> tuple[str, str]:
    return reason.code, _writable(str(reason))


def _writable(text: str) -> str:
    """Half a character in Docker's words must not keep a whole batch from being written."""
    return text.encode("utf-8", "replace").decode("utf-8")
