"""An httpx transport whose name look-ups are Hall's own, and that tries all addresses of a name."""

from collections.abc import Iterable
from functools import partial
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from hall.adapters.probes.happy_eyeballs import first
from hall.adapters.probes.resolver import Names

_LOOKUP_S = 3.0
_DEFAULT = httpx.Limits(max_connections=100, max_keepalive_connections=20)


class NamedTransport(httpx.AsyncHTTPTransport):
    """Connects to the address of the host that answers first.

    It raises NameUnknownError for a host that has none. httpx has no parameter for what it builds
    on; httpcore has.
    """

    def __init__(
        self,
        names: Names,
        tls: SSLContext,
        *,
        limits: httpx.Limits = _DEFAULT,
        socket_options: Iterable[Any] | None = None,
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            socket_options=socket_options,
            network_backend=_Network(names),
        )


class _Network(httpcore.AsyncNetworkBackend):
    def __init__(self, names: Names) -> None:
        self._names = names
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the shape is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Open a connection; ``timeout`` bounds the name look-up, then the connect.

        Raises:
            NameUnknownError: the host has no address.
            httpcore.ConnectTimeout: there was no answer in time.
            httpcore.ConnectError: anything else; its cause tells what.
        """
        within_s = timeout or _LOOKUP_S
        attempts = [
            partial(
                self._inner.connect_tcp,
                host=address,
                port=port,
                timeout=within_s,
                local_address=local_address,
                socket_options=socket_options,
            )
            for address in await self._names.addresses(host, within_s)
        ]
        try:
            return await first(attempts, within_s=within_s, drop=_close)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error


async def _close(stream: httpcore.AsyncNetworkStream) -> None:
    await stream.aclose()


def ascii_host(url: httpx.URL) -> str:
    """The host as it is asked for; ``url.host`` decodes xn--… names, and refuses some."""
    return url.raw_host.decode("ascii")
