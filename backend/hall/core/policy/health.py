"""From one look at a link to its verdict: thresholds and patience."""

from hall.core.model.changed import replace
from hall.core.model.check import Check, CheckName, CheckState, ProbeResult
from hall.core.model.reason import because
from hall.core.timing import Instant

FAILURE_THRESHOLD = {
    CheckName.NETWORK: 3,
    CheckName.DOCKER: 6,
    CheckName.CONTAINERS: 1,
    CheckName.APP: 6,
}
"""How many looks in a row must fail before a link that held is said to fail. A server that is gone
is silent on all of them: the network is to say so, before the others accuse Docker or the app."""


UNSEEN_S = 30.0
"""For how long what was seen last stands, while Hall itself cannot look."""


def judge(
    check: Check, result: ProbeResult, now: Instant, *, awaited: bool, patient: bool = True
) -> Check:
    """What the check says after this look.

    A link that held keeps holding until ``FAILURE_THRESHOLD`` looks in a row have failed, or until
    the first that fails when it is not ``patient``. ``awaited`` is true while a wake runs: what
    does not answer yet is pending then, not failing.
    """
    if check.state is CheckState.SKIPPED:
        return check
    check = replace(check, unmade=False, alive_at=now if result.lives else None)
    if result.ok:
        return _turn(replace(check, misses=0, took_ms=result.took_ms), CheckState.OK, result, now)
    misses = check.misses + 1
    if check.state is CheckState.OK and patient and misses < FAILURE_THRESHOLD[check.name]:
        return replace(check, misses=misses, seen_at=now)
    state = CheckState.PENDING if awaited else CheckState.FAILING
    return _turn(replace(check, misses=0, took_ms=None), state, result, now)


def _turn(check: Check, state: CheckState, result: ProbeResult, now: Instant) -> Check:
    since = check.since if check.state is state else now
    return replace(_worded(check, result), state=state, since=since, seen_at=now)


def _worded(check: Check, result: ProbeResult) -> Check:
    by_other, troubled = result.by_other, result.troubled
    return replace(check, detail=result.detail, by_other=by_other, troubled=troubled)


def unmade(check: Check, result: ProbeResult, now: Instant) -> Check:
    """What the check says after a look that Hall could not make: what it said, for ``UNSEEN_S``.

    Later it is not known: neither ok nor failing.
    """
    if check.state is CheckState.SKIPPED:
        return check
    if check.seen_at is not None and now - check.seen_at < UNSEEN_S:
        known = _worded(check, result) if check.state is CheckState.PENDING else check
        return replace(known, unmade=True)
    since = check.since if check.state is CheckState.PENDING else now
    state = CheckState.PENDING
    return Check(name=check.name, state=state, detail=result.detail, since=since, unmade=True)


def reset(check: Check, why: str, now: Instant) -> Check:
    """Forget what was seen: the link cannot be looked at while an earlier one is broken."""
    if check.state is CheckState.SKIPPED:
        return check
    since = check.since if check.state is CheckState.PENDING else now
    return Check(name=check.name, state=CheckState.PENDING, detail=because(why), since=since)
