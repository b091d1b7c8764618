"""HTTP/1.1 and WebSocket, and nothing else.

Hypercorn goes over to HTTP/2 when a client asks for it (``Upgrade: h2c``) or begins in it, before
the application is asked. A front proxy takes such a connection for a tunnel from then on, and who
speaks through it writes the very headers that the proxy is trusted to write.
"""

import json
import re
from http import HTTPStatus
from typing import Any

import h11
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol.h11 import H11Protocol, H11WSConnection
from hypercorn.protocol.ws_stream import ASGIWebsocketState, WSStream

_SPOKEN = frozenset({b"1.0", b"1.1"})
_UPGRADE = frozenset({b"websocket"})
_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})

LARGEST_HEAD = 16 * 1024
"""Bytes of a request's head."""


_LABEL = rb"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = rb"(?:%b(?:\.%b)*\.?|\[[0-9A-Fa-f:.]+\])" % (_LABEL, _LABEL)
_HOST = re.compile(rb"(?:%b(?::\d{1,5})?)?" % _NAME)
_TARGET = re.compile(rb"/.*|\*|(?i:https?)://%b(?::\d{1,5})?(?:[/?].*)?" % _NAME)

_OF_ERRORS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-hall", b"1"),
    (b"connection", b"close"),
]


class OneProtocol(h11.Connection):
    """The server's end of a connection: what Hypercorn reads from it leads nowhere else.

    An upgrade to anything but WebSocket is left out, and so ignored (RFC 9110, 7.8). A request for
    a tunnel (CONNECT) is refused with 501, and so is a method in small letters; one in any other
    version of HTTP with 505; one whose host or target is none, or that tells its length in two
    ways, with 400; each ends the connection. ``asked`` is the method of the request in work.
    """

    asked = b""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """See h11; a head that is refused raises RemoteProtocolError, as one that is broken."""
        event = super().next_event()
        if not isinstance(event, h11.Request):
            return event
        self.asked = event.method
        if (flaw := _flaw(event)) is not None:
            status, why = flaw
            raise h11.RemoteProtocolError(why, error_status_hint=status)
        return _without_upgrade(event)


def _flaw(head: h11.Request) -> tuple[int, str] | None:
    """With which status it is refused, and why; None if it is not.

    Methods are told apart by case (RFC 9110, 9.1): Hypercorn would take ``head`` for HEAD, and h11
    would not. What tells its length twice is how requests are smuggled past a proxy (RFC 9112,
    6.3).
    """
    if head.http_version not in _SPOKEN:
        return 505, "only HTTP/1.1 is spoken here"
    if head.method == b"CONNECT" or head.method != head.method.upper():
        return 501, "this is no proxy, and knows no such method"
    if {name for name, _ in head.headers} >= _LENGTHS:
        return 400, "this tells its length in two ways"
    if not _sound(head):
        return 400, "this names no host or path"
    if _asks_for_socket(head) and not _shakes_hands(head):
        return 400, "this is no handshake of WebSocket"
    return None


def _asks_for_socket(head: h11.Request) -> bool:
    """Whether Hypercorn takes it for a WebSocket."""
    upgrades = {value.strip().lower() for name, value in head.headers if name == b"upgrade"}
    lines = [value.lower() for name, value in head.headers if name == b"connection"]
    tokens = {token.strip() for token in b",".join(lines).split(b",")}
    return head.method == b"GET" and upgrades == _UPGRADE and b"upgrade" in tokens


def _shakes_hands(head: h11.Request) -> bool:
    """By RFC 6455, 4.2.1. Hypercorn answers others, and then leaves their connection open."""
    found = dict(head.headers)
    right = found.get(b"sec-websocket-version") == b"13" and b"sec-websocket-key" in found
    return right and head.http_version == b"1.1" and not _LENGTHS & found.keys()


def _sound(head: h11.Request) -> bool:
    """Whether its Host and target can be taken apart; what cannot would end in a traceback."""
    hosts = [value for name, value in head.headers if name == b"host"]
    return _TARGET.fullmatch(head.target) is not None and all(map(_HOST.fullmatch, hosts))


class Protocol(H11Protocol):
    """Hypercorn's HTTP/1.1, reading from a ``OneProtocol``, with errors in Hall's shape."""

    connection: h11.Connection | H11WSConnection

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*given)
        self.connection = self._end = OneProtocol(
            h11.SERVER, max_incomplete_event_size=LARGEST_HEAD
        )

    async def handle(self, event: Event) -> None:
        """Bytes that come, or the end; who speaks before a handshake is answered is cut off."""
        if isinstance(event, RawData) and self._shakes_hands():
            await self._cut_off()
        else:
            await super().handle(event)

    async def _create_stream(self, request: h11.Request) -> None:
        await super()._create_stream(request)
        if isinstance(self.connection, H11WSConnection) and self.connection.buffer:
            self.connection.buffer.clear()
            await self._cut_off()

    def _shakes_hands(self) -> bool:
        """Whether a handshake (RFC 6455, 4.1) waits for its answer."""
        stream = self.stream
        return isinstance(stream, WSStream) and stream.state is ASGIWebsocketState.HANDSHAKE

    async def _cut_off(self) -> None:
        """Hypercorn would leave the connection open, and tell the application nothing."""
        await self._close_stream()
        await self.send(Closed())

    async def _send_error_response(self, status_code: int) -> None:
        """The one shape of errors for what never became a request; Hypercorn's has no body."""
        body = _error(HTTPStatus(status_code))
        headers = [*_OF_ERRORS, (b"content-length", str(len(body)).encode())]
        await self._send_h11_event(h11.Response(headers=headers, status_code=status_code))
        if self._end.asked != b"HEAD":
            await self._send_h11_event(h11.Data(data=body))
        await self._send_h11_event(h11.EndOfMessage())


def _error(status: HTTPStatus) -> bytes:
    code = status.phrase.lower().replace(" ", "_")
    error = {"code": code, "message": f"{status.phrase}: HTTP/1.1 is spoken here", "details": None}
    return json.dumps({"error": error}).encode()


def _without_upgrade(head: h11.Request) -> h11.Request:
    """The head as it came, or without its upgrades if one of them is not to WebSocket."""
    named = {value.strip().lower() for name, value in head.headers if name == b"upgrade"}
    if named <= _UPGRADE:
        return head
    return h11.Request(
        method=head.method,
        target=head.target,
        headers=[(name, value) for name, value in head.headers if name != b"upgrade"],
        http_version=head.http_version,
    )
