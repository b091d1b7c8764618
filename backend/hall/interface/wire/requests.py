"""What admins send, read at the door: a mistake is named by value, place and what was expected."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from quart import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from hall.core.model.override import Hold, HoldKind
from hall.core.timing import Instant
from hall.interface.wire import domain as wire

LONGEST_S = 366 * 86_400.0
"""Seconds that a hold may last: a year, leap or not."""

_EXPECTED = f"expected one within {LONGEST_S / 86_400:.0f} days from now"

Body = TypeVar("Body", bound=BaseModel)


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class HoldOrder(_Closed):
    """A hold: what for, and until when or for how long."""

    kind: HoldKind = Field(description="awake: keep it awake. asleep: do not wake it.")
    until: str | None = Field(
        None, description="Until when: ISO 8601 with its offset, like 2026-12-01T08:00:00Z."
    )
    for_s: float | None = Field(
        None,
        gt=0,
        le=LONGEST_S,
        allow_inf_nan=False,
        description="Or for how many seconds, 366 days at most.",
    )

    def hold(self, now: Instant) -> Hold:
        """The hold that is meant.

        Raises:
            BadRequest: it has no end, two, or one that is past or too far away.
        """
        if (self.until is None) == (self.for_s is None):
            raise BadRequest('Expected exactly one of "until" and "for_s"')
        if self.for_s is not None:
            return Hold(kind=self.kind, until=now + self.for_s, lasts=True)
        until = _instant(self.until or "")
        if not now < until <= now + LONGEST_S:
            past = "is past" if until <= now else "is too far away"
            clock = wire.instant(now)
            raise BadRequest(f"until={self.until!r} {past}: {_EXPECTED}, which is {clock} here")
        return Hold(kind=self.kind, until=until)


class WakeOrder(_Closed):
    """How to wake a server or a domain."""

    now: bool = Field(
        default=True, description="Over a hold, or closed hours; false: 409 when there is one."
    )


class SleepOrder(_Closed):
    """How to put a server to sleep."""

    force: bool = Field(default=False, description="Whether to pass over its guards.")


class NothingOrder(_Closed):
    """An order that needs no more words: an empty body, or an empty object."""


async def read(request: Request, model: type[Body]) -> Body:
    """The body of the request: JSON, or nothing where nothing must be said.

    Raises:
        UnsupportedMediaType: it is something else.
        BadRequest: it does not say what is expected.
    """
    body = await request.get_data()
    if body and not request.is_json:
        raise UnsupportedMediaType(
            f"Content-Type {request.content_type!r}: expected application/json, or no body"
        )
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise BadRequest("; ".join(_words(one) for one in error.errors())) from None


def _words(error: ErrorDetails) -> str:
    place = ".".join(str(part) for part in error["loc"])
    match error["type"]:
        case "missing":
            return f"{place}: missing"
        case "extra_forbidden":
            return f"{place}: unknown key"
        case _:
            given = f"{place}={error['input']!r}" if place else "The body"
            return f"{given}: {error['msg']}"


def _instant(text: str) -> Instant:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRequest(
            f"until={text!r}: expected ISO 8601 with its offset, like 2026-12-01T08:00:00Z"
        )
    return moment.timestamp()
