"""A stand-in for Hall that serves the real pages over scripted states.

Tests drive it; by hand, ``python tests/frontend/preview.py`` lists every page to look at.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, jsonify, redirect, request, websocket
from quart.typing import ResponseReturnValue

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from hall.interface.pages.renderer import MessageKind, Pages, PageView  # noqa: E402
from tests.frontend.samples import SAMPLES, State, climbing, ready  # noqa: E402

NONCE = "bm9uY2U"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" '
    'fill="#7a5cff"/><path d="M13 27V15a7 7 0 0 1 14 0v12" fill="none" stroke="#fff" '
    'stroke-width="3"/></svg>'
)
SITE = "<!doctype html><title>Site</title><h1>The project itself: {}</h1>"
CSP = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class Preview:
    """What a test can do to Hall: set a state, refuse, close, go away; and what it was asked."""

    def __init__(self) -> None:
        self.pages = Pages(ROOT / "frontend")
        self.state: State = deepcopy(SAMPLES["waking"])
        self.after_wake: State | None = None
        self.view: dict[str, Any] = {
            "name": "Atelier Lumen",
            "contact": "studio@example.org",
            "zone": "Europe/Paris",
        }
        self.target = "/site/deep?x=1"
        self.wakes = 0
        self.wakes_by_itself = 0
        self.asked_from = ""
        self.visits = 0
        self.looks = 0
        self.looks_by_head = 0
        self.let_through = False
        self.in_front: tuple[int, dict[str, str]] | None = None
        self.greeted = asyncio.Event()
        self.sockets = True
        self.away = False
        self.close_code: int | None = None
        self.changed = asyncio.Event()
        self.origin = ""
        self.lang: str | None = None

    def push(self, state: State) -> None:
        """Announce a state to who listens, whatever its number was."""
        self.state = {**deepcopy(state), "seq": self.state["seq"] + 1}
        self._wake_listeners()

    def drop(self, code: int) -> None:
        """Close every socket with this code."""
        self.close_code = code
        self._wake_listeners()

    def _wake_listeners(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    def render(self, lang: str) -> str:
        """The waiting page as it stands now."""
        view = PageView(
            **{
                "lang": lang,
                "nonce": NONCE,
                "domain": "client1",
                "target": self.origin + self.target,
                "here": "/client1/deep?x=1",
                "stays": self.target == "/client1/deep?x=1",
                **self.view,
            }
        )
        return self.pages.waiting(self.state, view=view)


def _html(body: str, status: int = 503) -> Response:
    headers = {
        "Content-Security-Policy": CSP.format(nonce=NONCE),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Hall": "1",
    }
    return Response(body, status, headers, content_type="text/html; charset=utf-8")


def make_app(preview: Preview) -> Quart:
    app = Quart(__name__)
    _add_pages(app, preview)
    _add_api(app, preview)
    _add_socket(app, preview)
    _add_gallery(app, preview)
    return app


def _add_pages(app: Quart, preview: Preview) -> None:
    @app.get("/client1", defaults={"rest": ""})
    @app.get("/client1/<path:rest>")
    async def waiting(rest: str) -> ResponseReturnValue:
        looks = request.method == "HEAD" or request.headers.get("X-Hall") == "look"
        return _looked_at(preview) if looks else _visited(preview, rest)

    @app.get("/site/<path:rest>")
    async def site(rest: str) -> ResponseReturnValue:
        return SITE.format(rest)

    @app.get("/_hall/assets/<path:path>")
    async def asset(path: str) -> ResponseReturnValue:
        found = preview.pages.asset(path)
        if found is None:
            return "", 404
        return Response(found.body, content_type=found.mimetype)

    @app.get("/logo.svg")
    async def logo() -> ResponseReturnValue:
        return Response(LOGO, content_type="image/svg+xml")

    @app.get("/favicon.ico")
    async def favicon() -> ResponseReturnValue:
        return "", 204


def _visited(preview: Preview, rest: str) -> ResponseReturnValue:
    if preview.let_through:
        return SITE.format(rest)
    preview.visits += 1
    lang = preview.pages.choose_language(request.headers.get("Accept-Language"))
    return _html(preview.render(preview.lang or request.args.get("lang", lang)))


def _looked_at(preview: Preview) -> ResponseReturnValue:
    """What is said to a look: by the project, by a front proxy of its own, or by Hall."""
    look = request.headers.get("X-Hall") == "look"
    preview.looks += look
    preview.looks_by_head += look and request.method == "HEAD"
    if preview.let_through:
        return ""
    if preview.in_front and request.method == "HEAD":
        return "", *preview.in_front
    return "", 503, {"X-Hall": "1"}


def _add_api(app: Quart, preview: Preview) -> None:
    @app.get("/_hall/api/status/client1")
    async def status() -> ResponseReturnValue:
        if preview.away:
            return "", 502
        if request.args.get("seq") == str(preview.state["seq"]):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(preview.changed.wait(), float(request.args["wait"]))
        return jsonify(preview.state)

    @app.post("/_hall/api/wake/client1")
    async def wake() -> ResponseReturnValue:
        preview.wakes += 1
        preview.wakes_by_itself += request.args.get("visit") == "true"
        preview.asked_from = request.headers.get("Origin", "")
        return await _woken(preview)


async def _woken(preview: Preview) -> ResponseReturnValue:
    if preview.away:
        return "", 502
    if preview.state["closed"]:
        return {"error": {"code": "closed", "details": preview.state}}, 409
    if preview.after_wake:
        preview.push(preview.after_wake)
    if "application/json" not in request.headers.get("Accept", ""):
        return redirect((await request.form)["next"], 303)
    return jsonify(preview.state), 202


def _add_socket(app: Quart, preview: Preview) -> None:
    @app.websocket("/_hall/ws/client1")
    async def live() -> None:
        if preview.away or not preview.sockets:
            await websocket.close(1013)
            return
        await websocket.accept()
        preview.greeted.set()
        preview.close_code = None
        while preview.close_code is None:
            changed = preview.changed
            await websocket.send_json({"type": "state", **preview.state})
            await changed.wait()
        await websocket.close(preview.close_code)


def _add_gallery(app: Quart, preview: Preview) -> None:
    @app.get("/")
    async def index() -> str:
        links = [f'<li><a href="/show/{name}">{name}</a>' for name in SAMPLES]
        links += [
            f'<li><a href="/say/{kind}">{kind}</a>' for kind in ("refused", "unknown", "error")
        ]
        return f'<ul>{"".join(links)}<li><a href="/story">the whole story</a></ul>'

    @app.get("/show/<name>")
    async def show(name: str) -> ResponseReturnValue:
        preview.push(SAMPLES[name])
        return redirect("/client1/deep?x=1")

    @app.get("/say/<kind>")
    async def say(kind: MessageKind) -> ResponseReturnValue:
        lang = preview.pages.choose_language(request.headers.get("Accept-Language"))
        values = {"address": "203.0.113.7", "contact": "studio@example.org"}
        return _html(preview.pages.message(kind, lang=lang, nonce=NONCE, values=values), 404)

    @app.get("/story")
    async def story() -> ResponseReturnValue:
        app.add_background_task(_tell, preview)
        preview.push(climbing((), 0.0))
        return redirect("/client1/deep?x=1")


async def _tell(preview: Preview) -> None:
    took = (18.0, 7.5, 12.0, 4.0)
    for reached in range(4):
        preview.push(climbing(took[:reached], sum(took[:reached])))
        await asyncio.sleep(took[reached])
    preview.push(ready())


@contextlib.asynccontextmanager
async def running(preview: Preview, port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback; gives the origin."""
    listener = socket.create_server(("127.0.0.1", port))
    preview.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.graceful_timeout = 0.5
    config.errorlog = None
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(
            serve(make_app(preview), config, shutdown_trigger=stop.wait), name="serve"
        )
        try:
            yield preview.origin
        finally:
            preview.drop(1012)
            stop.set()


async def main() -> None:
    async with running(Preview(), 8099) as origin:
        sys.stdout.write(f"{origin}\n")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
