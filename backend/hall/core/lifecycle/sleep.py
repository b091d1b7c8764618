"""From the sleep order to silence: sent once, verified, and what came of it remembered.

While an order is out, an answer of the network proves nothing: the link is pending, nobody is let
in, and only silence, a refusal or time ends it.
"""

from hall.core.config.methods import PingCheck
from hall.core.lifecycle.forget import reset_server_checks
from hall.core.model.changed import replace
from hall.core.model.check import CheckName, CheckState
from hall.core.model.events import Event, SleepEnded
from hall.core.model.power import Ending, PowerHistory, PowerNews, SleepAttempt
from hall.core.model.reason import Reason, Why, because
from hall.core.model.sleep_phase import GuardsUnasked
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import ServerWake
from hall.core.model.wake_phase import unfailed
from hall.core.policy.health import FAILURE_THRESHOLD, reset
from hall.core.policy.quiet import left_alone
from hall.core.timing import Instant

LATE_NEWS_S = 15.0
"""News of a waking that was seen this much earlier is no news."""

SILENCE = FAILURE_THRESHOLD[CheckName.NETWORK]
SILENCE_WITHOUT_PING = FAILURE_THRESHOLD[CheckName.DOCKER]
"""How many looks in a row without an answer are silence; at Docker and the projects, where ping is
filtered."""

ORDERING_S = 20.0
"""How long giving an order may take beside the login and the command: to find the server and to
connect, to notice that it is gone, to hear why it refuses."""

LOST_ORDER_S = 10.0
"""This long after it should have been given or refused, an order is taken as given."""

BACKOFF_S = 300.0
BACKOFF_MOST_S = 6 * 3600.0
"""Seconds until the next order after one that did not last; twice as long after each."""

LASTING_S = 300.0
"""A sleep that lasts this long did last; one that ends earlier without Hall is a comeback."""


def begin_sleep(cell: ServerState, sleep: SleepAttempt, now: Instant) -> ServerState:
    """Take a sleep as begun: by Hall's order, or announced by the server."""
    code = "sleep_announced" if sleep.announced else "sleep_ordered"
    sleep = replace(sleep, ping_filtered=cell.network.by_other)
    return reset_all_checks(cell.with_sleep(sleep), code, now)


def power_announced(cell: ServerState, news: PowerNews, now: Instant) -> ServerState:
    """Begin a sleep that the server announced, or look anew at one that says it is back.

    While an order is out, news of a sleep changes nothing, and news of a waking ends it once it was
    given. A waking that Hall saw itself less than ``LATE_NEWS_S`` ago is passed over.
    """
    sleep = cell.sleep
    if news is PowerNews.GOING_TO_SLEEP:
        if sleep is not None:
            return cell
        attempt = f"{cell.id}-{int(now * 1000)}"
        sleep = SleepAttempt(id=attempt, ordered_at=now, announced=True, carried_at=now)
        return begin_sleep(cell, sleep, now)
    if sleep is not None:
        return cell.with_sleep(replace(sleep, back=True))
    up_since = cell.power.up_since
    if up_since is not None and now - up_since < LATE_NEWS_S:
        return cell
    cell = replace(cell, unwatched=False)
    power = replace(cell.power, up_since=None, watched_since=None)
    return reset_all_checks(replace(cell, power=power), "not_looked", now)


def reset_all_checks(cell: ServerState, code: str, now: Instant) -> ServerState:
    """Nothing that was seen of the server counts any more; ``code`` is what its network says."""
    return reset_server_checks(replace(cell, network=reset(cell.network, code, now)), now)


def probed_while_ordered(
    cell: ServerState, sleep: SleepAttempt, *, answered: bool, now: Instant
) -> ServerState:
    """Count one look towards silence, while the order is out; an answer begins the count anew."""
    sleep = replace(sleep, unlooked=False)
    if answered:
        sleep = replace(sleep, misses=0, answered_at=now)
    else:
        sleep = replace(sleep, misses=sleep.misses + 1)
    return cell.with_sleep(sleep)


def order_given(cell: ServerState, attempt: str, error: Why | None, now: Instant) -> ServerState:
    """Note that the attempt was given, or why it could not be; any other attempt is passed over."""
    sleep = cell.sleep
    if sleep is None or sleep.id != attempt:
        return cell
    return cell.with_sleep(replace(sleep, carried_at=now, error=error))


def follow_sleep(cell: ServerState, now: Instant) -> tuple[ServerState, tuple[Event, ...]]:
    """What silence, answers and time make of the order that is out."""
    sleep = cell.sleep
    if sleep is None:
        return cell, ()
    if sleep.carried_at is None:
        if now < ends_at(cell, sleep):
            return cell, ()
        sleep = replace(sleep, carried_at=now)
        cell = cell.with_sleep(sleep)
    if sleep.back or sleep.misses >= (SILENCE_WITHOUT_PING if sleep.ping_filtered else SILENCE):
        return _fall_silent(cell, sleep, now)
    if sleep.error is not None:
        reason = because("sleep_refused", why=sleep.error)
        return _end(cell, sleep, Ending.REFUSED, reason, now)
    return (cell, ()) if now < ends_at(cell, sleep) else _run_out(cell, sleep, now)


