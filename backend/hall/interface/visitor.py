"""The visitor's door: straight in when the project is ready, else the waiting page."""

import re
from urllib.parse import urlsplit

from quart import Blueprint, Quart, Request, Response, Websocket, redirect, request
from quart_schema import hide
from werkzeug.routing import BaseConverter

from hall.application.supervisor import View
from hall.core.config.document import RESERVED
from hall.core.config.domain import DomainConfig, Message
from hall.interface.auth.bots import RequestSigns, counts_as_visit
from hall.interface.auth.client_address import bare_host
from hall.interface.http.closed import closed_answer, opens_after_s
from hall.interface.http.mark import is_look
from hall.interface.http.responses import (
    as_page,
    json_answer,
    new_nonce,
    reader_language,
    wants_page,
)
from hall.interface.pages.renderer import PageView
from hall.interface.services import require_access, services, who
from hall.interface.wire import domain as wire

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Those that are described; every other one, like those of WebDAV, is answered alike."""

PATHS = ("/<domain:name>", "/<domain:name>/<rest:_rest>")
RETRY_AFTER_S = 5

blueprint = Blueprint("visitor", __name__)


class DomainConverter(BaseConverter):
    """A first path segment that is none of Hall's own, so that those keep their 404 and 405."""

    regex = f"(?!(?:{'|'.join(sorted(RESERVED))})(?:/|$))[^/]+"


class RestConverter(BaseConverter):
    """All that follows, also when it begins with a slash."""

    regex = "(?s:.*)"
    part_isolating = False


def install_visitor(app: Quart) -> None:
    """Give the application the visitor's routes."""
    app.url_map.merge_slashes = False
    app.url_map.converters.update(domain=DomainConverter, rest=RestConverter)
    app.register_blueprint(blueprint)
    # Quart's own way to add a route takes a list of methods, and has GET for none.
    app.endpoint("visitor.by_any_method")(by_any_method)
    for path in PATHS:
        app.url_map.add(app.url_rule_class(path, endpoint="visitor.by_any_method"))


@blueprint.route(PATHS[0], methods=METHODS)
@blueprint.route(PATHS[1], methods=METHODS)
async def by_path(name: str, _rest: str = "") -> Response:
    """A domain asked for by its path on the gateway."""
    return await enter(name, asked_path(request).lstrip("/").partition("/")[2])


@hide
async def by_any_method(name: str, _rest: str = "") -> Response:
    """The same with any other method."""
    return await by_path(name, _rest)


async def by_host(name: str) -> Response:
    """A domain asked for by its own host name: every path is its own."""
    return await enter(name, asked_path(request).removeprefix("/"))


def asked_path(asked: Request | Websocket) -> str:
    """The path as it was sent, still encoded, so that a deep link stays as it was.

    A proxy may send the absolute form (RFC 9112, 3.2.2); only its path counts.
    """
    raw: bytes = asked.scope.get("raw_path") or asked.path.encode()
    path = raw.partition(b"?")[0].decode("ascii", "replace")
    return path if path.startswith("/") else urlsplit(path).path or "/"


async def enter(name: str, rest: str) -> Response:
    """Send the caller in, or answer with the waiting page or the state."""
    domain = require_access(name, request)
    if is_look(request.method, request.headers):
        return Response("", status=503)
    visit = is_visit(request, rest)
    view = await (services().visits.visit(name) if visit else services().visits.peek(name))
    target = where_to(domain, rest, request)
    if view.ready and not leads_here(target, request):
        return _go(target)
    return _wait(view, target, visited=visit)


def is_visit(asked: Request | Websocket, rest: str) -> bool:
    """Whether somebody who means it asks for this within the domain."""
    what = RequestSigns(
        method=asked.method,
        path=rest,
        here=_here(asked),
        host=who(asked).authority,
        headers=asked.headers,
    )
    return counts_as_visit(what, services().config.gateway.wakers)


def _here(asked: Request | Websocket) -> str:
    """The path and query of a request, as they were sent."""
    query = asked.query_string.decode("ascii", "replace")
    return asked_path(asked) + (f"?{query}" if query else "")


def where_to(domain: DomainConfig, rest: str, asked: Request | Websocket) -> str:
    """Where the caller wants to be: the configured address, with the path and query asked for."""
    query = asked.query_string.decode("ascii", "replace")
    return f"{domain.url.rstrip('/')}/{rest}" + (f"?{query}" if query else "")


def leads_here(target: str, asked: Request | Websocket) -> bool:
    """Whether the target is this very address: the front proxy has not switched over yet.

    A front proxy may leave its port out of the Host (nginx's ``$host``); to lead its visitors there
    would lead them in circles. The page, which sees its own address, goes on if it is elsewhere.
    """
    parts, someone = urlsplit(target), who(asked)
    if parts.path != asked_path(asked):
        return False
    if someone.by_proxy and not re.search(r":\d+$", someone.authority):
        return bare_host(parts.netloc) == someone.host
    return _bare(parts.netloc) == _bare(someone.authority)


def _bare(authority: str) -> str:
    """Host and port as a browser sends them: without a port that goes without saying."""
    return authority.lower().removesuffix(":80").removesuffix(":443")


def _go(target: str) -> Response:
    """Temporary, so that nobody remembers it; 307 keeps the method and the body."""
    status = 302 if request.method in {"GET", "HEAD"} else 307
    answer = redirect(target, status)
    return Response("", status=status, headers={"Location": answer.headers["Location"]})


def _wait(view: View, target: str, *, visited: bool) -> Response:
    answer = _page(view, target, visited=visited) if wants_page() else state_answer(view)
    answer.headers["Retry-After"] = str(retry_after_s(view))
    return answer


def retry_after_s(view: View) -> int:
    """After how many seconds it is worth asking again."""
    if (closed := wire.closed_for_visitors(view)) is not None:
        return opens_after_s(closed, services().clock.now())
    return 1 if view.ready or view.domain.wake is None else RETRY_AFTER_S


def state_answer(view: View) -> Response:
    """What a program is told while it cannot go in."""
    if (closed := wire.closed_for_visitors(view)) is not None:
        return closed_answer(view, closed, 503)
    return json_answer(wire.state_json(view, services().clock.now()), 503)


def _page(view: View, target: str, *, visited: bool) -> Response:
    nonce, lang, domain = new_nonce(), reader_language(), view.domain.spec
    page = PageView(
        lang=lang,
        nonce=nonce,
        name=domain.name,
        message=_message(domain.page.message, lang),
        accent=domain.page.accent,
        logo_url=f"/_hall/logo/{view.domain.id}" if view.domain.id in services().logos else None,
        contact=domain.page.contact or services().config.gateway.contact,
        zone=_zone(view),
        base="/_hall",
        domain=view.domain.id,
        target=target,
        here=_here(request),
        stays=leads_here(target, request),
        visited=visited,
    )
    html = services().pages.waiting(wire.state_json(view, services().clock.now()), view=page)
    parts = urlsplit(target)
    return as_page(
        html,
        503,
        nonce=nonce,
        form_target=f"{parts.scheme}://{parts.netloc}",
        framed_by=domain.page.framed_by,
    )


def _zone(view: View) -> str:
    schedule = view.domain.schedule
    return services().config.gateway.timezone if schedule is None else schedule.zone


def _message(message: Message | str | None, lang: str) -> str | None:
    if isinstance(message, Message):
        return message.fr if lang == "fr" else message.en
    return message
