"""For operators: is it alive, can it work."""

from quart import Blueprint, Response
from quart_schema import document_response, tag

from hall.core.policy.quiet import left_alone
from hall.interface import wire
from hall.interface.answers import as_json
from hall.interface.context import hall

blueprint = Blueprint("operators", __name__)


@blueprint.get("/healthz")
@tag(["operators"])
@document_response(wire.AliveModel)
async def alive() -> Response:
    """Liveness: the process answers."""
    return as_json({"status": "ok", "version": hall().version}, 200)


@blueprint.get("/readyz")
@tag(["operators"])
@document_response(wire.ReadyModel)
@document_response(wire.ReadyModel, 503)
async def ready() -> Response:
    """Readiness: every server was looked at, or is left alone. A sick journal stops nothing."""
    servers = hall().supervisor.servers
    unseen = [cell for cell in servers if cell.network.seen_at is None]
    missing = [cell.id for cell in unseen if not left_alone(cell)]
    body = {
        "ready": not missing,
        "waiting_for": [f"a first look at {len(missing)} servers"] if missing else [],
        "journal": "sick" if hall().journal_sick() else "ok",
    }
    return as_json(body, 503 if missing else 200)
