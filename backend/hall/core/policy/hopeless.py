"""Whether it is any use to wait for a domain to become healthy."""

from hall.core.model.state import DomainState, ServerState, Status
from hall.core.timing import Instant


def hopeless(cell: ServerState, domain: DomainState, by: Instant) -> bool:
    """Whether waiting until ``by`` cannot make it healthy, unless somebody gives an order.

    It failed, whether it is tried again or not; or it is closed, or held asleep, for longer. One
    that merely sleeps may be woken by the next visitor; one that is unwell may heal by itself.
    """
    if domain.status_now.status is Status.FAILED:
        return True
    closed = domain.closed
    if closed is None or (closed.until is not None and closed.until <= by):
        return False
    return closed.entry_refused or not (cell.waking_up or cell.network.is_ok)
