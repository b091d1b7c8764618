"""HTTP/1.1 and WebSocket, and nothing else.

Hypercorn goes over to HTTP/2 when a client asks for it (``Upgrade: h2c``) or begins in it, before
the application is asked. A front proxy takes such a connection for a tunnel from then on, and who
speaks through it writes the very headers that the proxy is trusted to write.
"""

from typing import Any

import h11
from hypercorn.protocol.h11 import H11Protocol

_SPOKEN = frozenset({b"1.0", b"1.1"})
_UPGRADE = frozenset({b"websocket"})

LARGEST_HEAD = 16 * 1024
"""Bytes of a request's head."""


class OneProtocol(h11.Connection):
    """The server's end of a connection: what Hypercorn reads from it leads nowhere else.

    An upgrade to anything but WebSocket is left out, and so ignored (RFC 9110, 7.8). A request for
    a tunnel (CONNECT) is refused with 501, and one in any other version of HTTP with 505; both
    end the connection.
    """

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """See h11; a head that is refused raises RemoteProtocolError, as one that is broken."""
        event = super().next_event()
        if not isinstance(event, h11.Request):
            return event
        if event.http_version not in _SPOKEN:
            raise h11.RemoteProtocolError("only HTTP/1.1 is spoken here", error_status_hint=505)
        if event.method == b"CONNECT":
            raise h11.RemoteProtocolError("this is no proxy", error_status_hint=501)
        return _without_upgrade(event)


class Protocol(H11Protocol):
    """Hypercorn's HTTP/1.1, reading from such an end."""

    connection: h11.Connection

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*given)
        self.connection = OneProtocol(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)


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
