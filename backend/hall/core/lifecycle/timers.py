"""When time alone changes something: the instant at which ``Ticked`` must be told."""

from collections.abc import Iterator

from hall.core.lifecycle.decide import to_start
from hall.core.lifecycle.domain_wake import PATIENT_S, gives_up_at, pushes_at, wanted_by_policy
from hall.core.lifecycle.server_wake import rouse_ends_at
from hall.core.lifecycle.sleep import ends_at
from hall.core.model.state import DomainState, ServerState
from hall.core.policy.server import asks_at
from hall.core.policy.stopping import stops_at
from hall.core.timing import Instant


def due(cell: ServerState) -> Instant | None:
    """When ``Ticked`` must be told at the latest; None when only the world can change things."""
    alarms = list(_of_server(cell))
    for domain in cell.domains.values():
        alarms += _of_wake(cell, domain)
        alarms += _of_policy(cell, domain)
    return min(alarms, default=None)


def _of_server(cell: ServerState) -> Iterator[Instant]:
    looked = cell.network.seen_at is not None
    if cell.burst is not None:
        yield cell.burst.next_at
    if cell.hold is not None:
        yield cell.hold.until
    if cell.sleep is not None:
        yield ends_at(cell, cell.sleep)
    if cell.rouse is not None:
        yield rouse_ends_at(cell, cell.rouse)
    elif cell.unroused is not None and cell.hold is not None and looked:
        yield cell.rouse_after
    if cell.spec.sleep is not None and cell.verdict.changes_at is not None:
        yield cell.verdict.changes_at
    if cell.verdict.code in {"server_asking", "server_busy"}:
        yield asks_at(cell)


def _of_wake(cell: ServerState, domain: DomainState) -> Iterator[Instant]:
    wake, obstacle = domain.running, cell.obstacle(domain)
    if wake is not None and obstacle is not None:
        if to_start(domain):
            yield wake.start_after
        yield gives_up_at(cell, domain, wake, obstacle)
        return
    if domain.asked_at is not None:
        yield domain.asked_at + PATIENT_S
    if domain.retry_at is not None:
        yield domain.retry_at


def _of_policy(cell: ServerState, domain: DomainState) -> Iterator[Instant]:
    if domain.hold is not None:
        yield domain.hold.until
    turns = cell.spec.sleep is not None or domain.schedule is not None
    if turns and domain.verdict.changes_at is not None:
        yield domain.verdict.changes_at
    idle = not domain.waking and domain.retry_at is None
    if idle and wanted_by_policy(cell, domain):
        yield pushes_at(domain)
    if (at := stops_at(cell, domain)) is not None:
        yield max(at, asks_at(cell))
