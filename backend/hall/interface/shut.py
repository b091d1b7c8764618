"""What a script is told of a domain that is closed, or held asleep: until when, and the state."""

import math
from datetime import UTC, datetime
from typing import Any

from quart import Response

from hall.application.supervisor import View
from hall.core.model.verdict import Closed
from hall.core.timing import Instant
from hall.interface import wire
from hall.interface.answers import as_json
from hall.interface.context import hall

LONGEST_RETRY_S = 3600
"""A script is told to come back within the hour: an admin may open earlier."""


def shut_out(view: View, shut: Closed, status: int) -> Response:
    """The one shape of errors, with the state in its details."""
    return shut_answer(shut, wire.state(view, hall().clock.now()), status)


def shut_answer(shut: Closed, state: dict[str, Any], status: int) -> Response:
    """The same of what has this state, a domain or a server."""
    message = f"{state['id']} {_until(shut)}"
    answer = as_json(wire.error(shut.code, message, state), status)
    answer.headers["Retry-After"] = str(opens_after_s(shut, hall().clock.now()))
    return answer


def opens_after_s(shut: Closed, now: Instant) -> int:
    """After how many whole seconds it is worth asking again (RFC 9110, 10.2.3)."""
    if shut.until is None:
        return LONGEST_RETRY_S
    return max(1, min(LONGEST_RETRY_S, math.ceil(shut.until - now)))


def _until(shut: Closed) -> str:
    if shut.until is None:
        return "is closed; no opening is planned"
    at = f"{datetime.fromtimestamp(shut.until, UTC):%Y-%m-%dT%H:%M:%SZ}"
    if shut.code == "held":
        return f"is held asleep by an admin until {at}"
    return f"is closed; it opens at {at}"
