"""A small HTTP server for one connection: enough for a Docker Engine and a web page."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import h11

_CHUNK = 65_536


@dataclass(slots=True)
class Counters:
    """Bytes that went in and out."""

    received: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """What a client asked for: `target` is the path with its query, as it came."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path of the request target, still encoded, without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters, each with its last value."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class DemoReply:
    """An answer; a body that is a generator is sent as it comes, in chunks."""

    status: int
    body: bytes | AsyncGenerator[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)


DemoAnswer = Callable[[DemoRequest], Awaitable[DemoReply]]


async def serve_port(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer: DemoAnswer,
    counters: Counters | None = None,
) -> None:
    """Answer the requests of one connection until the client leaves or talks nonsense."""
    line = _Line(reader, writer, counters or Counters())
    try:
        while (request := await line.request()) is not None:
            await line.reply(request, await answer(request))
            line.http.start_next_cycle()
    except h11.ProtocolError:
        return


class _Line:
    """One connection, in words of HTTP."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counters: Counters
    ) -> None:
        self.http = h11.Connection(h11.SERVER)
        self._reader = reader
        self._writer = writer
        self._counters = counters

    async def request(self) -> DemoRequest | None:
        head = await self._next()
        if not isinstance(head, h11.Request):
            return None
        while not isinstance(await self._next(), h11.EndOfMessage):
            pass
        headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}
        return DemoRequest(head.method.decode(), head.target.decode("latin-1"), headers)

    async def reply(self, request: DemoRequest, reply: DemoReply) -> None:
        headers = [*reply.headers.items()]
        if isinstance(reply.body, bytes):
            headers.append(("Content-Length", str(len(reply.body))))
            self._send(h11.Response(status_code=reply.status, headers=headers))
            if request.method != "HEAD":
                self._send(h11.Data(data=reply.body))
        else:
            self._send(h11.Response(status_code=reply.status, headers=headers))
            await self._stream(reply.body)
        self._send(h11.EndOfMessage())
        await self._writer.drain()

    async def _stream(self, body: AsyncGenerator[bytes]) -> None:
        async with aclosing(body):
            async for chunk in body:
                self._send(h11.Data(data=chunk))
                await self._writer.drain()

    async def _next(self) -> h11.Event:
        while not isinstance(event := self.http.next_event(), h11.Event):
            data = await self._reader.read(_CHUNK)
            self._counters.received += len(data)
            self.http.receive_data(data)
        return event

    def _send(self, event: h11.Event) -> None:
        data = self.http.send(event) or b""
        self._counters.sent += len(data)
        self._writer.write(data)
