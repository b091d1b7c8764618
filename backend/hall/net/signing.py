"""Signatures between Hall and its agent: what is signed, and how. Both sides use this.

HMAC-SHA256 (RFC 2104, FIPS 180-4) over netstrings (https://cr.yp.to/proto/netstrings.txt): each
field stands with its length, so that no two messages have the same text. The first field says
what it is, so that a request never passes for an answer, nor a line for the end of a stream.

A request is bound to the time, to one run of the agent (``instance``) and to a random number
(``nonce``); an answer to the nonce of its request; a line of a stream also to its number.
Nothing here is encrypted: who can read the network reads along, unless there is TLS.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Self

SCHEME = "Hall-HMAC-SHA256"
"""The scheme of the header Authorization (RFC 9110, 11.4)."""

SIGNATURE = "hall-signature"
"""The header that an answer's signature is in."""

AGENT = "hall-agent"
"""The header in which the agent tells its instance and its time."""

TROUBLE = "hall-trouble"
"""The header that says why Docker did not answer the agent: refused, silent or broken."""

SIGNED_HEADERS = ("api-version", "content-type", "date", AGENT, TROUBLE, "swarm")
"""Of an answer's headers, those that are signed; no other is to be believed."""

UNKNOWN = "0" * 32
"""The instance, for who does not know it yet: no agent takes it for its own."""

KEY_LENGTH = 32
"""How many characters a key must have at least."""

NEW_KEY = "openssl rand -hex 32"
"""The command that makes a good key; ``hall agent --new-key`` does the same."""

_VERSION = b"hall-agent/1"
_HEX32, _TIME = "[0-9a-f]{32}", r"[0-9]{1,12}\.[0-9]{6}"
_AUTHORIZATION = re.compile(
    rf"{SCHEME} time=({_TIME}), instance=({_HEX32}), nonce=({_HEX32}), signature=([0-9a-f]{{64}})"
)
_TOLD = re.compile(rf"instance=({_HEX32}), time=({_TIME})")
_LINE = re.compile(rb"([0-9a-f]{64}) ([+.])(.*)", re.DOTALL)


class ForgedError(ValueError):
    """A line does not bear the signature that it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What makes a request unlike any other; ``time`` is in seconds since 1970, UTC, as text."""

    time: str
    instance: str
    nonce: str

    @classmethod
    def of(cls, seconds: float, instance: str, nonce: bytes) -> Self:
        """Write a stamp; ``nonce`` is 16 random bytes."""
        return cls(time=clock_text(seconds), instance=instance, nonce=nonce.hex())

    @property
    def seconds(self) -> float:
        """The signed time, in seconds since 1970."""
        return float(self.time)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What is asked: ``target`` is the path with its query, as it stands in the request line."""

    method: str
    target: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """What is answered; a ``body`` of None means that signed lines follow."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None = b""


def clock_text(seconds: float) -> str:
    """A time as it stands in headers: seconds since 1970, UTC, to the microsecond."""
    return f"{seconds:.6f}"


def key_problem(key: str) -> str | None:
    """What is wrong with a key, in words that hold no part of it; None when it is good."""
    if len(key) >= KEY_LENGTH:
        return None
    return f"a key has at least {KEY_LENGTH} characters; make one with: {NEW_KEY}"


def authorization(key: bytes, request: SignedRequest, stamp: Stamp) -> str:
    """The value of the header Authorization (RFC 9110, 11.6.2) that signs a request."""
    return (
        f"{SCHEME} time={stamp.time}, instance={stamp.instance}, nonce={stamp.nonce}, "
        f"signature={_request_signature(key, request, stamp)}"
    )


def read_authorization(header: str) -> tuple[Stamp, str] | None:
    """The stamp and the signature in a header Authorization; None when it is no such."""
    found = _AUTHORIZATION.fullmatch(header)
    if found is None:
        return None
    time, instance, nonce, signature = found.groups()
    return Stamp(time=time, instance=instance, nonce=nonce), signature


