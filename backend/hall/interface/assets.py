"""What the pages need beside themselves: modules, and a domain's logo. All from memory."""

from quart import Blueprint, Response, abort, request

from hall.interface.services import require_access, services

blueprint = Blueprint("assets", __name__, url_prefix="/_hall")


@blueprint.get("/assets/<path:path>")
async def asset(path: str) -> Response:
    """A file of the pages, compressed where the browser takes it."""
    found = services().pages.asset(path)
    if found is None:
        abort(404, f"There is no file {path!r}")
    if request.accept_encodings["gzip"] > 0:
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(found.gzipped, content_type=found.mimetype, headers=headers)
    return Response(found.body, content_type=found.mimetype)


@blueprint.get("/logo/<name>")
async def logo(name: str) -> Response:
    """A domain's logo; an SVG may not run anything."""
    require_access(name, request)
    found = services().logos.get(name)
    if found is None:
        abort(404, f"Domain {name!r} has no logo")
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return Response(
        found.content,
        content_type=found.mimetype,
        headers={"Content-Security-Policy": policy},
    )
