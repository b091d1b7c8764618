"""A wake from its first packet to its end: begin, climb, give up, try again."""

from math import inf
from typing import assert_never

from hall.core.lifecycle.forget import unanswered_why, unsure
from hall.core.lifecycle.observe import project_verdict
from hall.core.lifecycle.server_wake import unreached
from hall.core.model.changed import replace
from hall.core.model.check import Check, CheckName, CheckState
from hall.core.model.events import Event, StageReached, WakeEnded, WakeStarted
from hall.core.model.reason import Reason, because
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import Need
from hall.core.model.wake import Outcome, Trigger, Wake
from hall.core.model.wake_phase import (
    AtRest,
    WakeAsked,
    WakeFailed,
    WakeRunning,
    called_off,
    last_failure,
    unfailed,
)
from hall.core.policy.containers import GRACE_S
from hall.core.policy.estimate import REMEMBERED, boot_of, climb, first_stages
from hall.core.policy.quiet import only_its_card
from hall.core.timing import Instant

FIRST_PROBE_WAIT_S = 10.0
"""A wake asked for before everything was looked at starts after this time at the latest."""

COOL_DOWN_S = 30.0
"""After a failure, a mere visit starts the next wake only after this time; an order at once."""

REPEAT_S = 2.0
"""An order this soon after a failure is the same finger on the same button."""

START_ATTEMPTS = 3
"""How often in a row Docker may refuse to start containers before the wake gives up."""

MAX_DEADLINE_RESETS = 12
"""How often in one wake another link may be waited for, each time with its whole deadline: a
server that comes and goes is not waited for without end."""

POLICY_WAKE_AGAIN_S = 60.0
POLICY_WAKE_AGAIN_MOST_S = 3600.0
"""Seconds from one wake by policy to the next; twice as long after each."""

RESUME_WINDOW_S = 900.0
"""A wake that a stop of Hall cut off longer ago than this is not taken up again."""


def ended_while_stopped(server: str, domain: str, wake: Wake, now: Instant) -> WakeEnded | None:
    """The end of a wake that a long stop of Hall cut off; None while it is worth going on."""
    if now - wake.started_at < RESUME_WINDOW_S:
        return None
    reason = because("wake_lost")
    ended = replace(wake, ended_at=now, outcome=Outcome.FAILED, reason=reason)
    return WakeEnded(server=server, domain=domain, wake=ended, reason=reason, at=now)


def request_wake(domain: DomainState, trigger: Trigger, now: Instant) -> DomainState:
    """Note that a wake is asked for; joins the running one, and spares a broken one."""
    phase = domain.phase
    if isinstance(phase, WakeRunning) or _spared(last_failure(phase), trigger, now):
        return domain
    if not isinstance(phase, WakeAsked):
        return replace(domain, phase=WakeAsked(now, trigger, phase))
    return domain if trigger is Trigger.VISIT else replace(domain, phase=replace(phase, by=trigger))


def _spared(failure: WakeFailed | None, trigger: Trigger, now: Instant) -> bool:
    """Whether it failed just now: then a mere visit does not wake it, nor an order said twice."""
    if failure is None:
        return False
    since_s = now - (failure.wake.ended_at or 0.0)
    if trigger is Trigger.VISIT and (failure.retry_at is not None or since_s < COOL_DOWN_S):
        return True
    return since_s < REPEAT_S


def follow_wake(
    cell: ServerState, domain: DomainState, now: Instant
) -> tuple[DomainState, tuple[Event, ...]]:
    """What time and checks make of this domain's wake, or of the wish for one."""
    if (wake := domain.running) is not None:
        return _climb(cell, domain, wake, now)
    unwanted = domain.closed is not None and domain.verdict.need is not Need.WAKE
    if cell.ready(domain) or unwanted:
        return _rest(domain), ()
    phase = domain.phase
    if isinstance(phase, WakeAsked) and _decided(cell, domain, phase.at, now):
        return _begin(cell, domain, phase.by, 1, now)
    failure = last_failure(phase)
    if failure is not None and failure.retry_at is not None:
        if now < failure.retry_at:
            return domain, ()
        return _begin(cell, domain, Trigger.RETRY, failure.wake.attempt + 1, now)
    if policy_wake_due(cell, domain) and now >= next_policy_wake_at(domain):
        return _begin(cell, count_policy_wake(domain, now), Trigger.POLICY, 1, now)
    return domain, ()


def _rest(domain: DomainState) -> DomainState:
    """It is ready without a wake, or shut: nothing is asked, and an old failure is history."""
    rest = unfailed(called_off(domain.phase))
    return domain if rest == domain.phase else replace(domain, phase=rest)


