"""For operators: is it alive, can it work."""

from quart import Blueprint, Response
from quart_schema import document_response, tag

from hall.core.policy.quiet import left_alone
from hall.interface.http.responses import json_answer
from hall.interface.services import services
from hall.interface.wire import domain as wire

blueprint = Blueprint("operators", __name__)


@blueprint.get("/healthz")
@tag(["operators"])
@document_response(wire.AliveModel)
async def alive() -> Response:
    """Liveness: the process answers. What it can do is said by ``/readyz``."""
    body: wire.AliveModel = {"status": "ok", "version": services().version}
    return json_answer(body, 200)


@blueprint.get("/readyz")
@tag(["operators"])
@document_response(wire.ReadyModel)
@document_response(wire.ReadyModel, 503)
async def ready() -> Response:
    """Readiness: every server was looked at, or is left alone. A sick journal stops nothing."""
    servers = services().supervisor.servers
    unseen = [cell for cell in servers if cell.network.seen_at is None]
    missing = [cell.id for cell in unseen if not left_alone(cell)]
    body: wire.ReadyModel = {
        "ready": not missing,
        "waiting_for": [f"a first look at {len(missing)} servers"] if missing else [],
        "journal": "sick" if services().journal_sick() else "ok",
    }
    return json_answer(body, 503 if missing else 200)
