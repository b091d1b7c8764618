"""Ways to reach an engine: each makes HTTP clients, and the engine does not ask how."""

import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpcore
import httpx

from hall import __version__
from hall.adapters.docker.tls import no_tls
from hall.adapters.probes.keepalive import KEEPALIVE
from hall.adapters.probes.resolver import Names
from hall.adapters.probes.transport import NamedTransport

Connect = Callable[[], AbstractAsyncContextManager[httpx.AsyncClient]]
"""Makes a client for one call, closed at its end.

One call, one connection: what a suspend left half-open is never used again, and there is nothing
to forget. Within a call (a list, then each container) the connection is kept.
"""

CONNECT_S = 3.0
"""How long a connect may take; a look while waking bounds itself more tightly."""

_HEADERS = {"User-Agent": f"Hall/{__version__}", "Accept-Encoding": "identity"}


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
        return _client(base_url, NamedTransport(names, context, socket_options=KEEPALIVE))

    return connect


def over(network: httpcore.AsyncNetworkBackend) -> Connect:
    """Through whatever ``network`` opens, like the channels of an SSH connection."""

    def connect() -> httpx.AsyncClient:
        return _client("http://docker", _Over(network))

    return connect


class _Over(httpx.AsyncHTTPTransport):
    """httpx has no parameter for what it builds on; httpcore has."""

    def __init__(self, network: httpcore.AsyncNetworkBackend) -> None:
        self._pool = httpcore.AsyncConnectionPool(network_backend=network)


def _client(base_url: str, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=base_url,
        transport=transport,
        headers=_HEADERS,
        timeout=httpx.Timeout(None, connect=CONNECT_S),
        trust_env=False,
    )
