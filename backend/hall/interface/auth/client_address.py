"""The client's address, and what host was asked for: the only module that tells who asks.

A front proxy tells in headers whom it asks for. They are believed from proxies that
``gateway.trusted_proxies`` names, and from nobody else: anybody can write a header. Where the
client cannot be told it is unknown, and unknown is refused; the doubt says why.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

from werkzeug.datastructures import Headers

IpAddress = IPv4Address | IPv6Address
Networks = Iterable[IPv4Network | IPv6Network]

CHAIN = "X-Forwarded-For"
"""The header that a trusted proxy names the client in; each proxy appends the peer that it saw."""

HOSTS = "X-Forwarded-Host"

SETTING = "gateway.trusted_proxies"

_WHOSE = (
    "client|clnt|connecting|connection|custom|enduser|origin|originating|peer|proxyuser|real"
    "|remote|socket|source|src|true|user|visitor"
)
_OF_PROXIES = re.compile(
    r"(?:x-)?forward(?:ed.*|(?:er)?(?:-.*)?)"
    rf"|(?:.*-)?(?:{_WHOSE})-?ip(?:v?[46])?"
    r"|.*-remote-addr(?:ess)?"
    r"|(?:x-.*-)?via|cdn-loop|front-end-https|x-nginx-proxy|x-rewrite-url|x-(?:url-)?scheme"
    r"|x-varnish|(?:cf|x-(?:arr|azure|envoy|original|proxy))-.*"
)
"""Names of headers that proxies add, in lower case and with hyphens."""

LONGEST_NAME = 40
"""Letters of a header's name that are told: whoever asks may have made it up."""

_PORT = r"(?::\d{1,5})?"
_BRACKETED = re.compile(rf"\[([^\[\]]+)\]{_PORT}", re.ASCII)
_DOTTED = re.compile(rf"([\d.]+){_PORT}", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9._-]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the client cannot be told.

    ``header`` is the one that was found or missed. An ``unnamed_proxy`` is not in the setting; a
    ``silent_proxy`` is, and names no usable address.
    """

    kind: Literal["unnamed_proxy", "silent_proxy"]
    header: str

    def __str__(self) -> str:
        """In words for who runs the gateway."""
        if self.kind == "unnamed_proxy":
            return (
                f"who asks cannot be told, for the request has the header {self.header} "
                f"and does not come from a proxy that {SETTING} names"
            )
        return (
            f"who asks cannot be told, for a proxy that {SETTING} names "
            f"gives no usable address in {self.header}"
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the client's address (None when it cannot be told), and what host was asked for.

    ``authority`` is the host as it was sent, with its port; ``host`` the name alone; ``doubt`` why
    there is no address, where a proxy is the reason. ``by_proxy``: a trusted one passed it on.
    """

    address: IpAddress | None
    authority: str
    doubt: Doubt | None = None
    by_proxy: bool = False

    @property
    def host(self) -> str:
        """The host name: lower case, no port, no trailing dot."""
        return bare_host(self.authority)


def caller(peer: str | None, host: str, headers: Headers, *, trusted: Networks) -> Caller:
    """Who asks, as far as the trusted proxies tell.

    Their chain is walked from the right; the first address that is not a trusted proxy is the
    client, and what stands left of it is anybody's claim. A hop that is not exactly an address
    leaves the client unknown, as do a trusted proxy that names nobody and a stranger who forwards.
    """
    address = peer_address(peer)
    if address is None:
        return Caller(None, host)
    if not within(address, trusted):
        header = forwarded(headers)
        return Caller(address, host) if header is None else _doubted(host, "unnamed_proxy", header)
    hops = _split(headers, CHAIN)
    client, proxies = _walk(hops, trusted)
    asked = _named(_split(headers, HOSTS), proxies) or host
    if client is None:
        return _doubted(asked, "silent_proxy", CHAIN)
    return Caller(client, asked, by_proxy=True)


def _doubted(host: str, kind: Literal["unnamed_proxy", "silent_proxy"], header: str) -> Caller:
    return Caller(None, host, Doubt(kind, header))


def _split(headers: Headers, name: str) -> Sequence[str]:
    """A list in a header, in one line or several (RFC 9110, 5.3); empty parts are parts."""
    lines = headers.getlist(name)
    return [part.strip(" \t") for part in ",".join(lines).split(",")] if lines else ()


def _walk(hops: Sequence[str], trusted: Networks) -> tuple[IpAddress | None, int]:
    """The client, and how many trusted proxies stand between it and Hall; the peer is one."""
    address = None
    for proxies, hop in enumerate(reversed(hops), 1):
        address = hop_address(hop)
        if address is None or not within(address, trusted):
            return address, proxies
    return address, max(1, len(hops))


def _named(hosts: Sequence[str], proxies: int) -> str:
    """The host that the outermost trusted proxy was asked for; each appends what it saw.

    One that replaces the list leaves it shorter than the chain: then all of it is trusted.
    """
    return hosts[max(0, len(hosts) - proxies)] if hosts else ""


def forwarded(headers: Headers) -> str | None:
    """The first header that only a proxy adds, by name (cut at ``LONGEST_NAME``); else None."""
    for name, _ in headers:
        if _OF_PROXIES.fullmatch(name.lower().replace("_", "-")):
            return name[:LONGEST_NAME]
    return None


def peer_address(text: str | None) -> IpAddress | None:
    """The address of a connection's other end, as the operating system writes it; else None."""
    return None if text is None else _plain(text)


def hop_address(hop: str) -> IpAddress | None:
    """An address of the chain; None unless it is one, with or without its port, and nothing else.

    IPv6 stands bare, or in brackets, which a port needs (RFC 3986, 3.2.2).
    """
    found = _BRACKETED.fullmatch(hop)
    if found is not None:
        address = _plain(found[1])
        return address if ":" in found[1] and _port_is_right(hop, "]:") else None
    if _DOTTED.fullmatch(hop):
        return _plain(hop.partition(":")[0]) if _port_is_right(hop, ":") else None
    return _plain(hop)


def _port_is_right(hop: str, mark: str) -> bool:
    _, written, port = hop.rpartition(mark)
    return not written or 0 < int(port) <= 65_535  # noqa: PLR2004 - the largest port


def _plain(text: str) -> IpAddress | None:
    """An address by itself; an IPv4 one that came mapped (RFC 4291, 2.5.5.2) is an IPv4 one.

    The zone of a link-local one is of this machine's making, and is left out.
    """
    bare, written, zone = text.partition("%")
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    if written and not (address.version == 6 and address.is_link_local and _ZONE.fullmatch(zone)):  # noqa: PLR2004
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def within(address: IpAddress, networks: Networks) -> bool:
    """Whether the address is in one of the networks."""
    return any(address in network for network in networks)


def truncated(address: IpAddress | None) -> str:
    """An address without what tells one person from another: IPv4 /16, IPv6 /48; else "unknown"."""
    if address is None:
        return "unknown"
    kept = 16 if isinstance(address, IPv4Address) else 48
    return str(ip_network((address, kept), strict=False))


def bare_host(host: str) -> str:
    """A Host header's name alone: lower case, no port, no trailing dot."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0].rstrip(".")
