"""What a visitor on the gateway's side can see of a lab server."""

import ssl
import time
from collections.abc import Callable

import httpx
from icmplib import ping

from tests.lab.certificates import TlsFiles
from tests.lab.server import LabServer
from tests.support.timeouts import PATIENCE_S


def answers_ping(server: LabServer, seconds: float = 0.3) -> bool:
    return bool(ping(server.address, count=1, timeout=seconds, privileged=True).is_alive)


def docker_ping(server: LabServer, client: TlsFiles | None) -> str:
    """Ask the engine over TLS, as this client or as nobody.

    Raises:
        httpx.TransportError: It does not answer, or refuses us.
    """
    context = ssl.create_default_context(cafile=server.tls.ca)
    if client is not None:
        context.load_cert_chain(client.cert, client.key)
    url = server.docker_url.replace("tcp://", "https://")
    with httpx.Client(verify=context, timeout=PATIENCE_S) as http:
        return http.get(f"{url}/_ping").text


def page(server: LabServer, path: str = "/") -> httpx.Response | None:
    """The page that the container serves there; None when nobody answers."""
    try:
        return httpx.get(server.url(path), timeout=PATIENCE_S)
    except httpx.TransportError:
        return None


def soon(condition: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
    """Whether it becomes true; `seconds` is for what may not take longer, whoever else is busy."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
