"""The admin's routes of servers."""

from quart import Blueprint, Response
from quart_schema import document_response, tag

from hall.interface.admin import acts
from hall.interface.http.responses import json_answer
from hall.interface.services import services
from hall.interface.wire import admin, admin_json, requests
from hall.interface.wire.domain import ErrorModel

blueprint = Blueprint("admin_servers", __name__, url_prefix="/api/admin/servers")
blueprint.before_request(acts.require_admin)


@blueprint.get("")
@tag(["admin"])
@document_response(admin.ServersModel)
@document_response(ErrorModel, 403)
async def servers() -> Response:
    """Every server with its domains: where they stand, what is wanted of them and why."""
    every = services().supervisor.servers
    return json_answer(admin_json.servers_json(every, services().clock.now()), 200)


@blueprint.get("/<name>")
@acts.described(admin.ServerModel)
async def look(name: str) -> Response:
    """Where it stands, what is wanted of it and why. Asking never wakes."""
    target = services().admin.server(name)
    return acts.answer(services().admin.look(target), target)


@blueprint.post("/<name>/hold")
@acts.described(admin.ServerModel, body=requests.HoldOrder)
async def hold(name: str) -> Response:
    """Hold it awake, or asleep, until an instant or for a time; the latest hold counts."""
    return await acts.set_hold(services().admin.server(name))


@blueprint.delete("/<name>/hold")
@acts.described(admin.ServerModel)
async def lift(name: str) -> Response:
    """Take its hold away, if there is one."""
    return await acts.lift_hold(services().admin.server(name))


@blueprint.post("/<name>/wake")
@acts.described(admin.ServerModel, 200, 202, body=requests.WakeOrder)
async def wake(name: str) -> Response:
    """Wake it now, over a hold or closed hours: 202, or 200 when it is awake already.

    With ``now: false`` a hold or closed hours stand: 409.
    """
    return await acts.order_wake(services().admin.server(name))


@blueprint.post("/<name>/sleep")
@acts.described(admin.ServerModel, 200, 202, body=requests.SleepOrder)
async def sleep(name: str) -> Response:
    """Put it to sleep as soon as its guards are quiet: 202, or 200 when it is asleep already.

    The verdict says what it waits for. 409 when a policy or a hold wants it awake, or when there
    is no way to put it to sleep. ``force`` passes over the guards of a server.
    """
    return await acts.order_sleep(services().admin.server(name))
