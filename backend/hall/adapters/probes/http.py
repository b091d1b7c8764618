"""The HTTP request of Hall's own that decides whether a project answers."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from time import perf_counter
from typing import Any

import httpx

from hall import __version__
from hall.adapters.probes.connect_errors import failure_of
from hall.adapters.probes.transport import ascii_host
from hall.core.config.domain import HealthConfig
from hall.core.model.check import ProbeResult
from hall.core.model.reason import Reason, because

TEXT_LIMIT = 64 * 1024
"""How many bytes of a body are searched for the expected text."""

_HEADERS = {
    "User-Agent": f"Hall/{__version__} (health check)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_ERRORS = 500
_OWN = frozenset({*range(200, 400), 401, 403})
"""Statuses that a project gives; a proxy in between answers others, like 404, by itself."""

_CONNECTED = "connection.connect_tcp.complete"
_GREETING = "connection.start_tls.started"
"""What httpcore tells its trace once it is connected, and before it shakes hands."""

ANSWER_MARK = "X-Hall"
"""The header that Hall's own answers carry."""

AskTurn = Callable[[], bool]


class HttpProber:
    """Asks a project's health address. Redirects are answers, and are not followed.

    It speaks to the transport and not to an httpx client: a client keeps cookies, logs each
    request, and unpacks what a small answer may blow up to.
    """

    def __init__(
        self, health: HealthConfig, connect: Callable[[], httpx.AsyncBaseTransport]
    ) -> None:
        self._health = health
        self._connect = connect
        self._transport: httpx.AsyncBaseTransport | None = None
        self._url = httpx.URL(health.url)
        self._name = health.host or ascii_host(self._url)

    async def look(self, timeout_s: float, turn: AskTurn = lambda: True) -> ProbeResult | None:
        """Ask once, over a new connection; None when it was not this one's ``turn``.

        ``timeout_s`` bounds the name look-up and the connect, each; ``timeout_seconds`` of the
        configuration then bounds the TLS handshake and the whole answer.
        """
        # httpcore forgets to close what is cancelled within a handshake: its own limits come first.
        transport = self._transport = self._transport or self._connect()
        in_all_s = 2 * timeout_s + self._health.timeout_seconds
        until = asyncio.get_running_loop().time() + in_all_s
        begun = perf_counter()
        try:
            async with asyncio.timeout_at(until):
                answer = await transport.handle_async_request(self._request(timeout_s, turn))
            took_ms = (perf_counter() - begun) * 1000
            try:
                return await self._judge(answer, took_ms, until)
            finally:
                await answer.aclose()
        except _NotOurTurnError:
            return None
        except (httpx.TransportError, OSError) as error:
            return failure_of(error).result("app")

    def _request(self, timeout_s: float, turn: AskTurn) -> httpx.Request:
        answer_s = self._health.timeout_seconds
        timeout = httpx.Timeout(connect=timeout_s, read=answer_s, write=answer_s, pool=timeout_s)
        return httpx.Request(
            "GET",
            self._url,
            headers=_HEADERS | {"Host": self._health.host or self._url.netloc.decode()},
            extensions={
                "timeout": timeout.as_dict(),
                "sni_hostname": self._name,
                "trace": _one_at_a_time(turn, answer_s),
            },
        )

    async def _judge(self, answer: httpx.Response, took_ms: float, until: float) -> ProbeResult:
        flaw = await self._flaw(answer, until)
        detail = flaw or because("app_ok", status=answer.status_code)
        demanded = self._health.expect_status or self._health.expect_text
        weak = flaw is None and not demanded and answer.status_code not in _OWN
        return ProbeResult(ok=flaw is None, detail=detail, took_ms=took_ms, alive=True, weak=weak)

    async def _flaw(self, answer: httpx.Response, until: float) -> Reason | None:
        """Why this is not the expected answer; None when it is."""
        status, expected = answer.status_code, self._health.expect_status
        if ANSWER_MARK in answer.headers:
            return because("app_hall")
        if status not in expected if expected else status >= _ERRORS:
            words = ", ".join(map(str, expected)) or f"< {_ERRORS}"
            return because("app_status", status=status, expected=words)
        text = self._health.expect_text
        return await self._lacks(answer, text, until) if text else None

    async def _lacks(self, answer: httpx.Response, text: str, until: float) -> Reason | None:
        """Why the text is not there; None as soon as it is, however long the body goes on."""
        try:
            async with asyncio.timeout_at(until):
                return None if await _holds(answer, text) else because("app_text")
        except (TimeoutError, httpx.TimeoutException):
            return because("app_unfinished", seconds=self._health.timeout_seconds)


class _NotOurTurnError(Exception):
    """It is connected, and somebody else is asking."""


def _one_at_a_time(
    turn: AskTurn, answer_s: float
) -> Callable[[str, MutableMapping[str, Any]], Awaitable[None]]:
    """A trace of httpcore's that hangs up once it is connected, where it is not our turn.

    A handshake is a question already: who is busy answers it late, and may take its time.
    """

    async def trace(event: str, details: MutableMapping[str, Any]) -> None:
        if event == _CONNECTED and not turn():
            await details["return_value"].aclose()
            raise _NotOurTurnError
        if event == _GREETING:
            details["timeout"] = answer_s  # httpcore's own is that of the connect

    return trace


async def _holds(answer: httpx.Response, text: str) -> bool:
    """Whether the text is within the first ``TEXT_LIMIT`` bytes, read as they come."""
    needles = _spellings(text, answer.charset_encoding or "utf-8")
    longest = max(map(len, needles))
    body = bytearray()
    async for chunk in answer.aiter_raw():
        begin = max(0, len(body) - longest)
        body += chunk[: TEXT_LIMIT - len(body)]
        if any(body.find(needle, begin) >= 0 for needle in needles):
            return True
        if len(body) >= TEXT_LIMIT:
            return False
    return False


def _spellings(text: str, charset: str) -> set[bytes]:
    """The text as it may stand in a body of this charset; in UTF-8 where there is no such."""
    wide = ("utf-16-le", "utf-16-be") if charset.lower() == "utf-16" else ()
    found = {text.encode("utf-8", "replace")}
    for name in (charset, *wide):
        # codecs that are none of text raise whatever they are told
        with suppress(LookupError, ValueError, TypeError, AssertionError):
            found.add(text.encode(name))
    return found
