"""What a visitor of a domain can see: each change of it has the next number."""

from dataclasses import replace

from hall.core.model.state import DomainState, ServerState


def numbered(before: ServerState, cell: ServerState) -> ServerState:
    """Give a domain the next number when anything changed that its visitors can see."""
    linked = cell.network is before.network and cell.docker is before.docker
    domains = {
        name: domain
        if _looks_the_same(before, cell, domain, linked=linked)
        else replace(domain, seq=domain.seq + 1)
        for name, domain in cell.domains.items()
    }
    return cell.with_domains(domains)


def _looks_the_same(
    before: ServerState, cell: ServerState, domain: DomainState, *, linked: bool
) -> bool:
    old = before.domains[domain.id]
    same = linked and old is domain
    return same or _visible(before, old) == _visible(cell, domain)


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
