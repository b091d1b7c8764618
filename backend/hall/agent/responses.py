"""What became of a request, before it is signed and sent."""

import json
from dataclasses import dataclass, field
from typing import Protocol

JSON = {"content-type": "application/json"}


class Lines(Protocol):
    """A stream of lines."""

    async def line(self) -> bytes | None:
        """The next line, without its break; None at the end. It may be cancelled, losing nothing.

        Raises:
            CutError: the stream broke off; the other end is to see that.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what is behind it."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """A status, headers with names in lower case, and a body or a stream."""

    status: int
    body: bytes | Lines = b""
    headers: dict[str, str] = field(default_factory=dict)


def told(status: int, value: object) -> Outcome:
    """An answer in JSON."""
    return Outcome(status, json.dumps(value).encode(), dict(JSON))


def refused(status: int, code: str, message: str) -> Outcome:
    """A refusal: in Hall's shape, and in Docker's, where its client reads the message."""
    return told(status, {"message": message, "error": {"code": code, "message": message}})
