"""What a step changed, respect by respect.

When a link was seen last, and how long its answer took, is no change: it is asked for, not told.
"""

from hall.core.lifecycle.concerned import differing
from hall.core.model.aspect import Aspect, Changed
from hall.core.model.check import Check
from hall.core.model.state import DomainState, ServerState
from hall.core.policy.quiet import left_alone


def changes_between(before: ServerState, after: ServerState) -> Changed:
    """What differs between two states of a cell."""
    changed: dict[str | None, frozenset[Aspect]] = {}
    if aspects := _of_server(before, after):
        changed[None] = aspects
    for name, old, domain in differing(before, after):
        if aspects := _of_domain(old, domain):
            changed[name] = aspects
    return changed


def _of_server(old: ServerState, new: ServerState) -> frozenset[Aspect]:
    differs = (
        (Aspect.STATUS, old.status_now != new.status_now),
        (Aspect.VERDICT, old.verdict != new.verdict),
        (Aspect.OVERRIDE, old.override != new.override),
        (Aspect.GUARDS, _guards(old) != _guards(new)),
        (Aspect.PROBES, _looks(old) != _looks(new)),
        (Aspect.POWER, _power(old) != _power(new)),
    )
    return frozenset([aspect for aspect, is_so in differs if is_so])


def _guards(cell: ServerState) -> tuple[object, ...]:
    return cell.guards, cell.guards_asked_at


def _looks(cell: ServerState) -> tuple[object, ...]:
    return _seen(cell.network), _seen(cell.docker), left_alone(cell)


def _power(cell: ServerState) -> tuple[object, ...]:
    return cell.power, cell.sleep, cell.server_wake


def _of_domain(old: DomainState, new: DomainState) -> frozenset[Aspect]:
    differs = (
        (Aspect.STATUS, old.seq != new.seq),
        (Aspect.VERDICT, old.verdict != new.verdict),
        (Aspect.OVERRIDE, (old.override, old.closed) != (new.override, new.closed)),
        (Aspect.ACTIVITY, old.activity != new.activity),
        (Aspect.PROBES, _open_questions(old) != _open_questions(new)),
    )
    return frozenset([aspect for aspect, is_so in differs if is_so])


def _open_questions(domain: DomainState) -> tuple[object, ...]:
    """Its links, and whether a doubt or a wish waits for the next look; never for how long."""
    waits = (domain.doubted_at is None, domain.asked_at is None)
    return (_seen(domain.containers), _seen(domain.app), *waits)


def _seen(check: Check) -> tuple[object, ...]:
    return check.state, check.detail, check.since, check.misses, check.troubled, check.unmade
