"""Whether who asks may enter, and whether their asking may wake anything."""

from collections.abc import Container
from functools import lru_cache
from urllib.parse import urlsplit

from crawlerdetect import CrawlerDetect
from werkzeug.datastructures import Headers

from hall.core.config import DomainConfig
from hall.interface.caller import Address, within

_HAND_TOOLS = ("curl/", "wget/", "httpie/", "xh/")
"""Tools that a person types; robot lists hold them, but their visits count."""

_QUIET_NAMES = ("favicon.ico", "robots.txt", "sitemap.xml", "ads.txt", "browserconfig.xml")
_QUIET_PREFIXES = ("apple-touch-icon", ".well-known/")


def may_enter(address: Address | None, domain: DomainConfig) -> bool:
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