def _run_out(
    cell: ServerState, sleep: SleepAttempt, now: Instant
) -> tuple[ServerState, tuple[Event, ...]]:
    """The deadline is reached without certain silence; what the last looks said decides."""
    seconds = round(now - sleep.ordered_at)
    if left_alone(cell):
        return _taken_as_asleep(cell, sleep, now)
    if sleep.unlooked:
        return _end(cell, sleep, Ending.UNSEEN, because("sleep_unseen", seconds=seconds), now)
    if sleep.answered_at is None and sleep.misses:
        return _fall_silent(cell, sleep, now)
    card = isinstance(cell.spec.network, PingCheck) and sleep.hushed >= SILENCE
    reason = because("sleep_only_ping" if card else "sleep_stayed", seconds=seconds)
    return _end(cell, sleep, Ending.STAYED, reason, now)


def ends_at(cell: ServerState, sleep: SleepAttempt) -> Instant:
    """When time alone decides: first that the order was given, then what came of it.

    However much somebody waits: one that is let in too early finds the server dying.
    """
    if sleep.carried_at is None:
        return sleep.ordered_at + order_within_s(cell) + LOST_ORDER_S
    return sleep.carried_at + cell.spec.deadlines.sleep


def order_within_s(cell: ServerState) -> float:
    """Seconds in which an order is given, or known not to be."""
    deadlines = cell.spec.deadlines
    return deadlines.login + deadlines.command + ORDERING_S


def _fall_silent(
    cell: ServerState, sleep: SleepAttempt, now: Instant
) -> tuple[ServerState, tuple[Event, ...]]:
    reason = because("sleep_silent", seconds=round(now - sleep.ordered_at))
    cell, events = _end(cell, sleep, Ending.SILENT, reason, now)
    cell = _gone(cell, because("fell_silent"), now)
    if sleep.back and cell.spec.network.while_asleep == "leave_alone":
        cell = reset_all_checks(
            cell, "not_looked", now
        )  # it says that it is up: now looks are welcome
    return cell, events


def _taken_as_asleep(
    cell: ServerState, sleep: SleepAttempt, now: Instant
) -> tuple[ServerState, tuple[Event, ...]]:
    """Nobody looked, for a look would wake it."""
    cell, events = _end(cell, sleep, Ending.UNSEEN, because("sleep_left_alone"), now)
    return _gone(cell, because("left_alone"), now), events


def _gone(cell: ServerState, why: Reason, now: Instant) -> ServerState:
    failing = CheckState.FAILING
    network = replace(
        cell.network, state=failing, detail=why, since=now, seen_at=now, by_other=False
    )
    power = replace(cell.power, slept_at=now, down_since=now)
    wake = None if cell.server_wake is None else ServerWake(started_at=now)
    return replace(cell, network=network, power=power, server_wake=wake).with_domains(_failure_over)


def _failure_over(domain: DomainState) -> DomainState:
    """What a wake failed of before is no reason any more why it does not answer."""
    phase = unfailed(domain.phase)
    return domain if phase is domain.phase else replace(domain, phase=phase)


def _end(
    cell: ServerState, sleep: SleepAttempt, ending: Ending, reason: Reason, now: Instant
) -> tuple[ServerState, tuple[Event, ...]]:
    """The order is no longer out. What was seen meanwhile is looked at anew."""
    power = cell.power
    if ending in {Ending.STAYED, Ending.REFUSED}:
        power = count_failed_sleep(power, reason, now)
    wake = cell.server_wake and replace(cell.server_wake, started_at=now)
    cell = replace(cell, sleep_phase=GuardsUnasked(), power=power, server_wake=wake)
    cell = cell.with_domains(lambda domain: _patient_again(domain, now))
    cell = reset_all_checks(cell, "not_looked", now)
    event = SleepEnded(server=cell.id, id=sleep.id, ending=ending, reason=reason, at=now)
    return cell, (event,)


def _patient_again(domain: DomainState, now: Instant) -> DomainState:
    """A wake that waited for the end of the order has its whole time from now on."""
    if (wake := domain.running) is None:
        return domain
    return domain.with_wake(replace(wake, deadline_from=now))


def count_failed_sleep(power: PowerHistory, trouble: Reason, now: Instant) -> PowerHistory:
    """One more order that did not last: the next one comes later."""
    strikes = power.strikes + 1
    return replace(power, strikes=strikes, after=now + pause_after(strikes), trouble=trouble)


def pause_after(strikes: int) -> float:
    """Seconds until the next order after so many in a row that did not last."""
    most: float = min(BACKOFF_MOST_S, BACKOFF_S * 2.0 ** (strikes - 1))
    return most
