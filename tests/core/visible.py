"""The law of what is visible, held against what a visitor gets."""

from typing import Any

from hall.application.supervisor import View
from hall.core.model.state import ServerState
from hall.core.timing import Instant
from hall.interface.wire import domain as wire


def numbered(before: ServerState, after: ServerState, now: Instant) -> None:
    """The number grows by one when anything that a visitor gets changed, and only then."""
    for name, domain in after.domains.items():
        old = before.domains[name]
        changed = _shown(View(before, old), now) != _shown(View(after, domain), now)
        assert domain.seq == old.seq + changed, f"{old.seq} to {domain.seq}, changed: {changed}"


def _shown(view: View, now: Instant) -> dict[str, Any]:
    """What a visitor gets, but the number itself and how long an answer took."""
    message = wire.state_json(view, now)
    checks = [{**check, "took_ms": None} for check in message["checks"]]
    return {**message, "seq": None, "checks": checks}
