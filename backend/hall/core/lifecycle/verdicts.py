"""The verdicts of a cell, judged anew."""

from collections.abc import Iterable

from hall.core.model.changed import replace
from hall.core.model.state import DomainState, ServerState
from hall.core.policy.domain import closed_for_visits, judge_domain
from hall.core.policy.server import judge_server
from hall.core.timing import Instant


def domains_judged(cell: ServerState, now: Instant, names: Iterable[str]) -> ServerState:
    """Judge these domains, and whether visits may wake them; the same cell when nothing differs."""

    def judged(domain: DomainState) -> DomainState:
        closed = closed_for_visits(cell, domain, now)
        if closed != domain.closed:
            domain = replace(domain, closed=closed)
        verdict = judge_domain(cell, domain, now)
        return domain if verdict == domain.verdict else replace(domain, verdict=verdict)

    return cell.with_domains(judged, names)


def server_judged(cell: ServerState, now: Instant) -> ServerState:
    """Judge the server by the verdicts of its domains; the same cell when nothing differs."""
    verdict = judge_server(cell, now)
    return cell if verdict == cell.verdict else replace(cell, verdict=verdict)
