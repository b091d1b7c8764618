"""Ping: ICMP echo (RFC 792, RFC 4443) by icmplib."""

import logging
from functools import cache, partial
from itertools import count
from os import getpid
from socket import AI_NUMERICHOST, getaddrinfo
from time import perf_counter

from icmplib import (
    AsyncSocket,
    ICMPLibError,
    ICMPRequest,
    ICMPSocketError,
    ICMPv4Socket,
    ICMPv6Socket,
    TimeoutExceeded,
)

from hall.adapters.probes.connect_errors import Failure, Kind, failure_of, short_of_means
from hall.adapters.probes.happy_eyeballs import first
from hall.adapters.probes.resolver import Names
from hall.core.model.check import ProbeResult
from hall.core.model.reason import because

logger = logging.getLogger("hall.look")

_IMPOSSIBLE = (
    "Hall may not send pings. Allow them on this machine: "
    'sysctl -w net.ipv4.ping_group_range="0 2147483647"; or look by TCP, in domains.json: '
    '"network": {"method": "tcp", "port": 22}'
)
_ids = count(getpid())
_SEQUENCE = 1


class PingForbiddenError(Exception):
    """This process may not ping now."""


@cache
def ping_is_raw() -> bool:
    """How this process may ping, found by trying, once: being root proves nothing.

    Returns:
        True through raw sockets (CAP_NET_RAW), False through datagram sockets
        (net.ipv4.ping_group_range).

    Raises:
        PingForbiddenError: not at all. It is tried again each time: it may be allowed meanwhile.
        ICMPSocketError: that cannot be tried now, for lack of descriptors or memory.
    """
    for raw in (True, False):
        try:
            ICMPv4Socket(privileged=raw).close()
        except ICMPSocketError as error:
            if short_of_means(error):
                raise
            continue
        return raw
    advise()
    raise PingForbiddenError


@cache
def advise() -> None:
    """Log, once a process, how this machine can be allowed to send pings."""
    logger.warning(_IMPOSSIBLE)


class PingProber:
    """Looks whether an address answers ping. A ping proves a network card, not a host."""

    def __init__(self, address: str, names: Names) -> None:
        self._address = address
        self._names = names

    async def look(self, timeout_s: float) -> ProbeResult:
        """Ping once, all addresses of the name: one that answers is enough.

        ``timeout_s`` bounds the name look-up, then the answer.
        """
        try:
            raw = ping_is_raw()
            addresses = await self._names.addresses(self._address, timeout_s)
            attempts = [partial(_ping, one, timeout_s, raw=raw) for one in addresses]
            took_ms = await first(attempts, within_s=timeout_s, drop=_forget)
        except PingForbiddenError:
            return ProbeResult(ok=False, detail=because("ping_impossible"), ours=True)
        except (ICMPLibError, OSError) as error:
            return _judge(failure_of(error))
        return ProbeResult(ok=True, detail=because("ping_ok"), took_ms=took_ms)


async def _forget(_late: float) -> None:
    """Another address answered in the same moment: nothing is held by it."""


async def _ping(address: str, timeout_s: float, *, raw: bool) -> float:
    family = ICMPv6Socket if ":" in address else ICMPv4Socket
    request = ICMPRequest(address, id=next(_ids) & 0xFFFF, sequence=_SEQUENCE)
    with AsyncSocket(family(privileged=raw)) as link:
        # A raw socket hears the replies to everybody's pings: let the kernel sort them by sender.
        link.sock.connect(getaddrinfo(address, None, flags=AI_NUMERICHOST)[0][4])
        begun = perf_counter()
        link.send(request)
        try:
            await link.receive(request, timeout_s)
        except TimeoutExceeded:
            raise TimeoutError from None
        return (perf_counter() - begun) * 1000


def _judge(failure: Failure) -> ProbeResult:
    match failure.kind:
        case Kind.NAME | Kind.UNREACHABLE | Kind.OWN:
            return ProbeResult(ok=False, detail=failure.reason("ping"), ours=failure.ours)
        case Kind.SILENT:
            return ProbeResult(ok=False, detail=because("ping_silent"))
        case _:
            return ProbeResult(ok=False, detail=because("unreachable"))
