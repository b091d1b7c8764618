"""A hand-written Docker Engine: it says what a test puts into its mouth, over real sockets."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.adapters.neighbours import listening, serving

HEAD = "Api-Version: 1.41\r\nDate: Mon, 23 Nov 2026 08:00:00 GMT\r\n"
DATE_S = 1795420800
NEVER = 0


@dataclass
class FakeEngine:
    """``answers`` by method and path; a path that is not there is a 404, as Docker's.

    A container that has an answer to an order can be inspected, as an agent does before each.
    """

    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    events: list[bytes] = field(default_factory=list)
    hold: bool = True
    head: str = HEAD
    asked: list[str] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    connections: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            await self._answer(request, reader, writer)

    async def _answer(
        self, request: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        method, target, _ = request.split(maxsplit=2)
        path = urlsplit(target).path
        self.asked.append(f"{method} {path}")
        self.queries.append(dict(parse_qsl(urlsplit(target).query)))
        if path == "/events" and "GET /events" not in self.answers:
            await self._stream(reader, writer)
            return
        missing = self._unasked(path)
        status, body = self.answers.get(f"{method} {path}", missing)
        if status == NEVER:
            await reader.read()
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        size = "" if status in {204, 304} else f"Content-Length: {len(data)}\r\n"
        writer.write(f"HTTP/1.1 {status} X\r\n{self.head}{size}\r\n".encode())
        writer.write(data if size else b"")

    @property
    def orders(self) -> list[str]:
        """What was asked to be done, of all that was asked."""
        return [one for one in self.asked if one.startswith("POST")]

    def _unasked(self, path: str) -> tuple[int, Any]:
        key, asked = path.removeprefix("/containers/").split("/")[0], path.endswith("/json")
        if asked and any(one.startswith(f"POST /containers/{key}/") for one in self.answers):
            return 200, {**inspected(key), "Id": key}
        return 404, {"message": f"No such container: {path}"}

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{self.head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for event in self.events:
            writer.write(b"%x\r\n%b\r\n" % (len(event), event))
        if self.hold:
            await reader.read()
        else:
            writer.write(b"0\r\n\r\n")
            await writer.drain()


@asynccontextmanager
async def on_unix(engine: FakeEngine, folder: Path) -> AsyncIterator[str]:
    """Serve on a unix socket; gives its URL."""
    path = folder / "docker.sock"
    async with listening(engine.talk, partial(asyncio.start_unix_server, path=path)):
        yield f"unix://{path}"


@asynccontextmanager
async def on_tcp(engine: FakeEngine, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve on a TCP port of loopback; gives its URL."""
    async with serving(engine.talk, tls) as port:
        yield f"tcp://127.0.0.1:{port}"


def listed(identity: str, **labels: str) -> dict[str, Any]:
    """A line of the list; labels without their prefix."""
    return {"Id": identity, "Labels": {f"com.docker.compose.{k}": v for k, v in labels.items()}}


def inspected(name: str, status: str = "running", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """An inspection; ``labels``, ``health`` and ``exit_code`` as wanted."""
    state = {"Status": status, "ExitCode": more.get("exit_code", 0), "Health": more.get("health")}
    labels = {f"com.docker.compose.{k}": v for k, v in more.get("labels", {}).items()}
    return {"Name": f"/{name}", "State": state, "Config": {"Labels": labels or None}}


def event(action: str, name: str, nano: int = DATE_S * 10**9, **attributes: str) -> bytes:
    """A line of the event stream."""
    about = {"Attributes": {"name": name, **attributes}}
    told = {"Type": "container", "Action": action, "Actor": about, "timeNano": nano}
    return json.dumps(told).encode() + b"\n"
