"""A sign of use of a domain that is in use and ready: its idle clock begins anew, and that is all.

Most visits are of this kind: each request of a page that is open, each report of a script. None of
them wakes, stops or lets in anybody, so only the verdicts on this domain and its server are judged.
The random histories hold each such step against the whole way.
"""

from hall.core.lifecycle.diff import verdict_changed
from hall.core.lifecycle.timers import timed
from hall.core.lifecycle.use import used
from hall.core.model.activity import ActivityKind
from hall.core.model.aspect import Aspect, Changed
from hall.core.model.changed import replace
from hall.core.model.events import Event, VisitNoted
from hall.core.model.facts import ActivityReported, Fact, Visited
from hall.core.model.sleep_phase import GuardsUnasked
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import Need
from hall.core.model.wake_phase import AtRest
from hall.core.policy.domain import closed_for_visits, judge_domain
from hall.core.policy.server import judge_server
from hall.core.timing import Instant

Renewed = tuple[ServerState, tuple[Event, ...], Changed]
"""The next cell, what is announced, and what changed."""

_USED = frozenset({Aspect.ACTIVITY})
_JUDGED = frozenset({Aspect.ACTIVITY, Aspect.VERDICT})
_NEEDED = frozenset({Aspect.VERDICT})


def renewed(cell: ServerState, fact: Fact, now: Instant) -> Renewed | None:
    """What a sign of use leads to that merely keeps a domain in use; None when it may do more."""
    match fact:
        case Visited(domain=name):
            sign = ActivityKind.VISIT
        case ActivityReported(domain=name):
            sign = ActivityKind.REPORT
        case _:
            return None
    domain = cell.domains[name]
    if not (_is_quiet(cell) and _is_in_use(cell, domain, now)) or _time_matters(cell, now):
        return None
    domain = replace(domain, activity=used(domain.activity, sign, now))
    domain = replace(domain, verdict=judge_domain(cell, domain, now))
    after = cell.with_domain(domain)
    after = timed(replace(after, verdict=judge_server(after, now)), (name,))
    domain = after.domains[name]
    return after, _announced(cell, after, domain, now), _changed(cell, after, domain)


def _is_quiet(cell: ServerState) -> bool:
    """Whether nothing goes on with the server, and an admin left no order."""
    return (
        cell.override is None
        and cell.server_wake is None
        and isinstance(cell.sleep_phase, GuardsUnasked)
        and cell.verdict.need is not Need.NONE
        and cell.power.watched_since is not None
        and cell.network.is_ok
    )


def _time_matters(cell: ServerState, now: Instant) -> bool:
    """Whether the time of any domain has come: then more may follow at this very instant."""
    return any(one.timer is not None and one.timer <= now for one in cell.domains.values())


def _is_in_use(cell: ServerState, domain: DomainState, now: Instant) -> bool:
    """Whether it is ready and wanted, by nobody's order, and no wake is asked for."""
    return (
        domain.override is None
        and domain.closed is None
        and domain.verdict.need is not Need.NONE
        and isinstance(domain.phase, AtRest)
        and cell.ready(domain)
        and closed_for_visits(cell, domain, now) is None
    )


def _announced(
    before: ServerState, after: ServerState, domain: DomainState, now: Instant
) -> tuple[Event, ...]:
    old, new = before.domains[domain.id].activity, domain.activity
    noted = VisitNoted(server=after.id, domain=domain.id, kind=new.sign.value, at=now)
    again = (old.at, old.sign) == (new.at, new.sign)
    return (*(() if again else (noted,)), *verdict_changed(before, after, now))


def _changed(before: ServerState, after: ServerState, domain: DomainState) -> Changed:
    old = before.domains[domain.id]
    changed: dict[str | None, frozenset[Aspect]] = {}
    if old.verdict != domain.verdict:
        changed[domain.id] = _JUDGED
    elif old.activity != domain.activity:
        changed[domain.id] = _USED
    if before.verdict != after.verdict:
        changed[None] = _NEEDED
    return changed
