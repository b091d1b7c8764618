"""From the configuration to probers."""

import socket
import ssl
from functools import partial
from types import TracebackType
from typing import Self, assert_never

import httpx

from hall.adapters.probes.http import HttpProber
from hall.adapters.probes.ping import PingProber
from hall.adapters.probes.resolver import Names
from hall.adapters.probes.tcp import TcpProber
from hall.adapters.probes.transport import NamedTransport
from hall.core.config.domain import HealthConfig
from hall.core.config.methods import PingCheck, TcpCheck
from hall.core.config.server import ServerConfig
from hall.core.ports import Prober

SMALL = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
"""A look reads the head of an answer, seldom more: what the project sends beyond it would count as
traffic of its containers, and large pages would keep themselves awake."""


def network_prober(server: ServerConfig, names: Names | None = None) -> Prober:
    """The way to see a server's network. ``names`` may be shared between servers."""
    address, names = str(server.address), names or Names()
    match server.network:
        case PingCheck():
            return PingProber(address, names)
        case TcpCheck(port=port):
            return TcpProber(address, port, names)
        case _ as never:
            assert_never(never)


class AppProbers:
    """Makes the probers of projects, which share the costly part: the TLS settings.

    Nothing else is shared: each look has a connection of its own, because one that was left open
    by a suspend would make the next look wait in vain; and each project a pool of its own, because
    httpcore goes through all that a pool holds whenever a connection comes or goes.
    """

    def __init__(self, names: Names | None = None) -> None:
        self._names = names or Names()
        self._contexts: dict[bool, ssl.SSLContext] = {}
        self._open: list[httpx.AsyncBaseTransport] = []

    def prober(self, health: HealthConfig) -> HttpProber:
        """A prober for one project; those that check certificates alike share a transport."""
        checks = health.verify_tls and health.url.startswith("https:")
        if checks not in self._contexts:
            self._contexts[checks] = probe_tls_context(verify=checks)
        return HttpProber(health, partial(self._transport, self._contexts[checks]))

    def _transport(self, context: ssl.SSLContext) -> httpx.AsyncBaseTransport:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        made = NamedTransport(self._names, context, limits=limits, socket_options=SMALL)
        self._open.append(made)
        return made

    async def aclose(self) -> None:
        """Close what is open; the probers are of no use afterwards."""
        for transport in self._open:
            await transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()


def probe_tls_context(*, verify: bool) -> ssl.SSLContext:
    """TLS as a client; ``verify`` by the authorities that this machine's system trusts."""
    if verify:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
