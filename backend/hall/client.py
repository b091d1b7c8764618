"""Talks to a running gateway over its REST interface, for the command line."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from hall.core.errors import HallError

State = dict[str, Any]

POLL_S = 25.0


class GatewayError(HallError):
    """The gateway refused, or does not know what was asked; its own words are in the text."""

    code = "gateway_refused"


class BusyGatewayError(GatewayError):
    """The gateway is restarting, or full; it may be asked again."""


class UnreachableError(HallError):
    """There is no gateway at this address, or it does not answer as one."""

    code = "gateway_unreachable"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway; every call raises GatewayError or UnreachableError."""

    url: str
    http: httpx.Client

    @classmethod
    def at(cls, url: str) -> Self:
        """The gateway at this address."""
        if urlsplit(url).scheme not in {"http", "https"}:
            raise UnreachableError(f"{url!r} is no address of a gateway; expected http://host:port")
        http = httpx.Client(
            base_url=url, timeout=httpx.Timeout(10, read=POLL_S + 10), trust_env=False
        )
        return cls(url, http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.http.close()

    def status(self, domain: str) -> State:
        """A domain's state now."""
        return self._ask("GET", f"/api/status/{quote(domain, safe='')}")

    def wake(self, domain: str) -> State:
        """Start a wake, or join the running one."""
        return self._ask("POST", f"/api/wake/{quote(domain, safe='')}")

    def follow(self, domain: str, *, left_s: Callable[[], float]) -> Iterator[State]:
        """The state now, then each newer one, while ``left_s`` gives time; outlasts a restart."""
        state = self.status(domain)
        yield state
        while (left := left_s()) > 0:
            wait = min(POLL_S, left)
            path = f"/api/status/{quote(domain, safe='')}?wait={wait:.1f}&seq={state['seq']}"
            try:
                state = self._ask("GET", path)
            except (BusyGatewayError, UnreachableError):
                time.sleep(min(1.0, left))
            else:
                yield state

    def _ask(self, method: str, path: str) -> State:
        headers = {"Accept": "application/json"}
        try:
            answer = self.http.request(method, path, headers=headers)
            body = answer.json()
        except httpx.HTTPError as error:
            raise UnreachableError(f"No gateway answers at {self.url}: {error}") from None
        except ValueError:
            raise UnreachableError(f"What answers at {self.url} is not a Hall gateway") from None
        if not isinstance(body, dict) or not ("error" in body or "status" in body):
            raise UnreachableError(f"What answers at {self.url} is not a Hall gateway")
        if isinstance(refusal := body.get("error"), dict):
            kind = BusyGatewayError if refusal.get("code") == "busy" else GatewayError
            raise kind(str(refusal.get("message")))
        if "error" in body:
            raise UnreachableError(f"What answers at {self.url} is not a Hall gateway")
        return body
