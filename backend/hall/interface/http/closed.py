"""What a script is told of a domain that is closed, or held asleep: until when, and the state."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from quart import Response

from hall.application.supervisor import View
from hall.core.model.closed import Closed, ClosedBy
from hall.core.timing import Instant
from hall.interface.http.responses import json_answer
from hall.interface.services import services
from hall.interface.wire import domain as wire

LONGEST_RETRY_S = 3600
"""A script is told to come back within the hour: an admin may open earlier."""


def closed_answer(view: View, closed: Closed, status: int) -> Response:
    """The one shape of errors, with the state in its details."""
    return closed_body(closed, wire.state_json(view, services().clock.now()), status)


def closed_body(closed: Closed, state: Mapping[str, object], status: int) -> Response:
    """The same of what has this state, a domain or a server."""
    message = f"{state['id']} {_until(closed)}"
    answer = json_answer(wire.error(closed.by.value, message, state), status)
    answer.headers["Retry-After"] = str(opens_after_s(closed, services().clock.now()))
    return answer


def opens_after_s(closed: Closed, now: Instant) -> int:
    """After how many whole seconds it is worth asking again (RFC 9110, 10.2.3)."""
    if closed.until is None:
        return LONGEST_RETRY_S
    return max(1, min(LONGEST_RETRY_S, math.ceil(closed.until - now)))


def _until(closed: Closed) -> str:
    if closed.until is None:
        return "is closed; no opening is planned"
    at = f"{datetime.fromtimestamp(closed.until, UTC):%Y-%m-%dT%H:%M:%SZ}"
    if closed.by is ClosedBy.HOLD:
        return f"is held asleep by an admin until {at}"
    return f"is closed; it opens at {at}"
