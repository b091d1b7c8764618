"""What a visitor, an admin and a test ask of Hall over HTTP."""

from typing import Any

import httpx

from tests.lab.gateway import Gateway
from tests.lab.look import soon
from tests.support.timeouts import PATIENCE_S

Body = dict[str, Any]


def visit(hall: Gateway, domain: str = "client1") -> httpx.Response:
    """Ask for a domain as a program does that follows no redirect."""
    return httpx.get(f"{hall.url}/{domain}", headers={"User-Agent": "curl/8"}, timeout=PATIENCE_S)


def state(hall: Gateway, domain: str = "client1") -> Body:
    """Where the domain stands; asking never wakes."""
    body: Body = httpx.get(f"{hall.url}/api/status/{domain}", timeout=PATIENCE_S).json()
    return body


def until(hall: Gateway, status: str, seconds: float = PATIENCE_S, domain: str = "client1") -> Body:
    """Wait by long poll until a domain has this status, and return its state."""
    url = f"{hall.url}/api/status/{domain}?wait=20&until={status}"
    told: list[Body] = []

    def is_told() -> bool:
        told.append(httpx.get(url, timeout=PATIENCE_S).json())
        return bool(told[-1]["status"] == status)

    found = soon(is_told, seconds)
    assert found, f"{told[-1]['status']}: {told[-1]['reason']}\n{hall.log[-3000:]}"
    return told[-1]


def let_in(hall: Gateway, seconds: float = PATIENCE_S) -> Body:
    """Visit, and wait until the visitor may go in."""
    visit(hall)
    body = until(hall, "healthy", seconds)
    assert body["ready"], body
    return body


def server_seen(hall: Gateway, name: str = "lab") -> Body:
    """A server as admins see it: its verdict and why, its guards, its domains."""
    answer = httpx.get(f"{hall.url}/api/admin/servers/{name}", timeout=PATIENCE_S)
    body: Body = answer.raise_for_status().json()
    return body


def verdict_soon(hall: Gateway, code: str, seconds: float = PATIENCE_S) -> str:
    """Wait until Hall's verdict on the server is this one, and return its reason in words."""
    seen: list[str] = []

    def is_it() -> bool:
        verdict = server_seen(hall)["verdict"]
        seen.append(f"{verdict['code']}: {verdict['reason']}")
        return bool(verdict["code"] == code)

    assert soon(is_it, seconds), f"{list(dict.fromkeys(seen))}\n{hall.log[-3000:]}"
    return seen[-1].partition(": ")[2]
