"""Name look-ups that neither block nor pile up, nor ask the DNS at the pace of looks.

The resolver of a network whose hosts sleep may take ten seconds to say no, and Hall looks twenty
times a second. So one look-up per name runs at a time, in a daemon thread of its own: the
loop's executor would fill up, and would hold up the exit of the process.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Thread
from time import monotonic

from hall.core.model.reason import Why, because

KEPT_S = 10.0
"""How long an answer is believed: a server may come back with another address."""

AGAIN_S = 1.25
"""Seconds until a name that was not found is asked for again. With a search domain each time is
four queries, and a resolver that is asked too often refuses to answer at all."""

Lookup = Callable[[str], Sequence[str]]


class NameUnknownError(OSError):
    """The name has no address, or none is known yet."""


class NameUnansweredError(NameUnknownError):
    """Whether the name has an address is not known: the DNS could not be asked, or does not say."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


def look_up(host: str) -> Sequence[str]:
    """The addresses of a name by the system's resolver, IPv4 first; blocks; empty if unknown.

    Addresses with a scope (fe80::1%eth0) are left out: they have no place in a URL.

    Raises:
        NameUnansweredError: the resolver could not tell.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError:
        return ()
    except socket.gaierror as error:
        if error.errno in {socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_MEMORY}:
            raise NameUnansweredError(because("dns_silent")) from error
        return ()
    except OSError as error:  # EAI_SYSTEM
        raise NameUnansweredError(error.strerror or because("dns_impossible")) from error
    places = (entry[4] for entry in found)
    addresses = dict.fromkeys(str(address) for address, *rest in places if not any(rest[2:]))
    return sorted(addresses, key=lambda one: ":" in one)


@dataclass(slots=True)
class _Entry:
    """What is known of one name: its last addresses, and why the last asking did not tell them."""

    addresses: tuple[str, ...] = ()
    failure: NameUnknownError | None = field(
        default_factory=lambda: NameUnansweredError(because("dns_unasked"))
    )
    until: float = 0.0
    asked: asyncio.Future[None] | None = None

    @property
    def outlived(self) -> bool:
        """Whether the last addresses stand although the DNS fails: then nobody waits for it."""
        return bool(self.addresses) and self.failure is not None

    def told(self) -> tuple[str, ...]:
        """The addresses, also those from before the DNS fell silent."""
        if self.addresses:
            return self.addresses
        raise (self.failure or NameUnknownError("the name is not known")).with_traceback(None)

    def learn(self, found: tuple[str, ...] | NameUnansweredError, now: float) -> None:
        if isinstance(found, NameUnansweredError):
            self.failure = found
        else:
            self.addresses = found
            self.failure = None if found else NameUnknownError("the name is not known")
        self.until = now + (AGAIN_S if self.failure else KEPT_S)


class Names:
    """Looks names up; all who look share what was found, for ``KEPT_S``, and what was not.

    While the DNS fails, a name stands for the addresses that it had last.
    """

    def __init__(self, lookup: Lookup = look_up, *, clock: Callable[[], float] = monotonic) -> None:
        self._lookup = lookup
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    async def addresses(self, host: str, timeout_s: float) -> tuple[str, ...]:
        """The addresses of a host, at least one; an address stands for itself.

        Raises:
            NameUnknownError: it has none.
            NameUnansweredError: none is known, and the DNS did not say within ``timeout_s``.
        """
        if _is_address(host):
            return (host,)
        entry = self._entries.setdefault(host, _Entry())
        if self._clock() >= entry.until:
            asked = entry.asked or self._ask(host, entry)
            if not entry.outlived:
                with suppress(TimeoutError):
                    async with asyncio.timeout(timeout_s):
                        await asyncio.shield(asked)
        return entry.told()

    def _ask(self, host: str, entry: _Entry) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        asked = entry.asked = loop.create_future()

        def learn(found: tuple[str, ...] | NameUnansweredError) -> None:
            entry.learn(found, self._clock())
            entry.asked = None
            asked.set_result(None)

        def run() -> None:
            found: tuple[str, ...] | NameUnansweredError
            try:
                found = tuple(self._lookup(host))
            except NameUnansweredError as error:
                found = error
            with suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits
                loop.call_soon_threadsafe(learn, found)

        try:
            Thread(target=run, name=f"look up {host}", daemon=True).start()
        except RuntimeError:  # no thread can be started
            learn(NameUnansweredError(because("no_thread")))
        return asked


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
