"""Which requests are a visit: first what is asked for and how, and only then who asks.

A visit wakes a server and keeps it awake. What a browser does by itself is none: a picture, a
service worker, a beacon, the poll of an open tab (W3C Fetch Metadata tells them where the site is
reached over TLS or on this machine; elsewhere Accept and Referer do). Neither is what Hall itself
causes.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from hall.core.config.gateway import WakersConfig
from hall.interface.auth.programs import Named, name_words, named
from hall.interface.http.mark import HEADER

_LOOKING = frozenset({"HEAD", "OPTIONS", "TRACE"})
_QUIET_NAMES = frozenset(
    {
        *("favicon.ico", "favicon.svg", "favicon.png", "robots.txt", "humans.txt", "llms.txt"),
        *("ads.txt", "app-ads.txt", "security.txt", "sitemap.xml", "sitemap_index.xml"),
        *("browserconfig.xml", "opensearch.xml", "crossdomain.xml", "clientaccesspolicy.xml"),
    }
)
_QUIET_PREFIXES = ("apple-touch-icon", ".well-known/")
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_REPORTS = frozenset(
    {"text/ping", "application/csp-report", "application/reports+json", "application/report"}
)
_PAGES = ("text/html", "application/xhtml+xml")
_TELL_WHO_ACTS = frozenset({"chrome", "chromium"})
"""Browsers that say of each page a person asked for, with Sec-Fetch-User, that it was one.

Firefox does not for its button to reload, Safari never does (https://webkit.org/b/247697).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSigns:
    """A request. ``path`` is within the domain, without a leading slash; ``here`` as it was sent.

    ``here`` has the query; ``host`` is the host that was asked for, with its port.
    """

    method: str
    path: str
    here: str
    host: str
    headers: Headers


def counts_as_visit(asked: RequestSigns, owner: WakersConfig) -> bool:
    """Whether this is a visit: a person's, or that of a program that means it."""
    if _only_looks(asked) or _ahead(asked.headers) or _errand(asked.headers) or _by_itself(asked):
        return False
    who = named(_name(asked.headers), owner)
    return who is not Named.SILENT and (who is not Named.BROWSER or _for_a_page(asked.headers))


def is_robot(headers: Headers, owner: WakersConfig) -> bool:
    """Whether its User-Agent is a robot's, or missing: such wake nothing, whatever they ask for."""
    return named(_name(headers), owner) is Named.SILENT


def _name(headers: Headers) -> str:
    return headers.get("User-Agent", "")


def _only_looks(asked: RequestSigns) -> bool:
    path = asked.path.lower()
    quiet = path in _QUIET_NAMES or path.startswith(_QUIET_PREFIXES)
    return quiet or asked.method in _LOOKING or HEADER in asked.headers


def _ahead(headers: Headers) -> bool:
    """Fetched in case that somebody will want it."""
    purpose = " ".join(headers.get(name, "") for name in _AHEAD).lower()
    return any(word in purpose for word in ("prefetch", "prerender", "preview"))


def _errand(headers: Headers) -> bool:
    """What a page or a browser fetches with nobody asking: no page of its own, no click."""
    content = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if "Service-Worker" in headers or content in _REPORTS:
        return True
    if headers.get("Sec-Fetch-User") == "?1":
        return False
    kind = headers.get("Sec-Fetch-Dest", "document")
    return kind != "document" and not (kind == "empty" and _of_a_program(headers))


def _of_a_program(headers: Headers) -> bool:
    """A program that is built on a browser, like Thunderbird, fetches for no page at all."""
    return headers.get("Sec-Fetch-Site") == "none"


def _by_itself(asked: RequestSigns) -> bool:
    """A page that reloads or moves on with nobody there, Hall's own among them."""
    headers = asked.headers
    if asked.method != "GET" or headers.get("Sec-Fetch-User") == "?1":
        return False
    site = headers.get("Sec-Fetch-Site", "same-origin")
    if site != "same-origin" or not _for_a_page(headers):
        return False
    tells = "Sec-Fetch-Site" in headers and not _TELL_WHO_ACTS.isdisjoint(
        name_words(_name(headers))
    )
    return tells or _comes_from_itself(asked)


def _comes_from_itself(asked: RequestSigns) -> bool:
    try:
        referer = urlsplit(asked.headers.get("Referer", ""))
    except ValueError:
        return False
    here = referer._replace(scheme="", netloc="", fragment="").geturl()
    return referer.netloc == asked.host and here == asked.here


def _for_a_page(headers: Headers) -> bool:
    """A browser names text/html when it wants a page to show; who says nothing is no browser.

    It says nothing either when a page opens a socket.
    """
    if "Upgrade" in headers or headers.get("X-Requested-With") == "XMLHttpRequest":
        return False
    accept = headers.get("Accept")
    return accept is None or any(kind in accept for kind in _PAGES)
