"""Name look-ups that neither block nor pile up.

The resolver of a network whose hosts sleep may take ten seconds to say no, and Hall looks twenty
times a second. So one look-up per name runs at a time, in a daemon thread of its own: the
loop's executor would fill up, and would hold up the exit of the process.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread
from time import monotonic

KEPT_S = 10.0
"""How long an answer is believed: a server may come back with another address."""

Lookup = Callable[[str], Sequence[str]]


class NameUnknownError(OSError):
    """The name has no address, or none that was found in time."""


def look_up(host: str) -> Sequence[str]:
    """The addresses of a name by the system's resolver, IPv4 first; blocks; empty if unknown.

    Addresses with a scope (fe80::1%eth0) are left out: they have no place in a URL.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    places = (entry[4] for entry in found)
    addresses = dict.fromkeys(str(address) for address, *rest in places if not any(rest[2:]))
    return sorted(addresses, key=lambda one: ":" in one)


class Names:
    """Looks names up; answers are kept for ``KEPT_S``, failures are not."""

    def __init__(self, lookup: Lookup = look_up) -> None:
        self._lookup = lookup
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._asked: dict[str, asyncio.Future[tuple[str, ...]]] = {}

    async def addresses(self, host: str, timeout_s: float) -> tuple[str, ...]:
        """The addresses of a host, at least one; an address stands for itself.

        Raises:
            NameUnknownError: it has none, or none was found within ``timeout_s``.
        """
        if _is_address(host):
            return (host,)
        until, addresses = self._known.get(host, (0.0, ()))
        if monotonic() < until:
            return addresses
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                addresses = await asyncio.shield(self._asked.get(host) or self._ask(host))
                if addresses:
                    return addresses
        raise NameUnknownError("the name is not known")

    def _ask(self, host: str) -> asyncio.Future[tuple[str, ...]]:
        loop = asyncio.get_running_loop()
        asked = self._asked[host] = loop.create_future()

        def run() -> None:
            found = tuple(self._lookup(host))
            with suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits
                loop.call_soon_threadsafe(self._learn, host, found)

        Thread(target=run, name=f"look up {host}", daemon=True).start()
        return asked

    def _learn(self, host: str, found: tuple[str, ...]) -> None:
        if found:
            self._known[host] = (monotonic() + KEPT_S, found)
        self._asked.pop(host).set_result(found)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
