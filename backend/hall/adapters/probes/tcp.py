"""A TCP connect, where ping is filtered."""

import asyncio
from functools import partial
from time import perf_counter

from hall.adapters.probes.connect_errors import Kind, failure_of
from hall.adapters.probes.happy_eyeballs import first
from hall.adapters.probes.resolver import Names
from hall.core.model.check import ProbeResult
from hall.core.model.reason import Reason, because


class TcpProber:
    """Looks whether a machine answers at a port; nothing is sent.

    A refusal is an answer: a machine that is off resets no connection (RFC 9293, 3.10.7.1). What a
    router says in its place, that the host is unreachable, is none.
    """

    def __init__(self, address: str, port: int, names: Names) -> None:
        self._address = address
        self._port = port
        self._names = names

    async def look(self, timeout_s: float) -> ProbeResult:
        """Connect once, to the address that answers first.

        ``timeout_s`` bounds the name look-up, then the connect.
        """
        try:
            addresses = await self._names.addresses(self._address, timeout_s)
            begun = perf_counter()
            attempts = [partial(self._connect, address) for address in addresses]
            answer = await first(attempts, within_s=timeout_s, drop=_forget)
        except OSError as error:
            return _failed(error)
        return ProbeResult(ok=True, detail=answer, took_ms=(perf_counter() - begun) * 1000)

    async def _connect(self, address: str) -> Reason:
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_connection(asyncio.Protocol, address, self._port)
        except ConnectionRefusedError:
            return because("tcp_refused")
        transport.abort()
        return because("tcp_ok")


async def _forget(_late: Reason) -> None:
    """Another address answered in the same moment: nothing is held by it."""


def _failed(error: OSError) -> ProbeResult:
    failure = failure_of(error)
    if failure.kind in {Kind.NAME, Kind.UNREACHABLE, Kind.OWN}:
        return ProbeResult(ok=False, detail=failure.reason("tcp"), ours=failure.ours)
    return ProbeResult(ok=False, detail=because("tcp_silent"))
