"""What became of a request, before it is signed and sent."""

import json
from dataclasses import dataclass, field
from typing import Protocol

JSON = {"content-type": "application/json"}


class ResponseLines(Protocol):
    """The body of a stream: lines that come one by one."""

    async def line(self) -> bytes | None:
        """The next line, without its break; None at the end. It may be cancelled, losing nothing.

        Raises:
            CutError: the stream broke off; the other end is to see that.
        """
        ...

    async def aclose(self) -> None:
        """Free what the lines come from, whether the end was read or not."""
        ...


@dataclass(frozen=True, slots=True)
class Response:
    """A status, headers with names in lower case, and a body or a stream."""

    status: int
    body: bytes | ResponseLines = b""
    headers: dict[str, str] = field(default_factory=dict)


def response_of(status: int, value: object) -> Response:
    """A response with the value as JSON, and its content type."""
    return Response(status, json.dumps(value).encode(), dict(JSON))


def refused(status: int, code: str, message: str) -> Response:
    """A refusal: in Hall's shape, and in Docker's, where its client reads the message."""
    return response_of(status, {"message": message, "error": {"code": code, "message": message}})