def _decided(cell: ServerState, domain: DomainState, asked_at: Instant, now: Instant) -> bool:
    """Whether enough was looked at to know that a wake is needed: look first, then act."""
    broken = cell.first_failing(domain)
    looked = broken is not None and broken.seen_at is not None
    if broken is not None and looked and _unseen(domain, broken):
        looked = domain.app.is_ok or domain.app.seen_at is not None
    going = cell.sleep is not None or domain.stopping
    return looked or going or now >= asked_at + FIRST_PROBE_WAIT_S


def _unseen(domain: DomainState, broken: Check) -> bool:
    """Whether only Docker is out of sight: then the project may well answer."""
    ping_filtered = broken.name is CheckName.CONTAINERS and domain.seen is None
    return broken.name is CheckName.DOCKER or ping_filtered


def _begin(
    cell: ServerState, domain: DomainState, trigger: Trigger, attempt: int, now: Instant
) -> tuple[DomainState, tuple[Event, ...]]:
    wake = Wake(
        id=f"{domain.id}-{int(now * 1000)}",
        trigger=trigger,
        attempt=attempt,
        started_at=now,
        stages=first_stages(cell.checks(domain), domain.history),
        stage_since=now,
        deadline_from=now if cell.server_wake is None else cell.server_wake.started_at,
        packets_before=cell.packets_sent,
        counts_for_estimate=cell.sleep is None,
    )
    started = replace(
        domain,
        phase=WakeRunning(wake),
        rested_at=None,
        trouble_since=None,
        containers=awaited(domain.containers, now),
        app=awaited(domain.app, now),
    )
    if domain.app.state is CheckState.OK:
        started = unsure(started, now, unanswered_why(cell))
    first_not_ready = cell.first_not_ready(started)
    wake = replace(wake, waits_for=first_not_ready.name if first_not_ready is not None else None)
    started = started.with_wake(wake)
    return started, (WakeStarted(server=cell.id, domain=domain.id, wake=wake, at=now),)


def awaited(check: Check, now: Instant) -> Check:
    """A failing link is merely pending while a wake is on its way to it."""
    if check.state is CheckState.FAILING:
        return replace(check, state=CheckState.PENDING, since=now)
    return check


def given_up(check: Check, now: Instant) -> Check:
    """A link that was looked at and did not answer has failed, now that the wake is over."""
    if check.state is CheckState.PENDING and check.seen_at is not None and not check.unmade:
        return replace(check, state=CheckState.FAILING, since=now)
    return check


def _climb(
    cell: ServerState, domain: DomainState, before: Wake, now: Instant
) -> tuple[DomainState, tuple[Event, ...]]:
    wake = climb(before, {check.name: check for check in cell.checks(domain)}, now)
    told = _stages_reached(cell, domain, before, wake, now)
    first_not_ready = cell.first_not_ready(domain)
    if first_not_ready is None:
        domain, end = _succeed(cell, domain, wake, now)
        return domain, (*told, end)
    wake = _wait_for(wake, first_not_ready.name, now)
    if now < gives_up_at(cell, domain, wake, first_not_ready):
        return domain.with_wake(wake), told
    domain, end = _fail(cell, domain, wake, _why_failed(cell, domain, wake, first_not_ready), now)
    return domain, (*told, end)


def _wait_for(wake: Wake, link: CheckName, now: Instant) -> Wake:
    """Give a link its whole deadline when it becomes the one that is waited for."""
    if link is wake.waits_for or wake.deadline_resets >= MAX_DEADLINE_RESETS:
        return wake
    return replace(
        wake, waits_for=link, deadline_resets=wake.deadline_resets + 1, deadline_from=now
    )


def _stages_reached(
    cell: ServerState, domain: DomainState, before: Wake, after: Wake, now: Instant
) -> tuple[Event, ...]:
    return tuple(
        StageReached(
            server=cell.id,
            domain=domain.id,
            wake_id=after.id,
            stage=stage.name,
            took_s=stage.took_s,
            waited=stage.waited,
            at=now,
        )
        for old, stage in zip(before.stages, after.stages, strict=True)
        if old.took_s is None and stage.took_s is not None
    )


def _succeed(
    cell: ServerState, domain: DomainState, wake: Wake, now: Instant
) -> tuple[DomainState, WakeEnded]:
    reason = because("ready")
    wake = _ended(cell, wake, Outcome.READY, reason, now)
    boot = boot_of(wake)
    learned = boot and wake.counts_for_estimate
    history = (*domain.history, boot)[-REMEMBERED:] if learned else domain.history
    domain = replace(domain, phase=AtRest(wake), history=history)
    return domain, WakeEnded(server=cell.id, domain=domain.id, wake=wake, reason=reason, at=now)


