"""What a visitor, an admin and a test ask of Hall over HTTP."""

from typing import Any

import httpx

from lab.gateway import Gateway
from lab.look import soon

Body = dict[str, Any]


def visit(hall: Gateway, domain: str = "client1") -> httpx.Response:
    """Ask for a domain as a program does that follows no redirect."""
    return httpx.get(f"{hall.url}/{domain}", headers={"User-Agent": "curl/8"}, timeout=10)


def state(hall: Gateway, domain: str = "client1") -> Body:
    """Where the domain stands; asking never wakes."""
    body: Body = httpx.get(f"{hall.url}/api/status/{domain}", timeout=10).json()
    return body


def until(hall: Gateway, status: str, seconds: float = 60, domain: str = "client1") -> Body:
    """Wait by long poll until a domain has this status, and return its state."""
    url = f"{hall.url}/api/status/{domain}?wait={min(seconds, 60):g}&until={status}"
    body: Body = httpx.get(url, timeout=seconds + 10).json()
    assert body["status"] == status, f"{body['status']}: {body['reason']}\n{hall.log[-3000:]}"
    return body


def let_in(hall: Gateway, seconds: float = 60) -> Body:
    """Visit, and wait until the visitor may go in."""
    visit(hall)
    body = until(hall, "healthy", seconds)
    assert body["ready"], body
    return body


def server_seen(hall: Gateway, name: str = "lab") -> Body:
    """A server as admins see it: its verdict and why, its guards, its domains."""
    answer = httpx.get(f"{hall.url}/api/admin/servers/{name}", timeout=10)
    body: Body = answer.raise_for_status().json()
    return body


def verdict_soon(hall: Gateway, code: str, seconds: float = 30) -> str:
    """Wait until Hall's verdict on the server is this one, and return its reason in words."""
    seen: list[str] = []

    def is_it() -> bool:
        verdict = server_seen(hall)["verdict"]
        seen.append(f"{verdict['code']}: {verdict['reason']}")
        return bool(verdict["code"] == code)

    assert soon(is_it, seconds), f"{list(dict.fromkeys(seen))}\n{hall.log[-3000:]}"
    return seen[-1].partition(": ")[2]
