"""Orders by HTTP: to a smart plug, a BMC (Redfish), a home automation."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from hall import __version__
from hall.adapters.config.secrets_read import read_secret
from hall.adapters.probes.connect_errors import Kind, failure_of
from hall.adapters.probes.factory import probe_tls_context
from hall.adapters.probes.resolver import Names
from hall.adapters.probes.transport import NamedTransport
from hall.core.config.methods import Header, Webhook
from hall.core.errors import ConfigurationError, Problem, SleepError, WakeError
from hall.core.model.reason import Reason, because


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for the connect and the TLS handshake, each; for the answer; for all of it."""

    connect_s: float
    answer_s: float
    in_all_s: float


WAKE = Patience(connect_s=1.0, answer_s=2.5, in_all_s=4.5)
SLEEP = Patience(connect_s=2.0, answer_s=8.0, in_all_s=14.0)

_DEFAULTS = {
    "User-Agent": f"Hall/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_CODES = {
    Kind.NAME: "webhook_name",
    Kind.UNREACHABLE: "webhook_unreachable",
    Kind.REFUSED: "webhook_refused",
    Kind.SILENT: "webhook_silent",
    Kind.TLS: "webhook_tls",
    Kind.BROKEN: "webhook_broken",
    Kind.OWN: "webhook_own_fault",
}


class WebhookDriver:
    """Gives an order by one HTTP request: to wake, or to sleep.

    Redirects are answers, and are not followed; of the answer only the status is read. Each
    order has a connection of its own. No error holds the address or a header.

    Args:
        config: The request.
        base: The folder that relative paths of the configuration start from.
        names: Looks names up.
        waking: How long a wake is waited for.
        sleeping: The same of a sleep.

    Raises:
        ConfigurationError: a secret is missing, or a header's value cannot be one.
    """

    def __init__(
        self,
        config: Webhook,
        base: Path = Path(),
        names: Names | None = None,
        *,
        waking: Patience = WAKE,
        sleeping: Patience = SLEEP,
    ) -> None:
        self._waking, self._sleeping = waking, sleeping
        self._config = config
        self._names = names or Names()
        self._headers = _headers(config.headers, base)
        checks = config.verify_tls and config.url.startswith("https:")
        self._tls = probe_tls_context(verify=checks)

    async def wake(self) -> None:
        """Send the request once; the answer must come within some seconds.

        Raises:
            WakeError: there was none, or not the expected one.
        """
        try:
            self._judge(await self._status(self._waking))
        except (httpx.TransportError, OSError) as error:
            raise WakeError(_why(error)) from error
        except _UnexpectedError as error:
            raise WakeError(error.why) from error

    async def sleep(self) -> None:
        """Send the request once; what hears it may be gone before it answers.

        So no answer to a request that was sent is no error: silence will prove it, or not.

        Raises:
            SleepError: it could not be sent, or the answer is not the expected one.
        """
        try:
            self._judge(await self._status(self._sleeping))
        except (httpx.TransportError, OSError) as error:
            if not _was_sent(error):
                raise SleepError(_why(error)) from error
        except _UnexpectedError as error:
            raise SleepError(error.why) from error

    async def _status(self, patience: Patience) -> int:
        # httpcore forgets to close what is cancelled within a handshake: its own limits come first.
        async with (
            asyncio.timeout(patience.in_all_s),
            NamedTransport(self._names, self._tls) as link,
        ):
            # Not through an httpx client: it logs each address, and secrets stand in queries.
            answer = await link.handle_async_request(self._request(patience))
            await answer.aclose()
        return answer.status_code

    def _request(self, patience: Patience) -> httpx.Request:
        timeout = httpx.Timeout(patience.answer_s, connect=patience.connect_s)
        body = self._config.body
        return httpx.Request(
            self._config.verb,
            self._config.url,
            headers=self._headers,
            content=None if body is None else body.encode(),
            extensions={"timeout": timeout.as_dict()},
        )

    def _judge(self, status: int) -> None:
        expected = self._config.expect_status
        done = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        if status in expected if expected else done:
            return
        words = ", ".join(map(str, expected)) or "200 to 299"
        raise _UnexpectedError(status, words)


class _UnexpectedError(Exception):
    """The answer has another status than expected."""

    def __init__(self, status: int, expected: str) -> None:
        super().__init__(status, expected)
        self.why = because("webhook_status", status=status, expected=expected)


def _headers(own: Sequence[Header], base: Path) -> list[tuple[str, str]]:
    named = {header.name.lower() for header in own}
    return [
        *((name, value) for name, value in _DEFAULTS.items() if name.lower() not in named),
        *((header.name, _value(header, base)) for header in own),
    ]


def _value(header: Header, base: Path) -> str:
    """The header's value (RFC 9110, 5.5): on one line, in ASCII."""
    source = header.value
    value = source.strip() if isinstance(source, str) else read_secret(source, base)
    if not value.isascii() or not value.isprintable():
        text = f"the value of {header.name} cannot be sent; expected one line of ASCII"
        raise ConfigurationError([Problem("domains.json", None, "headers", text)])
    return value


def _was_sent(error: Exception) -> bool:
    """Whether the request was out, and the connection was lost or silent only then."""
    if isinstance(error, httpx.RemoteProtocolError):
        return "disconnected" in str(error)
    return isinstance(error, httpx.ReadError | httpx.ReadTimeout)


def _why(error: Exception) -> Reason:
    failure = failure_of(error)
    return failure.told(_CODES[failure.kind])
