"""Who may ask as an admin: by address, by the host name that was asked for, and by origin.

The host name tells a page apart that another name was made to point here for (DNS rebinding): what
is not public, and what the configuration lists, nobody else can point anywhere.
"""

from ipaddress import ip_address
from re import fullmatch
from urllib.parse import urlsplit

from quart import Request

from hall.core.config.fields import HOST_NAME
from hall.core.errors import ForeignOriginError, UnknownHostError
from hall.interface.auth.client_address import bare_host, within
from hall.interface.services import refusal, services, who

LOCAL = (".local", ".lan", ".home.arpa", ".internal")
"""Ends of names that no public name server answers for (RFC 6762, RFC 8375, ICANN's .internal)."""

_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def check_admin(asked: Request) -> None:
    """Let an admin through.

    Raises:
        RefusedError: the address is not one of an admin, or cannot be told.
        UnknownHostError: it was asked for under a name that is not known to be the gateway's.
        ForeignOriginError: a page of another site orders something.
    """
    _check_address(asked)
    _check_host(asked)
    if asked.method not in _LOOKING:
        _check_origin(asked)


def _check_address(asked: Request) -> None:
    gateway = services().config.gateway
    someone = who(asked)
    shown = someone.address or "unknown"
    if someone.address is None or not within(someone.address, gateway.admin.allow):
        raise refusal(someone, f"Address {shown} is not one of an admin (gateway.admin.allow)")


def _check_host(asked: Request) -> None:
    """Both what the client asked for and what came here, for a proxy may pass on either."""
    for name in {who(asked).host, bare_host(asked.host)}:
        if not known_host(name, services().config.gateway.admin.hosts):
            raise UnknownHostError(
                f"Host {name!r} is not known to be the gateway's; expected an IP address, a name "
                "of the local network, or one listed in gateway.admin.hosts"
            )
        if (domain := services().domain_of_host(name)) is not None:
            raise UnknownHostError(f"Host {name!r} belongs to domain {domain!r}")


def known_host(name: str, listed: tuple[str, ...]) -> bool:
    """Whether nobody outside can make this name point here; ``name`` is lower case, no port."""
    if fullmatch(HOST_NAME, name) and ("." not in name or name.endswith(LOCAL) or name in listed):
        return True
    inner = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        ip_address(inner)
    except ValueError:
        return False
    return True


def _check_origin(asked: Request) -> None:
    """Scripts send no Origin; a browser's page must be one of this very host and port."""
    origin, authority = asked.headers.get("Origin"), who(asked).authority
    foreign = asked.headers.get("Sec-Fetch-Site") not in {None, "none", "same-origin"}
    if foreign or (origin is not None and not same_origin(origin, authority)):
        raise ForeignOriginError(
            f"Origin {origin or 'of another site'} may not do this; expected that of {authority}"
        )


def same_origin(origin: str, authority: str) -> bool:
    """Whether an Origin header (RFC 6454) names this host and port; 80 and 443 may be left out."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    port = _DEFAULT_PORTS.get(parts.scheme)
    if port is None:
        return False
    asked, own = (text.strip().lower().removesuffix(port) for text in (parts.netloc, authority))
    return asked == own