def _fail(
    cell: ServerState, domain: DomainState, wake: Wake, reason: Reason, now: Instant
) -> tuple[DomainState, WakeEnded]:
    wake = _ended(cell, wake, Outcome.FAILED, reason, now)
    domain = replace(
        domain,
        phase=WakeFailed(wake, tries_again_at(cell, wake, now)),
        containers=given_up(domain.containers, now),
        app=given_up(domain.app, now),
    )
    domain = unsure(domain, now)  # what it answered in the wake may be long ago
    return domain, WakeEnded(server=cell.id, domain=domain.id, wake=wake, reason=reason, at=now)


def _ended(cell: ServerState, wake: Wake, outcome: Outcome, reason: Reason, now: Instant) -> Wake:
    packets = cell.packets_sent - wake.packets_before
    return replace(wake, ended_at=now, outcome=outcome, reason=reason, packets=packets)


def tries_again_at(cell: ServerState, wake: Wake, ended_at: Instant) -> Instant | None:
    """When the next attempt follows a wake that failed; None when it was the last."""
    retry = cell.spec.retry
    if wake.attempt >= retry.attempts:
        return None
    gap_s: float = retry.gap_seconds * 2.0 ** (wake.attempt - 1)
    return ended_at + gap_s


# ---- wakes that nobody asked for -----------------------------------------------------------------


def policy_wake_due(cell: ServerState, domain: DomainState) -> bool:
    """Whether policy wants it awake and a wake can mend that it is not."""
    if domain.verdict.need is not Need.WAKE:
        return False
    broken = cell.first_failing(domain)
    if broken is None or broken.seen_at is None:
        return False
    if broken.name is CheckName.CONTAINERS:
        verdict = project_verdict(replace(domain, phase=AtRest()))
        return verdict is not None and bool(verdict.start)
    return broken.name is CheckName.NETWORK


def next_policy_wake_at(domain: DomainState) -> Instant:
    """When policy may wake it next: 60 s after the last time, doubled up to 1 h; 0 at first."""
    if domain.policy_woken_at is None:
        return 0.0
    return domain.policy_woken_at + min(
        POLICY_WAKE_AGAIN_MOST_S, POLICY_WAKE_AGAIN_S * 2.0 ** (domain.policy_wakes - 1)
    )


def count_policy_wake(domain: DomainState, now: Instant) -> DomainState:
    """Note a wake by policy; two hours after the last one, counting begins at 1 again."""
    calm = (
        domain.policy_woken_at is None
        or now - domain.policy_woken_at >= 2 * POLICY_WAKE_AGAIN_MOST_S
    )
    return replace(domain, policy_wakes=1 if calm else domain.policy_wakes + 1, policy_woken_at=now)


# ---- when to give up --------------------------------------------------------------------------


def gives_up_at(
    cell: ServerState, domain: DomainState, wake: Wake, first_not_ready: Check
) -> Instant:
    """When the running wake fails if this link stays in its way.

    Infinity while a sleep order is out: before its end nobody knows whether the server is up.
    """
    if cell.sleep is not None:
        return inf
    if (
        cell.spec.wake is None
        and first_not_ready.name is CheckName.NETWORK
        and not first_not_ready.is_ok
    ):
        return wake.deadline_from
    limit = wake.deadline_from + deadline_s(cell, domain, first_not_ready.name)
    if first_not_ready.name is CheckName.CONTAINERS:
        if wake.start_errors >= START_ATTEMPTS:
            return min(limit, wake.start_after)
        if domain.trouble_since is not None:
            limit = min(limit, domain.trouble_since + GRACE_S)
    return limit


def deadline_s(cell: ServerState, domain: DomainState, name: CheckName) -> float:
    """How long a wake waits for this link, in seconds."""
    match name:
        case CheckName.NETWORK:
            return cell.spec.deadlines.network
        case CheckName.DOCKER:
            return cell.spec.deadlines.docker
        case CheckName.CONTAINERS:
            return domain.spec.deadlines.containers
        case CheckName.APP:
            return domain.spec.deadlines.app
    assert_never(name)


def _why_failed(
    cell: ServerState, domain: DomainState, wake: Wake, first_not_ready: Check
) -> Reason:
    """Why the wake failed, naming the link in its way."""
    if first_not_ready.unmade and not first_not_ready.is_ok:
        return first_not_ready.detail
    packets = cell.packets_sent - wake.packets_before
    if packets and only_its_card(cell, wake):
        return because("failed_only_ping", packets=packets)
    seconds = deadline_s(cell, domain, first_not_ready.name)
    match first_not_ready.name:
        case CheckName.NETWORK:
            return unreached(cell)
        case CheckName.DOCKER:
            return because("failed_docker", seconds=seconds, detail=first_not_ready.detail)
        case CheckName.CONTAINERS:
            if domain.trouble_since is not None or wake.start_error is not None:
                return first_not_ready.detail
            return because("failed_containers", seconds=seconds, detail=first_not_ready.detail)
        case CheckName.APP:
            return because("failed_app", seconds=seconds, detail=first_not_ready.detail)
    assert_never(first_not_ready.name)
