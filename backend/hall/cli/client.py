"""Talks to a running gateway over its REST interface, for the command line."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from hall.adapters.config.own_token import read_token
from hall.core.errors import HallError
from hall.net.token import TOKEN_HEADER

StateJson = dict[str, Any]

POLL_S = 25.0


class GatewayError(HallError):
    """The gateway refused, or does not know what was asked; its own words are in the text.

    ``refusal`` is the gateway's own code for it, like ``unknown_domain``.
    """

    code = "gateway_refused"

    def __init__(self, message: str, refusal: str = "") -> None:
        super().__init__(message)
        self.refusal = refusal


class BusyGatewayError(GatewayError):
    """The gateway is restarting, or full; it may be asked again."""


class UnreachableError(HallError):
    """There is no gateway at this address, or it does not answer as one."""

    code = "gateway_unreachable"


@dataclass(frozen=True, slots=True)
class Thing:
    """What an admin's order is about: a domain, or a server as such."""

    name: str
    is_server: bool = False

    @property
    def path(self) -> str:
        """The path of its routes, with the name percent-encoded."""
        kind = "servers" if self.is_server else "domains"
        return f"/api/admin/{kind}/{quote(self.name, safe='')}"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway; every call raises GatewayError or UnreachableError."""

    url: str
    http: httpx.Client

    @classmethod
    def at(cls, url: str) -> Self:
        """The gateway at this address; one on this machine is told who asks."""
        if urlsplit(url).scheme not in {"http", "https"}:
            raise UnreachableError(f"{url!r} is no address of a gateway; expected http://host:port")
        http = httpx.Client(
            base_url=url,
            timeout=httpx.Timeout(10, read=POLL_S + 10),
            headers=_proof(url),
            trust_env=False,
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

    def status(self, domain: str) -> StateJson:
        """A domain's state as visitors see it; asking wakes nothing."""
        return self._ask("GET", f"/api/status/{quote(domain, safe='')}")

    def wake(self, domain: str) -> StateJson:
        """Start a wake, or join the running one."""
        return self._ask("POST", f"/api/wake/{quote(domain, safe='')}")

    def follow(self, domain: str, *, left_s: Callable[[], float]) -> Iterator[StateJson]:
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

    # ---- what admins may ask ------------------------------------------------------------

    def servers(self) -> list[StateJson]:
        """Every server with its domains, as an admin sees them."""
        found: list[StateJson] = self._ask("GET", "/api/admin/servers", expected="servers")[
            "servers"
        ]
        return found

    def look(self, thing: Thing) -> StateJson:
        """A domain or a server, as an admin sees it."""
        return self._ask("GET", thing.path)

    def hold(self, thing: Thing, hold: Mapping[str, object]) -> StateJson:
        """Hold it awake or asleep: ``kind``, and ``until`` or ``for_s``."""
        return self._ask("POST", f"{thing.path}/hold", body=hold)

    def lift(self, thing: Thing) -> StateJson:
        """Take its hold away; the answer is the same where there was none."""
        return self._ask("DELETE", f"{thing.path}/hold")

    def call(self, thing: Thing, *, now: bool) -> StateJson:
        """Wake it; with ``now`` whatever stands against it, else a hold or closed hours refuse."""
        return self._ask("POST", f"{thing.path}/wake", body=None if now else {"now": False})

    def dismiss(self, thing: Thing, *, force: bool = False) -> StateJson:
        """Put it to sleep now; ``force`` passes over the guards of a server."""
        return self._ask("POST", f"{thing.path}/sleep", body={"force": True} if force else None)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        expected: str = "status",
    ) -> StateJson:
        headers = {"Accept": "application/json"}
        try:
            answer = self.http.request(method, path, headers=headers, json=body)
            said = answer.json()
        except httpx.HTTPError as error:
            raise UnreachableError(f"No gateway answers at {self.url}: {error}") from None
        except ValueError:
            raise UnreachableError(f"What answers at {self.url} is not a Hall gateway") from None
        if not isinstance(said, dict) or not ("error" in said or expected in said):
            raise UnreachableError(f"What answers at {self.url} is not a Hall gateway")
        if isinstance(refusal := said.get("error"), dict):
            code = str(refusal.get("code"))
            kind = BusyGatewayError if code == "busy" else GatewayError
            raise kind(_in_words(refusal), code)
        if "error" in said:
            raise UnreachableError(f"What answers at {self.url} is not a Hall gateway")
        return said


def _in_words(refusal: Mapping[str, Any]) -> str:
    message, details = str(refusal.get("message")), refusal.get("details")
    if isinstance(details, dict) and "setting" in details:
        message += "; on the gateway itself, name its data folder in HALL_DATA"
    return message


def _proof(url: str) -> dict[str, str]:
    """The gateway's own token, where its data can be read; never for another machine."""
    if not _is_here(urlsplit(url).hostname or ""):
        return {}
    token = read_token(Path(os.environ.get("HALL_DATA", "data")))
    return {} if token is None else {TOKEN_HEADER: token}


def _is_here(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
