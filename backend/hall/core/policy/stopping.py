"""Which containers may stop, because nobody used their domain for long."""

from hall.core.config.policies import AlwaysOnPolicy
from hall.core.model.container import Container
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import Need
from hall.core.policy.containers import RUNNING
from hall.core.policy.domain import in_use_since, unknown_activity
from hall.core.timing import Instant


def stop_due(cell: ServerState, domain: DomainState, now: Instant) -> bool:
    """Whether the domain's containers may stop now, if nothing holds them."""
    at = stops_at(cell, domain)
    if at is None or now < at:
        return False
    return domain.dismissed_at is not None or unknown_activity(cell, domain, now) is None


def stops_at(cell: ServerState, domain: DomainState) -> Instant | None:
    """When the domain's containers may stop; None when they stay."""
    if (since := _counts_from(cell, domain)) is None:
        return None
    busy = domain.waking or domain.asked_at is not None or domain.verdict.need is Need.WAKE
    return None if busy or not to_stop(domain) else max(since, domain.stop_after)


def _counts_from(cell: ServerState, domain: DomainState) -> Instant | None:
    """When the time that the policy gives is over; at once after an admin's order."""
    if domain.dismissed_at is not None:
        alone = any(other.dismissed_at is None for other in cell.domains.values())
        return domain.dismissed_at if alone else None
    policy = domain.spec.policy
    if isinstance(policy, AlwaysOnPolicy) or policy.stop_containers_after is None:
        return None
    known = (in_use_since(cell, domain), cell.power.up_since)
    since = max((at for at in known if at is not None), default=None)
    return None if since is None else since + policy.stop_containers_after * 60


def to_stop(domain: DomainState) -> tuple[str, ...]:
    """The running containers of its project: those that need others first."""
    running = [one for one in domain.seen or () if one.state in RUNNING and not one.ignored]
    ordered = sorted(running, key=lambda one: (-_depth(one, running, ()), one.name))
    return tuple(one.name for one in ordered)


def _depth(one: Container, known: list[Container], path: tuple[str, ...]) -> int:
    """How many containers, one behind the other, this one needs; a ring counts once."""
    if one.name in path:
        return 0
    below = [other for need in one.depends_on for other in known if need.names(other)]
    return 1 + max((_depth(other, known, (*path, one.name)) for other in below), default=0)
