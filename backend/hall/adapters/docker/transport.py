"""Ways to reach an engine: each makes HTTP clients, and the engine does not ask how."""

import socket
import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx

from hall import __version__
from hall.adapters.docker.tls import no_tls
from hall.adapters.probes.dial import NamedTransport
from hall.adapters.probes.names import Names

Connect = Callable[[], AbstractAsyncContextManager[httpx.AsyncClient]]
"""Makes a client for one call, closed at its end.

One call, one connection: what a suspend left half-open is never used again, and there is nothing
to forget. Within a call (a list, then each container) the connection is kept.
"""

CONNECT_S = 3.0
"""How long a connect may take; a look while waking bounds itself more tightly."""

NOTICE_S = 6
"""How long a silent connection lives when the other end is gone."""

_HEADERS = {"User-Agent": f"Hall/{__version__}", "Accept-Encoding": "identity"}

# tcp(7): a first probe after 3 s of silence, then one a second; unanswered data counts as well.
_KEEPALIVE: list[tuple[int, int, int]] = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, NOTICE_S // 2),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, NOTICE_S // 2),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, NOTICE_S * 1000),
]


def unix(path: str) -> Connect:
    """Through a socket of this machine."""
    context = no_tls()

    def connect() -> httpx.AsyncClient:
        inner = httpx.AsyncHTTPTransport(verify=context, trust_env=False, uds=path)
        return _client("http://docker", inner)

    return connect


def tcp(authority: str, tls: ssl.SSLContext | None, names: Names) -> Connect:
    """Over the network, to ``authority`` (host:port); without ``tls``, for anyone to read."""
    base_url = f"{'http' if tls is None else 'https'}://{authority}"
    context = tls or no_tls()

    def connect() -> httpx.AsyncClient:
        inner = httpx.AsyncHTTPTransport(verify=context, trust_env=False, socket_options=_KEEPALIVE)
        return _client(base_url, NamedTransport(inner, names))

    return connect


def _client(base_url: str, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=base_url,
        transport=transport,
        headers=_HEADERS,
        timeout=httpx.Timeout(None, connect=CONNECT_S),
        trust_env=False,
    )
