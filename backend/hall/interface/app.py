"""The web application: made from its parts, with nothing global."""

from quart import Quart, Response, request, websocket
from quart_schema import Info, QuartSchema

from hall.interface import assets, health, site_sockets, sockets, visitor
from hall.interface.admin import domains, servers
from hall.interface.api import api
from hall.interface.http import responses
from hall.interface.http.mark import marked
from hall.interface.services import Services, services, who

LARGEST_BODY = 4096
"""Bytes of a request's body; nothing that Hall reads is longer."""

BODY_S = 10
"""How long it may take to arrive; then the answer is 408."""


def create_app(parts: Services) -> Quart:
    """Build the application that answers with these parts."""
    app = Quart("hall", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["BODY_TIMEOUT"] = BODY_S
    app.extensions["hall"] = parts
    app.asgi_app = marked(app.asgi_app)  # type: ignore[method-assign]
    responses.install_errors(app)
    QuartSchema(
        app,
        openapi_path="/openapi.json",
        swagger_ui_path=None,
        redoc_ui_path=None,
        scalar_ui_path=None,
        info=Info(title="Hall", version=parts.version, description="A wake-on-demand gateway."),
        conversion_preference="pydantic",
    )
    for blueprint in (
        health.blueprint,
        assets.blueprint,
        sockets.blueprint,
        api("api", "/api"),
        api("page_api", "/_hall/api"),
        servers.blueprint,
        domains.blueprint,
    ):
        app.register_blueprint(blueprint)
    visitor.install_visitor(app)
    app.register_blueprint(site_sockets.blueprint)

    @app.before_request
    async def _by_host() -> Response | None:
        """On a domain's host name, all but ``/_hall/`` is the domain's own."""
        name = services().domain_of_host(who(request).host)
        if name is None or request.path.startswith("/_hall/"):
            return None
        return await visitor.by_host(name)

    @app.before_websocket
    async def _socket_by_host() -> Response | None:
        """The same of a socket."""
        name = services().domain_of_host(who(websocket).host)
        if name is None or websocket.path.startswith("/_hall/"):
            return None
        return await site_sockets.socket_by_host(name)

    return app
