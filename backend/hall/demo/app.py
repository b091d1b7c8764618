"""The app of a simulated project, and how long ago somebody used it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, suppress

from hall.demo.httpd import Reply, Request, serve
from hall.demo.page import arrived_page, good_night_page, language, warming_page
from hall.demo.scenes import Scene

_HTML = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
_JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}
_BEAT_S = 1.0


class Usage:
    """When a server may fall asleep: some time after its last use, or on order."""

    def __init__(self, idle: float) -> None:
        self._idle = idle
        self._users = 0
        self._last = _now()
        self._ordered = asyncio.Event()

    @contextmanager
    def use(self) -> Iterator[None]:
        """Be in use inside the block."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            self.touch()

    def touch(self) -> None:
        """Count the idle time from now."""
        self._last = _now()

    def order_sleep(self) -> None:
        """Let it fall asleep at once."""
        self._ordered.set()

    async def until_sleep(self) -> None:
        """Return when it is time to sleep."""
        while (left := self._left()) > 0 and not self._ordered.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._ordered.wait()

    def _left(self) -> float:
        return self._idle if self._users else self._last + self._idle - _now()


class App:
    """A project's own site: 503 until it is ready, then its page for any path."""

    def __init__(
        self, scene: Scene, usage: Usage, gateway: str, *, on_visit: Callable[[], None]
    ) -> None:
        self.is_ready = False
        self._scene = scene
        self._usage = usage
        self._on_visit = on_visit
        self._door = f"{gateway}/{scene.id}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client."""
        await serve(reader, writer, self.answer)

    async def answer(self, request: Request) -> Reply:
        """Answer one request; all but those for `/health` are use."""
        if request.path == "/health":
            return self._health()
        self._on_visit()
        with self._usage.use():
            return self._visit(request)

    def _health(self) -> Reply:
        if self.is_ready:
            return Reply(200, b'{"status": "ok"}\n', _JSON)
        return Reply(503, b'{"status": "starting"}\n', _JSON)

    def _visit(self, request: Request) -> Reply:
        lang = language(request.headers.get("accept-language", ""))
        again = self._door + request.target
        if not self.is_ready:
            page = warming_page(self._scene, lang, again=again)
            return Reply(503, page, _HTML | {"Retry-After": "1"})
        match request.method, request.path:
            case "POST", "/sleep":
                self._usage.order_sleep()
                return Reply(200, good_night_page(self._scene, lang, again=self._door), _HTML)
            case "GET", "/stay":
                return Reply(200, self._stay(), {"Content-Type": "text/plain"})
            case _:
                page = arrived_page(self._scene, lang, target=request.target, again=again)
                return Reply(200, page, _HTML)

    async def _stay(self) -> AsyncGenerator[bytes]:
        with self._usage.use():
            while True:
                yield b"."
                await asyncio.sleep(_BEAT_S)


def _now() -> float:
    return asyncio.get_running_loop().time()
