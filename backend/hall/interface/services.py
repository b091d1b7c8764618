"""What the interface is given, and how a handler gets at it; nothing is global."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hmac import compare_digest
from typing import cast

from quart import Request, Websocket, current_app, g

from hall.application.admin import AdminService
from hall.application.hub import Hub
from hall.application.supervisor import Supervisor
from hall.application.visits import VisitService
from hall.core.config.document import Configuration
from hall.core.config.domain import DomainConfig
from hall.core.errors import ForeignOriginError, RefusedError, UnknownDomainError
from hall.core.ports import Clock
from hall.interface.auth.access_list import may_enter, own_origin
from hall.interface.auth.client_address import (
    SETTING,
    Caller,
    bare_host,
    caller,
    peer_address,
    truncated,
)
from hall.interface.auth.client_log import Doubts
from hall.interface.pages.renderer import Pages
from hall.interface.wire.frames import Frames
from hall.net.token import TOKEN_HEADER


@dataclass(frozen=True, slots=True)
class Logo:
    """A domain's logo, as read at start."""

    mimetype: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts that requests are answered with."""

    config: Configuration
    supervisor: Supervisor
    visits: VisitService
    hub: Hub
    pages: Pages
    clock: Clock
    journal_sick: Callable[[], bool]
    logos: Mapping[str, Logo]
    version: str
    token: str = ""
    doubts: Doubts = field(default_factory=Doubts)
    frames: Frames = field(default_factory=Frames)

    @property
    def admin(self) -> AdminService:
        """Where admins give their orders."""
        return AdminService(self.supervisor, self.clock)

    def domain_of_host(self, host: str) -> str | None:
        """The domain that a host name means, None for the gateway's own names."""
        return self._hosts.get(host)

    @cached_property
    def _hosts(self) -> dict[str, str]:
        """Whose name it is, by host name; no two domains share one."""
        return {host: name for name, domain in self.config.domains.items() for host in domain.hosts}


def services() -> Services:
    """The parts of the application that answers this request."""
    return cast("Services", current_app.extensions["hall"])


def who(asked: Request | Websocket) -> Caller:
    """The client of a request, found out once: the peer, or whom a trusted proxy names."""
    if "caller" not in g:
        g.caller = _identified(asked)
    return cast("Caller", g.caller)


def _identified(asked: Request | Websocket) -> Caller:
    peer = peer_address(asked.remote_addr)
    if peer is not None and peer.is_loopback and _proven(asked.headers.get(TOKEN_HEADER, "")):
        return Caller(peer, asked.host)
    trusted = services().config.gateway.trusted_proxies
    someone = caller(asked.remote_addr, asked.host, asked.headers, trusted=trusted)
    if someone.doubt is not None:
        services().doubts.tell(someone.doubt, peer)
    return someone


def _proven(token: str) -> bool:
    """Whether this is the gateway's own command: it alone can read the token (0600)."""
    return bool(services().token) and compare_digest(token.encode(), services().token.encode())


def refusal(someone: Caller, otherwise: str) -> RefusedError:
    """Why this caller is refused: that nobody knows who it is, or what is said otherwise."""
    if someone.doubt is None:
        return RefusedError(otherwise)
    words = str(someone.doubt)
    details = {"header": someone.doubt.header, "setting": SETTING}
    return RefusedError(words[0].upper() + words[1:], details)


def require_access(name: str, asked: Request | Websocket) -> DomainConfig:
    """The domain, if the caller may enter it; a refusal is journalled.

    Raises:
        UnknownDomainError: there is none, or it is not to be seen under this host name.
        RefusedError: the caller's address is not on its access list.
    """
    domain = services().config.domains.get(name)
    someone = who(asked)
    if domain is None or services().domain_of_host(someone.host) not in {None, name}:
        raise UnknownDomainError(f"There is no domain {name!r} here")
    if not may_enter(someone.address, domain):
        services().visits.refuse(name, truncated(someone.address))
        shown = someone.address or "unknown"
        raise refusal(someone, f"Address {shown} is not on the access list{_of(name, asked)}")
    return domain


def _of(name: str, asked: Request | Websocket) -> str:
    """Whose list it is, for a script that named the domain itself; not for Hall's own pages."""
    named = f"{asked.path}/".startswith(("/api/", f"/{name}/"))
    return f" of {name} (domains.{name}.access.allow)" if named else ""


def check_origin(asked: Request | Websocket, domain: DomainConfig) -> None:
    """Let only Hall's own pages, the domain's own site and scripts through.

    Raises:
        ForeignOriginError: a page of another site asks.
    """
    origin = asked.headers.get("Origin")
    known = {who(asked).host, bare_host(domain.url.split("/")[2]), *domain.hosts}
    if not own_origin(origin, asked.headers.get("Sec-Fetch-Site"), known=known):
        raise ForeignOriginError(
            f"Origin {origin or 'of another site'} may not do this; expected one of: "
            + ", ".join(sorted(known))
        )
