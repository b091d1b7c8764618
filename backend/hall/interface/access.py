"""Who is asking, whether they may enter, and whether their asking may wake anything."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from crawlerdetect import CrawlerDetect
from werkzeug.datastructures import Headers

from hall.core.config import DomainConfig

Address = IPv4Address | IPv6Address
Networks = Iterable[IPv4Network | IPv6Network]

_HAND_TOOLS = ("curl/", "wget/", "httpie/", "xh/")
"""Tools that a person types; robot lists hold them, but their visits count."""

_QUIET_NAMES = ("favicon.ico", "robots.txt", "sitemap.xml", "ads.txt", "browserconfig.xml")
_QUIET_PREFIXES = ("apple-touch-icon", ".well-known/")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the client's address (None when it cannot be told), and what host was asked for.

    ``authority`` is the host as it was sent, with its port; ``host`` the name alone.
    """

    address: Address | None
    authority: str

    @property
    def host(self) -> str:
        """The host name: lower case, no port, no trailing dot."""
        return bare_host(self.authority)


def caller(peer: str | None, host: str, headers: Headers, *, trusted: Networks) -> Caller:
    """Who asks, believing X-Forwarded-For and -Host only from trusted proxies.

    The chain is walked from the right, as each proxy appends the peer that it saw, in the same
    header line or in one more; the first address that is not a trusted proxy is the client. What
    stands left of it is anybody's claim. A hop that is no address leaves the client unknown.
    """
    address = _address(peer)
    if address is None or not within(address, trusted):
        return Caller(address, host)
    host = ",".join(headers.getlist("X-Forwarded-Host") or [host]).rsplit(",", 1)[-1].strip()
    for hop in reversed(_hops(",".join(headers.getlist("X-Forwarded-For")))):
        address = _address(hop)
        if address is None or not within(address, trusted):
            break
    return Caller(address, host)


def _hops(header: str) -> list[str]:
    return [hop.strip() for hop in header.split(",") if hop.strip()]


def _address(text: str | None) -> Address | None:
    """An IP address, without port or brackets; an IPv4 one that came mapped is an IPv4 one."""
    if not text:
        return None
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def within(address: Address, networks: Networks) -> bool:
    """Whether the address is in one of the networks."""
    return any(address in network for network in networks)


def bare_host(host: str) -> str:
    """A Host header's name alone: lower case, no port, no trailing dot."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0].rstrip(".")


def may_enter(address: Address | None, domain: DomainConfig) -> bool:
    """Whether the address is on the domain's access list; an unknown address is not."""
    return address is not None and within(address, domain.access.allow)


def truncated(address: Address | None) -> str:
    """An address without what tells one person from another: IPv4 /16, IPv6 /48."""
    if address is None:
        return "unknown"
    kept = 16 if isinstance(address, IPv4Address) else 48
    return str(ip_network((address, kept), strict=False))


def own_origin(origin: str | None, fetch_site: str | None, *, known: Container[str]) -> bool:
    """Whether a change of state or a socket was asked for by Hall's own page or a known site.

    Scripts send no Origin and pass; a page of any other site does not. ``known`` holds host names.
    """
    if origin is None:
        return fetch_site in {None, "none", "same-origin"}
    try:
        return urlsplit(origin).hostname in known
    except ValueError:
        return False


def wakes(method: str, path: str, headers: Headers) -> bool:
    """Whether this request is a visit: asked for by a person, or a script that means it.

    HEAD, prefetch, favicons, known robots and link previews are not. ``path`` is what was asked
    for within the domain, without a leading slash.
    """
    if method in {"HEAD", "OPTIONS"} or _quiet(path):
        return False
    purpose = " ".join(headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    if "prefetch" in purpose.lower() or "preview" in purpose.lower():
        return False
    if headers.get("Sec-Fetch-Dest", "document") in {
        "image",
        "script",
        "style",
        "font",
        "manifest",
    }:
        return False
    return not robot(headers.get("User-Agent", ""))


def _quiet(path: str) -> bool:
    name = path.lower()
    return name in _QUIET_NAMES or name.startswith(_QUIET_PREFIXES)


@lru_cache(maxsize=1024)
def robot(user_agent: str) -> bool:
    """Whether this is a known robot, monitor or link preview, by the CrawlerDetect list."""
    agent = user_agent[:500].lower()
    if not agent:
        return True
    if agent.startswith(_HAND_TOOLS):
        return False
    return bool(_detector().isCrawler(agent))


@lru_cache(maxsize=1)
def _detector() -> CrawlerDetect:
    return CrawlerDetect()
