"""The admin's routes: servers and domains are looked at and ordered in the same words."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag
from werkzeug.exceptions import BadRequest

from hall.application.admin import AdminService, OrderTarget
from hall.application.supervisor import View
from hall.core.model.state import ServerState
from hall.interface.auth.admin import check_admin
from hall.interface.http.closed import closed_body
from hall.interface.http.responses import json_answer
from hall.interface.services import services
from hall.interface.wire import admin, admin_made, requests
from hall.interface.wire import domain as wire

Find = Callable[[AdminService, str], OrderTarget]
"""Finds a server or a domain by its id; an unknown one is an error."""

REFUSALS = (400, 403, 404, 409, 415)


async def look(target: OrderTarget) -> Response:
    """Where it stands, what is wanted of it and why. Asking never wakes."""
    return _answer(services().admin.look(target), target, 200)


async def hold(target: OrderTarget) -> Response:
    """Hold it awake, or asleep, until an instant or for a time; the latest hold counts."""
    order = await requests.read(request, requests.HoldOrder)
    wanted = order.hold(services().clock.now())
    return _answer(await services().admin.hold(target, wanted), target, 200)


async def lift(target: OrderTarget) -> Response:
    """Take its hold away, if there is one."""
    await requests.read(request, requests.NothingOrder)
    return _answer(await services().admin.hold(target, None), target, 200)


async def wake(target: OrderTarget) -> Response:
    """Wake it now, over a hold or closed hours: 202, or 200 when it is awake already.

    With ``now: false`` a hold or closed hours stand: 409.
    """
    order = await requests.read(request, requests.WakeOrder)
    admin = services().admin
    if not order.now and (closed := admin.closed(target)) is not None:
        return closed_body(closed, _told(admin.look(target), target), 409)
    answer = await admin.wake(target)
    return _answer(answer.server, target, 200 if answer.done else 202)


async def sleep(target: OrderTarget) -> Response:
    """Put it to sleep as soon as its guards are quiet: 202, or 200 when it is asleep already.

    The verdict says what it waits for. 409 when a policy or a hold wants it awake, or when there
    is no way to put it to sleep. ``force`` passes over the guards of a server.
    """
    order = await requests.read(request, requests.SleepOrder)
    if order.force and target.domain is not None:
        raise BadRequest("force=true: guards are those of a server; expected it for a server only")
    answer = await services().admin.sleep(target, force=order.force)
    return _answer(answer.server, target, 200 if answer.done else 202)


def _answer(cell: ServerState, target: OrderTarget, status: int) -> Response:
    return json_answer(_told(cell, target), status)


def _told(cell: ServerState, target: OrderTarget) -> dict[str, Any]:
    now = services().clock.now()
    if target.domain is None:
        return admin_made.server_json(cell, now)
    return admin_made.domain_json(View(cell, cell.domains[target.domain]), now)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done with a server or a domain."""

    method: str
    path: str
    do: Callable[[OrderTarget], Awaitable[Response]]
    body: type[BaseModel] | None = None
    statuses: tuple[int, ...] = (200,)


ACTS = (
    Act("GET", "", look),
    Act("POST", "/hold", hold, requests.HoldOrder),
    Act("DELETE", "/hold", lift),
    Act("POST", "/wake", wake, requests.WakeOrder, statuses=(200, 202)),
    Act("POST", "/sleep", sleep, requests.SleepOrder, statuses=(200, 202)),
)


def blueprints() -> Iterator[Blueprint]:
    """The routes of servers, and those of domains."""
    every = _blueprint("servers", AdminService.server, admin.ServerModel)
    every.get("")(servers)
    yield every
    yield _blueprint("domains", AdminService.domain, admin.DomainModel)


@tag(["admin"])
@document_response(admin.ServersModel)
@document_response(wire.ErrorModel, 403)
async def servers() -> Response:
    """Every server with its domains: where they stand, what is wanted of them and why."""
    return json_answer(
        admin_made.servers_json(services().supervisor.servers, services().clock.now()), 200
    )


def _blueprint(kind: str, find: Find, model: type[BaseModel]) -> Blueprint:
    blueprint = Blueprint(f"admin_{kind}", __name__, url_prefix=f"/api/admin/{kind}")

    @blueprint.before_request
    async def _admins_only() -> None:
        check_admin(request)

    for act in ACTS:
        view = _described(act, find, model)
        blueprint.add_url_rule(f"/<name>{act.path}", act.do.__name__, view, methods=[act.method])
    return blueprint


def _described(act: Act, find: Find, model: type[BaseModel]) -> Callable[..., Awaitable[Response]]:
    """The act as a handler, with its words and shapes for the API's description."""

    async def view(name: str) -> Response:
        return await act.do(find(services().admin, name))

    handler: Any = tag(["admin"])(view)
    handler.__doc__ = act.do.__doc__
    if act.body is not None:
        handler = document_request(act.body)(handler)
    for status in act.statuses:
        handler = document_response(model, status)(handler)
    for status in REFUSALS:
        handler = document_response(wire.ErrorModel, status)(handler)
    described: Callable[..., Awaitable[Response]] = handler
    return described
