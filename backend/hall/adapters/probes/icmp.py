"""Ping: ICMP echo (RFC 792, RFC 4443) by icmplib."""

import logging
from functools import cache
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

from hall.adapters.probes.names import Names, NameUnknownError
from hall.core.facts import Sight
from hall.core.reasons import because

logger = logging.getLogger("hall.look")

_IMPOSSIBLE = (
    "Hall may not send pings. Allow them on this machine: "
    'sysctl -w net.ipv4.ping_group_range="0 2147483647"; or look by TCP, in domains.json: '
    '"network": {"method": "tcp", "port": 22}'
)
_ids = count(getpid())
_SEQUENCE = 1


@cache
def ping_is_raw() -> bool | None:
    """How this process may ping, found by trying, once: being root proves nothing.

    Returns:
        True through raw sockets (CAP_NET_RAW), False through datagram sockets
        (net.ipv4.ping_group_range), None not at all.
    """
    for raw in (True, False):
        try:
            ICMPv4Socket(privileged=raw).close()
        except ICMPSocketError:
            continue
        return raw
    logger.warning(_IMPOSSIBLE)
    return None


class PingProber:
    """Looks whether an address answers ping. A ping proves a network card, not a host."""

    def __init__(self, address: str, names: Names) -> None:
        self._address = address
        self._names = names

    async def look(self, timeout_s: float) -> Sight:
        """Ping once. ``timeout_s`` bounds the name look-up, then the answer."""
        raw = ping_is_raw()
        if raw is None:
            return _failed("ping_impossible")
        try:
            address, *_ = await self._names.addresses(self._address, timeout_s)
            took_ms = await _ping(address, timeout_s, raw=raw)
        except NameUnknownError:
            return _failed("name_unknown")
        except TimeoutExceeded:
            return _failed("ping_silent")
        except (ICMPLibError, OSError):
            return _failed("unreachable")
        return Sight(ok=True, detail=because("ping_ok"), took_ms=took_ms)


async def _ping(address: str, timeout_s: float, *, raw: bool) -> float:
    family = ICMPv6Socket if ":" in address else ICMPv4Socket
    request = ICMPRequest(address, id=next(_ids) & 0xFFFF, sequence=_SEQUENCE)
    with AsyncSocket(family(privileged=raw)) as link:
        # A raw socket hears the replies to everybody's pings: let the kernel sort them by sender.
        link.sock.connect(getaddrinfo(address, None, flags=AI_NUMERICHOST)[0][4])
        begun = perf_counter()
        link.send(request)
        await link.receive(request, timeout_s)
        return (perf_counter() - begun) * 1000


def _failed(code: str) -> Sight:
    return Sight(ok=False, detail=because(code))
