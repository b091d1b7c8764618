"""The HTTP request of Hall's own that decides whether a project answers."""

import asyncio
from time import perf_counter

import httpx

from hall import __version__
from hall.adapters.probes.dial import ascii_host
from hall.adapters.probes.failure import failure_of
from hall.core.config import HealthConfig
from hall.core.facts import Sight
from hall.core.reasons import Reason, because

BODY_LIMIT = 64 * 1024
"""How many bytes of a body are searched for the expected text."""

_HEADERS = {
    "User-Agent": f"Hall/{__version__} (health check)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_ERRORS = 500


class HttpProber:
    """Asks a project's health address. Redirects are answers, and are not followed.

    It speaks to the transport and not to an httpx client: a client keeps cookies, logs each
    request, and unpacks what a small answer may blow up to.
    """

    def __init__(self, health: HealthConfig, transport: httpx.AsyncBaseTransport) -> None:
        self._health = health
        self._transport = transport
        self._url = httpx.URL(health.url)
        self._name = health.host or ascii_host(self._url)

    async def look(self, timeout_s: float) -> Sight:
        """Ask once, over a new connection.

        ``timeout_s`` bounds the connect and the TLS handshake, each; ``timeout_seconds`` of the
        configuration then bounds the whole answer.
        """
        # httpcore forgets to close what is cancelled within a handshake: its own limits come first.
        in_all_s = 2 * timeout_s + self._health.timeout_seconds
        begun = perf_counter()
        try:
            async with asyncio.timeout(in_all_s):
                answer = await self._transport.handle_async_request(self._request(timeout_s))
                took_ms = (perf_counter() - begun) * 1000
                try:
                    detail = await self._judge(answer)
                finally:
                    await answer.aclose()
        except (httpx.TransportError, OSError) as error:
            return failure_of(error).sight("app")
        return Sight(ok=detail.code == "app_ok", detail=detail, took_ms=took_ms, alive=True)

    def _request(self, timeout_s: float) -> httpx.Request:
        answer_s = self._health.timeout_seconds
        timeout = httpx.Timeout(connect=timeout_s, read=answer_s, write=answer_s, pool=timeout_s)
        return httpx.Request(
            "GET",
            self._url,
            headers=_HEADERS | {"Host": self._health.host or self._url.netloc.decode()},
            extensions={"timeout": timeout.as_dict(), "sni_hostname": self._name},
        )

    async def _judge(self, answer: httpx.Response) -> Reason:
        status, expected = answer.status_code, self._health.expect_status
        if status not in expected if expected else status >= _ERRORS:
            words = ", ".join(map(str, expected)) or f"< {_ERRORS}"
            return because("app_status", status=status, expected=words)
        if self._health.expect_text and not await _holds(answer, self._health.expect_text):
            return because("app_text")
        return because("app_ok", status=status)


async def _holds(answer: httpx.Response, text: str) -> bool:
    body = b""
    async for chunk in answer.aiter_raw():
        body += chunk[: BODY_LIMIT - len(body)]
        if len(body) >= BODY_LIMIT:
            break
    try:
        return text in body.decode(answer.charset_encoding or "utf-8", "replace")
    except (LookupError, ValueError):  # some codecs, like idna, raise whatever they are told
        return text in body.decode("utf-8", "replace")
