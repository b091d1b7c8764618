"""The app of a simulated project."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from hall.demo.httpd import Counters, DemoReply, DemoRequest, serve_port
from hall.demo.page import arrived_page, good_night_page, language, warming_page
from hall.demo.scene import Scene

_HTML = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
_JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}
_BEAT_S = 1.0
_BEAT = b"." * 4096
"""Enough of a download, one each second, to count as use."""


class DemoProject:
    """A project's own site: 503 until it is ready, then its page for any path.

    Args:
        scene: What it is the site of.
        gateway: Where Hall is, for its links.
        counters: Count its traffic.
        on_visit: Called with each request but those for `/health`.
        on_sleep: Called when somebody wants its server asleep.
    """

    def __init__(
        self,
        scene: Scene,
        gateway: str,
        counters: Counters,
        *,
        on_visit: Callable[[], None],
        on_sleep: Callable[[], None],
    ) -> None:
        self.is_ready = False
        self._scene = scene
        self._counters = counters
        self._on_visit = on_visit
        self._on_sleep = on_sleep
        self._door = f"{gateway}/{scene.id}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client of the simulated project until it hangs up."""
        await serve_port(reader, writer, self.answer, self._counters)

    async def answer(self, request: DemoRequest) -> DemoReply:
        """Answer the HEALTHCHECK's path with the health, any other as a visit."""
        if request.path == "/health":
            return self._health()
        self._on_visit()
        return self._visit(request)

    def _health(self) -> DemoReply:
        if self.is_ready:
            return DemoReply(200, b'{"status": "ok"}\n', _JSON)
        return DemoReply(503, b'{"status": "starting"}\n', _JSON)

    def _visit(self, request: DemoRequest) -> DemoReply:
        lang = language(request.headers.get("accept-language", ""))
        again = self._door + request.target
        if not self.is_ready:
            page = warming_page(self._scene, lang, again=again)
            return DemoReply(503, page, _HTML | {"Retry-After": "1"})
        match request.method, request.path:
            case "POST", "/sleep":
                self._on_sleep()
                return DemoReply(200, good_night_page(self._scene, lang, again=self._door), _HTML)
            case "GET", "/stay":
                return DemoReply(200, _stay(), {"Content-Type": "text/plain"})
            case _:
                page = arrived_page(self._scene, lang, target=request.target, again=again)
                return DemoReply(200, page, _HTML)


async def _stay() -> AsyncGenerator[bytes]:
    while True:
        yield _BEAT
        await asyncio.sleep(_BEAT_S)
