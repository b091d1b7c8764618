"""What happens, in the log. The first look at each domain is told in one line for all of them."""

import logging
from collections import Counter
from collections.abc import Iterable

from hall.core.model.events import (
    CameBack,
    ContainersStopped,
    Event,
    SleepEnded,
    SleepOrdered,
    Transition,
    VerdictChanged,
    WakeEnded,
)
from hall.core.model.state import ServerState, Status
from hall.core.policy.quiet import left_alone

logger = logging.getLogger("hall")


class EventLog:
    """Writes events as they come; ``cells`` is what is known at the start."""

    def __init__(self, cells: Iterable[ServerState]) -> None:
        self._unseen = {
            name
            for cell in cells
            if not left_alone(cell)
            for name, domain in cell.domains.items()
            if domain.status_now.status is Status.UNKNOWN
        }
        self._seen: Counter[Status] = Counter()

    def write(self, events: Iterable[Event]) -> None:
        """Log, at INFO, domains' statuses, ends of wakes, stops, sleep and verdicts."""
        for event in events:
            match event:
                case Transition(domain=str(domain)) if domain in self._unseen:
                    self._first(domain, event.after)
                case Transition(domain=str(domain)):
                    logger.info("%s: %s → %s: %s", domain, event.before, event.after, event.reason)
                case WakeEnded():
                    took = (event.wake.ended_at or event.at) - event.wake.started_at
                    logger.info("%s: wake ended after %.1f s: %s", event.domain, took, event.reason)
                case ContainersStopped():
                    logger.info("%s: %s", event.domain, event.reason)
                case VerdictChanged() | SleepOrdered() | SleepEnded() | CameBack():
                    logger.info("%s: %s", event.server, event.reason)
                case _:
                    pass

    def _first(self, domain: str, status: Status) -> None:
        self._unseen.discard(domain)
        self._seen[status] += 1
        if not self._unseen:
            statuses = ", ".join(f"{number} {name}" for name, number in sorted(self._seen.items()))
            logger.info("Every domain was looked at: %s", statuses)
