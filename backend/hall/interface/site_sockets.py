"""A program of the site itself that opens a WebSocket while the site sleeps, or is elsewhere.

It is never taken in, for Hall is not the site; it is told when to come back, or where to.
"""

from urllib.parse import urlsplit

from quart import Blueprint, Response, websocket

from hall.interface.services import require_access, services
from hall.interface.visitor import (
    asked_path,
    is_visit,
    leads_here,
    retry_after_s,
    state_answer,
    where_to,
)

blueprint = Blueprint("site_sockets", __name__)


@blueprint.websocket("/<domain:name>")
@blueprint.websocket("/<domain:name>/<rest:_rest>")
async def by_path(name: str, _rest: str = "") -> Response:
    """On a path of the gateway."""
    return await knock(name, asked_path(websocket).lstrip("/").partition("/")[2])


async def socket_by_host(name: str) -> Response:
    """On the domain's own host name."""
    return await knock(name, asked_path(websocket).removeprefix("/"))


async def knock(name: str, rest: str) -> Response:
    """503 while it sleeps, as for a visit without a page; then 307 to the site (RFC 6455, 4.1)."""
    domain = require_access(name, websocket)
    # With an Origin it is a page that is open already: its script is no visitor.
    visit = "Origin" not in websocket.headers and is_visit(websocket, rest)
    view = await (services().visits.visit(name) if visit else services().visits.peek(name))
    target = where_to(domain, rest, websocket)
    if view.ready and not leads_here(target, websocket):
        there = urlsplit(target)
        secure = there.scheme == "https"
        target = there._replace(scheme="wss" if secure else "ws").geturl()
        return Response("", status=307, headers={"Location": target})
    answer = state_answer(view)
    answer.headers["Retry-After"] = str(retry_after_s(view))
    return answer
