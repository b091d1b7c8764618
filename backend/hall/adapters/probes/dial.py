"""An httpx transport whose name look-ups are Hall's own."""

from contextlib import suppress

import httpx

from hall.adapters.probes.names import Names

_LOOKUP_S = 3.0


class NamedTransport(httpx.AsyncBaseTransport):
    """Looks the host up, then connects to its addresses one after the other.

    TLS still asks for, and checks, the name.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, names: Names) -> None:
        self._inner = inner
        self._names = names

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.

        Raises:
            NameUnknownError: the host has no address.
            httpx.TransportError: none of its addresses answered.
        """
        within_s = request.extensions.get("timeout", {}).get("connect") or _LOOKUP_S
        *others, last = await self._names.addresses(ascii_host(request.url), within_s)
        for address in others:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._inner.handle_async_request(_towards(request, address))
        return await self._inner.handle_async_request(_towards(request, last))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()


def ascii_host(url: httpx.URL) -> str:
    """The host as it is asked for; ``url.host`` decodes xn--… names, and refuses some."""
    return url.raw_host.decode("ascii")


def _towards(request: httpx.Request, address: str) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={"sni_hostname": ascii_host(request.url), **request.extensions},
    )
