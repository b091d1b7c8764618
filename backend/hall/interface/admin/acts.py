"""What can be done with a server or a domain, in the same words for both."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from quart import Response, request
from quart_schema import document_request, document_response, tag
from werkzeug.exceptions import BadRequest

from hall.application.admin import OrderTarget
from hall.application.supervisor import View
from hall.core.model.state import ServerState
from hall.interface.auth.admin import check_admin
from hall.interface.http.closed import closed_body
from hall.interface.http.responses import json_answer
from hall.interface.services import services
from hall.interface.wire import admin_json, requests
from hall.interface.wire import domain as wire
from hall.interface.wire.admin import DomainModel, ServerModel

REFUSALS = (400, 403, 404, 409, 415)

Handler = TypeVar("Handler", bound=Callable[..., Any])


async def require_admin() -> None:
    """Let only admins through; see ``check_admin``."""
    check_admin(request)


def described(
    shape: type[object], *statuses: int, body: type[BaseModel] | None = None
) -> Callable[[Handler], Handler]:
    """Describe a route in the API's own description: what it takes, and what it answers."""

    def describe(handler: Handler) -> Handler:
        handler = tag(["admin"])(handler)
        if body is not None:
            handler = document_request(body)(handler)
        for status in statuses or (200,):
            handler = document_response(shape, status)(handler)
        for status in REFUSALS:
            handler = document_response(wire.ErrorModel, status)(handler)
        return handler

    return describe


async def set_hold(target: OrderTarget) -> Response:
    """Read a hold from the request, and set it."""
    order = await requests.read(request, requests.HoldOrder)
    wanted = order.hold(services().clock.now())
    return answer(await services().admin.hold(target, wanted), target)


async def lift_hold(target: OrderTarget) -> Response:
    """Take the hold away; the request brings nothing else."""
    await requests.read(request, requests.NothingOrder)
    return answer(await services().admin.hold(target, None), target)


async def order_wake(target: OrderTarget) -> Response:
    """Wake it: 202, or 200 when it is awake; 409 when it is closed and ``now`` is false."""
    order = await requests.read(request, requests.WakeOrder)
    admin = services().admin
    if not order.now and (closed := admin.closed(target)) is not None:
        return closed_body(closed, _body(admin.look(target), target), 409)
    done = await admin.wake(target)
    return answer(done.server, target, 200 if done.done else 202)


async def order_sleep(target: OrderTarget) -> Response:
    """Put it to sleep: 202, or 200 when it is asleep; only a server can be forced."""
    order = await requests.read(request, requests.SleepOrder)
    if order.force and target.domain is not None:
        raise BadRequest("force=true: guards are those of a server; expected it for a server only")
    done = await services().admin.sleep(target, force=order.force)
    return answer(done.server, target, 200 if done.done else 202)


def answer(cell: ServerState, target: OrderTarget, status: int = 200) -> Response:
    """The target as it stands in this cell."""
    return json_answer(_body(cell, target), status)


def _body(cell: ServerState, target: OrderTarget) -> ServerModel | DomainModel:
    now = services().clock.now()
    if target.domain is None:
        return admin_json.server_json(cell, now)
    return admin_json.domain_json(View(cell, cell.domains[target.domain]), now)
