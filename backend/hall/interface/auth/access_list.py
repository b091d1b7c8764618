"""Whether who asks may enter."""

from collections.abc import Container
from urllib.parse import urlsplit

from hall.core.config.domain import DomainConfig
from hall.interface.auth.client_address import IpAddress, within


def may_enter(address: IpAddress | None, domain: DomainConfig) -> bool:
    """Whether the address is on the domain's access list; an unknown address is not."""
    return address is not None and within(address, domain.access.allow)


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