def request_is_signed(key: bytes, request: SignedRequest, stamp: Stamp, signature: str) -> bool:
    """Whether this signature is that of the request; takes as long if it is not."""
    return compare_digest(_request_signature(key, request, stamp), signature)


def signed_clock(instance: str, seconds: float) -> str:
    """The value of the header ``AGENT``: the agent's instance, and its time (``clock_text``)."""
    return f"instance={instance}, time={clock_text(seconds)}"


def read_told(header: str) -> tuple[str, float] | None:
    """The agent's instance and time; None when the header is no such."""
    found = _TOLD.fullmatch(header)
    return None if found is None else (found[1], float(found[2]))


def answer_signature(key: bytes, nonce: str, answer: SignedAnswer) -> str:
    """The signature of an answer to the request with this nonce; header names in lower case."""
    named = (part.encode() for name in SIGNED_HEADERS for part in _header(answer, name))
    whole = b"" if answer.body is None else sha256(answer.body).digest()
    kind = b"stream" if answer.body is None else b"answer"
    return _mac(key, kind, nonce.encode(), str(answer.status).encode(), *named, whole)


def answer_is_signed(key: bytes, nonce: str, answer: SignedAnswer, signature: str) -> bool:
    """Whether this signature is that of the answer to the request with this nonce."""
    expected = answer_signature(key, nonce, answer)
    return compare_digest(expected.encode(), signature.encode())


class LineSigner:
    """Signs the lines of one stream, in order."""

    def __init__(self, key: bytes, nonce: str) -> None:
        self._key, self._nonce, self._number = key, nonce, 0

    def line(self, payload: bytes) -> bytes:
        """One more line; the payload holds no line break."""
        return b"%b +%b\n" % (self._sign(b"+", payload), payload)

    def end(self) -> bytes:
        """The line that says that the stream ends here, and was not cut."""
        return b"%b .\n" % self._sign(b".", b"")

    def _sign(self, kind: bytes, payload: bytes) -> bytes:
        signature = line_signature(self._key, self._nonce, self._number, kind, payload)
        self._number += 1
        return signature.encode()


class LineReader:
    """Reads the lines of one stream: each once, in order, and no other."""

    def __init__(self, key: bytes, nonce: str) -> None:
        self._key, self._nonce, self._number = key, nonce, 0

    def read(self, line: bytes) -> bytes | None:
        """The payload of the next line, given without its line break; None at the end.

        Raises:
            ForgedError: it is not the line that comes next; the stream is not to be read on.
        """
        found = _LINE.fullmatch(line)
        if found is None:
            raise ForgedError("a line is not signed")
        signature, kind, payload = found.groups()
        expected = line_signature(self._key, self._nonce, self._number, kind, payload)
        if not compare_digest(expected.encode(), signature):
            raise ForgedError("a line is not signed as it must be")
        self._number += 1
        return payload if kind == b"+" else None


def line_signature(key: bytes, nonce: str, number: int, kind: bytes, payload: bytes) -> str:
    """The signature of the line with this number, from 0; ``kind`` is + or, for the end, a dot."""
    return _mac(key, b"line", nonce.encode(), str(number).encode(), kind, payload)


def _request_signature(key: bytes, request: SignedRequest, stamp: Stamp) -> str:
    asked = (request.method, request.target, stamp.time, stamp.instance, stamp.nonce)
    body = sha256(request.body).digest()
    return _mac(key, b"request", *(field.encode() for field in asked), body)


def _header(answer: SignedAnswer, name: str) -> tuple[str, ...]:
    """A header that is not there and one that is empty are told apart."""
    value = answer.headers.get(name)
    return (name, "-") if value is None else (name, f"={value}")


def _mac(key: bytes, *fields: bytes) -> str:
    text = b"".join(b"%d:%b," % (len(field), field) for field in (_VERSION, *fields))
    return digest(key, text, "sha256").hex()
