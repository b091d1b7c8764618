"""A TCP connect, where ping is filtered."""

import asyncio
from time import perf_counter

from hall.adapters.probes.failure import Kind, failure_of
from hall.adapters.probes.names import Names
from hall.core.facts import Sight
from hall.core.reasons import because

_CODES = {
    Kind.NAME: "name_unknown",
    Kind.UNREACHABLE: "unreachable",
    Kind.REFUSED: "tcp_refused",
}


class TcpProber:
    """Looks whether a port accepts connections; nothing is sent."""

    def __init__(self, address: str, port: int, names: Names) -> None:
        self._address = address
        self._port = port
        self._names = names

    async def look(self, timeout_s: float) -> Sight:
        """Connect once. ``timeout_s`` bounds the name look-up, then the connect."""
        try:
            address, *_ = await self._names.addresses(self._address, timeout_s)
            took_ms = await _connect(address, self._port, timeout_s)
        except OSError as error:
            code = _CODES.get(failure_of(error).kind, "tcp_silent")
            return Sight(ok=False, detail=because(code))
        return Sight(ok=True, detail=because("tcp_ok"), took_ms=took_ms)


async def _connect(address: str, port: int, timeout_s: float) -> float:
    begun = perf_counter()
    async with asyncio.timeout(timeout_s):
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, address, port)
    transport.abort()
    return (perf_counter() - begun) * 1000
