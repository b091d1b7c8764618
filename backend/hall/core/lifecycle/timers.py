"""When time alone changes something: the instant at which ``Ticked`` must be told."""

from collections.abc import Iterable, Iterator

from hall.core.lifecycle.decide import to_start
from hall.core.lifecycle.domain_wake import (
    FIRST_PROBE_WAIT_S,
    gives_up_at,
    next_policy_wake_at,
    policy_wake_due,
)
from hall.core.lifecycle.overrides import override_ends_at
from hall.core.lifecycle.server_wake import server_wake_ends_at, sleep_on_its_way
from hall.core.lifecycle.sleep import ends_at
from hall.core.model.changed import replace
from hall.core.model.override import HoldKind, wants
from hall.core.model.state import DomainState, ServerState
from hall.core.policy.domain import measure_ages_at
from hall.core.policy.server import asks_at, awaits_guards
from hall.core.policy.stopping import stops_at
from hall.core.timing import Instant


def next_timer(cell: ServerState) -> Instant | None:
    """When ``Ticked`` must be told at the latest; None when only the world can change things."""
    alarms = [one.timer for one in cell.domains.values() if one.timer is not None]
    return min((*alarms, *_of_server(cell)), default=None)


def timed(cell: ServerState, names: Iterable[str]) -> ServerState:
    """The cell with the timers of these domains as they follow from all the rest."""

    def with_timer(domain: DomainState) -> DomainState:
        timer = min((*_of_wake(cell, domain), *_of_policy(cell, domain)), default=None)
        return domain if timer == domain.timer else replace(domain, timer=timer)

    return cell.with_domains(with_timer, names)


def _of_server(cell: ServerState) -> Iterator[Instant]:
    if cell.hold is not None:
        yield cell.hold.until
    if cell.sleep is not None:
        yield ends_at(cell, cell.sleep)
    yield from _of_server_wake(cell)
    if cell.spec.sleep is not None and cell.verdict.changes_at is not None:
        yield cell.verdict.changes_at
    if awaits_guards(cell):
        yield asks_at(cell)


def _of_server_wake(cell: ServerState) -> Iterator[Instant]:
    wake = cell.server_wake
    wanted = wants(cell.override, HoldKind.AWAKE) and not cell.network.is_ok
    if wake is not None and not sleep_on_its_way(cell):
        yield wake.next_at
    if wake is not None and wanted and cell.sleep is None:
        yield server_wake_ends_at(cell, wake)
    if wake is None and wanted and cell.network.seen_at is not None:
        yield cell.server_wake_after


def _of_wake(cell: ServerState, domain: DomainState) -> Iterator[Instant]:
    wake = domain.running
    first_not_ready = None if wake is None else cell.first_not_ready(domain)
    if wake is not None and first_not_ready is not None:
        if to_start(domain):
            yield wake.start_after
        yield gives_up_at(cell, domain, wake, first_not_ready)
        return
    if domain.asked_at is not None:
        yield domain.asked_at + FIRST_PROBE_WAIT_S
    if domain.retry_at is not None:
        yield domain.retry_at


def _of_policy(cell: ServerState, domain: DomainState) -> Iterator[Instant]:
    if (at := override_ends_at(cell, domain)) is not None:
        yield at
    turns = cell.spec.sleep is not None or domain.schedule is not None
    if turns and domain.verdict.changes_at is not None:
        yield domain.verdict.changes_at
    idle = not domain.waking and domain.retry_at is None
    if idle and policy_wake_due(cell, domain):
        yield next_policy_wake_at(domain)
    if (at := measure_ages_at(cell, domain)) is not None:
        yield at
    if (at := stops_at(cell, domain)) is not None:
        yield max(at, asks_at(cell))
