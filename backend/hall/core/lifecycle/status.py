"""Status is derived: from what was last seen, and from the wake that runs or ran."""

from collections.abc import Iterable
from typing import assert_never

from hall.core.lifecycle.wake_reasons import sending, sent, unsent
from hall.core.model.changed import replace
from hall.core.model.check import Check, CheckName, CheckState
from hall.core.model.reason import Reason, because
from hall.core.model.state import DomainState, ServerState, Status, StatusNow
from hall.core.model.wake import Outcome
from hall.core.policy.verdict_reasons import closed_reason
from hall.core.timing import Instant


def settle(cell: ServerState, now: Instant, names: Iterable[str]) -> ServerState:
    """Give the server and these domains the status that the checks add up to."""

    def settled(domain: DomainState) -> DomainState:
        status_now = _turn(domain.status_now, *_domain(cell, domain), now)
        same = status_now is domain.status_now
        return domain if same else replace(domain, status_now=status_now)

    cell = cell.with_domains(settled, names)
    status_now = _turn(cell.status_now, *_server(cell), now)
    return cell if status_now is cell.status_now else replace(cell, status_now=status_now)


def _turn(old: StatusNow, status: Status, reason: Reason, now: Instant) -> StatusNow:
    if old.status is status and old.reason == reason:
        return old
    since = old.since if old.status is status else now
    return StatusNow(status=status, reason=reason, since=since)


def _domain(cell: ServerState, domain: DomainState) -> tuple[Status, Reason]:
    if domain.waking:
        return _on_the_ladder(cell, domain)
    if cell.sleep is not None:
        return Status.STOPPING, cell.network.detail
    broken = cell.first_failing(domain)
    if domain.closed is not None and (broken is not None or domain.closed.entry_refused):
        return Status.ASLEEP, closed_reason(domain.closed.by)
    if cell.answers(domain):
        return Status.HEALTHY, _why_ready(cell, domain)
    wake = domain.wake
    if wake is not None and wake.outcome is Outcome.FAILED and wake.reason is not None:
        return Status.FAILED, wake.reason
    if broken is None:
        return Status.HEALTHY, because("ready")
    if domain.rested_at is not None and broken.name is CheckName.CONTAINERS:
        return Status.ASLEEP, because("containers_rest")
    return _at_rest(broken)


def _why_ready(cell: ServerState, domain: DomainState) -> Reason:
    flaw = cell.flaw(domain)
    return because("ready") if flaw is None else because("ready_unseen", detail=flaw.detail)


def _at_rest(broken: Check) -> tuple[Status, Reason]:
    silent = broken.name is CheckName.NETWORK and broken.seen_at is not None
    if broken.state is CheckState.PENDING and not silent:
        return Status.UNKNOWN, broken.detail
    match broken.name:
        case CheckName.NETWORK:
            return Status.ASLEEP, because("asleep")
        case CheckName.DOCKER:
            return Status.UNHEALTHY, because("unhealthy_docker", detail=broken.detail)
        case CheckName.CONTAINERS:
            return Status.UNHEALTHY, broken.detail
        case CheckName.APP:
            return Status.UNHEALTHY, because("unhealthy_app", detail=broken.detail)
    assert_never(broken.name)


def _on_the_ladder(cell: ServerState, domain: DomainState) -> tuple[Status, Reason]:
    up = cell.docker.state is CheckState.OK
    status = Status.DOCKER_UP if up else Status.WAKING
    broken = cell.first_failing(domain)
    if broken is None:
        return status, _unanswered(domain)
    match broken.name:
        case CheckName.NETWORK:
            return status, _while_silent(cell)
        case CheckName.DOCKER:
            return status, because("wake_docker")
        case CheckName.CONTAINERS:
            return status, because("wake_containers") if broken.seen_at is None else broken.detail
        case CheckName.APP:
            return status, _unanswered(domain)
    assert_never(broken.name)


def _unanswered(domain: DomainState) -> Reason:
    """Of containers it speaks only where they were looked at."""
    seen = domain.containers.state is not CheckState.SKIPPED
    return because("wake_app" if seen else "wake_app_alone")


def _while_silent(cell: ServerState) -> Reason:
    if cell.sleep is not None:
        return because("wake_overtakes")
    if cell.network.unmade:
        return cell.network.detail
    wake = cell.server_wake
    if wake is None or wake.packets == 0:
        return sending(cell.spec)
    if wake.error is not None:
        return unsent(cell.spec, wake.error)
    return sent(cell.spec)


def _server(cell: ServerState) -> tuple[Status, Reason]:
    waking = next((domain for domain in cell.domains.values() if domain.waking), None)
    if waking is not None:
        return _on_the_ladder(cell, waking)
    if cell.server_wake is not None:
        return Status.WAKING, _while_silent(cell)
    if cell.sleep is not None:
        return Status.STOPPING, cell.network.detail
    if cell.server_wake_failed is not None:
        return Status.FAILED, cell.server_wake_failed
    if not cell.network.is_ok:
        return _at_rest(cell.network)
    if not cell.docker.is_ok:
        return _at_rest(cell.docker)
    return Status.HEALTHY, because("ready")
