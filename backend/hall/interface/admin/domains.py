"""The admin's routes of domains."""

from quart import Blueprint, Response

from hall.interface.admin import acts
from hall.interface.services import services
from hall.interface.wire import admin, requests

blueprint = Blueprint("admin_domains", __name__, url_prefix="/api/admin/domains")
blueprint.before_request(acts.require_admin)


@blueprint.get("/<name>")
@acts.described(admin.DomainModel)
async def look(name: str) -> Response:
    """Where it stands, what is wanted of it and why. Asking never wakes."""
    target = services().admin.domain(name)
    return acts.answer(services().admin.look(target), target)


@blueprint.post("/<name>/hold")
@acts.described(admin.DomainModel, body=requests.HoldOrder)
async def hold(name: str) -> Response:
    """Hold it awake, or asleep, until an instant or for a time; the latest hold counts."""
    return await acts.set_hold(services().admin.domain(name))


@blueprint.delete("/<name>/hold")
@acts.described(admin.DomainModel)
async def lift(name: str) -> Response:
    """Take its hold away, if there is one."""
    return await acts.lift_hold(services().admin.domain(name))


@blueprint.post("/<name>/wake")
@acts.described(admin.DomainModel, 200, 202, body=requests.WakeOrder)
async def wake(name: str) -> Response:
    """Wake it now, over a hold or closed hours: 202, or 200 when it is awake already.

    With ``now: false`` a hold or closed hours stand: 409.
    """
    return await acts.order_wake(services().admin.domain(name))


@blueprint.post("/<name>/sleep")
@acts.described(admin.DomainModel, 200, 202, body=requests.SleepOrder)
async def sleep(name: str) -> Response:
    """Put it to sleep as soon as its guards are quiet: 202, or 200 when it is asleep already.

    The verdict says what it waits for. 409 when a policy or a hold wants it awake, or when there
    is no way to put it to sleep. ``force`` passes over the guards of a server.
    """
    return await acts.order_sleep(services().admin.domain(name))
