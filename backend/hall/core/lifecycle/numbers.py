"""What a visitor of a domain can see: each change of it has the next number."""

from collections.abc import Iterable
from operator import attrgetter, is_

from hall.core.model.changed import replace
from hall.core.model.state import DomainState, ServerState


def numbered(before: ServerState, cell: ServerState, names: Iterable[str]) -> ServerState:
    """Give those of these the next number of which their visitors can see anything change."""
    linked = cell.network is before.network and cell.docker is before.docker
    linked = linked and (cell.sleep is None) is (before.sleep is None)

    def with_number(domain: DomainState) -> DomainState:
        old = before.domains[domain.id]
        if linked and all(map(is_, _own(old), _own(domain))):
            return domain
        same = _visible(before, old) == _visible(cell, domain)
        return domain if same else replace(domain, seq=domain.seq + 1)

    return cell.with_domains(with_number, names)


_own = attrgetter(
    *("status_now", "phase", "containers", "app", "seen", "doubted_at", "rested_at", "closed")
)
"""All of a domain that ``_visible`` goes by: where none was replaced, nothing need be compared."""


def _visible(cell: ServerState, domain: DomainState) -> tuple[object, ...]:
    checks = tuple(
        (check.state, check.detail, check.since, check.troubled) for check in cell.checks(domain)
    )
    wake = domain.wake
    climbed = None
    if wake is not None:
        climbed = (wake.id, wake.stages, wake.outcome, cell.overtakes(domain))
    entry = (cell.ready(domain), cell.closed_for_visitors(domain))
    return (domain.status_now, checks, climbed, domain.retry_at, *entry)
