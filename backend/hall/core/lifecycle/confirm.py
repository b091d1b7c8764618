"""A probe that says again what is known: only when the link was seen last is noted.

At rest nearly every fact is of this kind. It decides nothing: no status, verdict or timer goes by
when a link that says the same was seen last, so nothing is judged anew, however many domains there
are. What time alone changes has a timer of its own (``timers``).
"""

from typing import assert_never

from hall.core.lifecycle.observe import believed
from hall.core.model.changed import replace
from hall.core.model.check import Check, CheckName, CheckState, ProbeResult
from hall.core.model.facts import Fact, Probed
from hall.core.model.state import DomainState, ServerState
from hall.core.timing import Instant


def confirmed(cell: ServerState, fact: Fact, now: Instant) -> ServerState | None:
    """The cell with the probe noted; None when the fact may say anything new."""
    if not isinstance(fact, Probed) or fact.result.ours or cell.sleep is not None:
        return None
    match fact.check:
        case CheckName.NETWORK:
            return _network(cell, fact.result, now)
        case CheckName.DOCKER:
            same = _steady(cell) and _same(cell, cell.docker, fact.result)
            return replace(cell, docker=_noted(cell.docker, fact.result, now)) if same else None
        case CheckName.APP:
            return _app(cell, cell.domains[fact.domain or ""], fact.result, now)
        case CheckName.CONTAINERS:
            return None  # these are listed, not probed
    assert_never(fact.check)


def _network(cell: ServerState, result: ProbeResult, now: Instant) -> ServerState | None:
    """Its own link may have been known by others, or not been looked at: then it is news."""
    if cell.deaf or cell.unwatched or not _same(cell, cell.network, result):
        return None
    return replace(cell, network=_noted(cell.network, result, now))


def _app(
    cell: ServerState, domain: DomainState, result: ProbeResult, now: Instant
) -> ServerState | None:
    if not _steady(cell) or domain.stopping or domain.doubted_at is not None:
        return None
    result = believed(domain, result)
    if not _same(cell, domain.app, result):
        return None
    return cell.with_domain(replace(domain, app=_noted(domain.app, result, now)))


def _steady(cell: ServerState) -> bool:
    """Whether the network holds without a doubt: an answer from behind it proves nothing new."""
    return cell.network.state is CheckState.OK and not cell.network.misses


def _same(cell: ServerState, check: Check, result: ProbeResult) -> bool:
    """Whether the check says just this already; while a wake runs, failing has another meaning."""
    said = (check.detail, check.misses, check.unmade, check.by_other, check.troubled)
    if said != (result.detail, 0, False, result.by_other, result.troubled):
        return False
    if result.ok:
        return check.state is CheckState.OK
    silent = result.lives == (check.alive_at is not None)
    return check.state is CheckState.FAILING and silent and not cell.waking


def _noted(check: Check, result: ProbeResult, now: Instant) -> Check:
    alive_at = now if result.lives else None
    return replace(check, seen_at=now, alive_at=alive_at, took_ms=result.took_ms)
