"""A small HTTP/1.1 server, bounded on all sides: it faces whoever reaches the port.

By hand over h11, because Hypercorn with an application needs three times the memory, and
neither takes care of unauthenticated clients that hold connections.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

import h11

from hall.agent.bounds import Bounds
from hall.agent.connection_limits import AgentPeer, Guests

logger = logging.getLogger("hall.agent")

HEAD_LIMIT = 8 * 1024
"""How many bytes the head of a request may have."""

REQUEST_BODY_LIMIT = 64 * 1024
"""How many bytes its body may have."""

_BODILESS = frozenset({204, 304})
_CHUNK = 65_536


class Chunks(Protocol):
    """A body that is sent as it comes."""

    async def chunk(self) -> bytes | None:
        """The next piece; None at the end.

        Raises:
            CutError: it broke off; the other end is to see that.
        """
        ...

    async def aclose(self) -> None:
        """Free what the body is made from, whether all of it was read or not."""
        ...


class CutError(Exception):
    """A body broke off where it should not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: ``target`` as it came; header names in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        """Every value of a header, in the order in which they came; ``name`` is lower case."""
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """An answer; ``known`` says that the request was signed by Hall."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Chunks = b""
    known: bool = False


Handle = Callable[[Asked], Awaitable[HttpReply]]


class _GoneError(Exception):
    """The other end left, or spoke out of turn."""


class HttpServer:
    """Serves HTTP on the connections that it is given."""

    def __init__(
        self, handle: Handle, tls: ssl.SSLContext | None = None, bounds: Bounds = Bounds()
    ) -> None:
        self._handle = handle
        self._tls = tls
        self._bounds = bounds
        self._guests = Guests(bounds)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends; errors end that one, and are logged."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine has one
        guest, clean = self._guests.enter(task), False
        try:
            if self._tls is not None:
                async with asyncio.timeout(self._bounds.stranger_s):
                    await writer.start_tls(self._tls)
            await _Line(reader, writer, guest, self._bounds).serve(self._handle)
            clean = guest.known
        except (OSError, TimeoutError, h11.ProtocolError, CutError, _GoneError) as error:
            logger.debug("A connection ended: %r", error)
        except asyncio.CancelledError:
            # Sent away. Nothing is above this task but asyncio, which takes that for an error.
            logger.debug("A connection was cut off")
        except Exception:
            logger.exception("A request failed")
        finally:
            self._guests.leave(guest)
            if clean:
                writer.close()
            else:
                writer.transport.abort()

    async def close(self) -> None:
        """Cut off every connection, and wait until all are gone; answers under way are lost."""
        await self._guests.send_away()


class _Line:
    """One connection, in words of HTTP."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        guest: AgentPeer,
        bounds: Bounds,
    ) -> None:
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_LIMIT)
        self._reader = reader
        self._writer = writer
        self._guest = guest
        self._bounds = bounds
        # What is drained is then sent. Not 0: over TLS, asyncio would wait for less than nothing.
        writer.transport.set_write_buffer_limits(high=1, low=0)

    async def serve(self, handle: Handle) -> None:
        """Answer one request after the other, until the other end leaves."""
        while (asked := await self._request()) is not None:
            await self._while_there(self._answer(asked, handle))
            if self._http.our_state is h11.MUST_CLOSE:
                return
            self._http.start_next_cycle()

    async def _request(self) -> Asked | None:
        bounds = self._bounds
        async with asyncio.timeout(bounds.idle_s if self._guest.known else bounds.stranger_s):
            head = await self._next()
            if not isinstance(head, h11.Request):
                return None
            if head.http_version != b"1.1" or "transfer-encoding" in dict(_plain(head)):
                raise _GoneError  # a body has a length
            body = await self._body()
        return Asked(head.method.decode(), head.target.decode("latin-1"), _plain(head), body)

    async def _body(self) -> bytes:
        body = b""
        while isinstance(event := await self._next(), h11.Data):
            body += event.data
            if len(body) > REQUEST_BODY_LIMIT:
                raise _GoneError
        return body

    async def _next(self) -> h11.Event:
        while not isinstance(event := self._http.next_event(), h11.Event):
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event

    async def _while_there(self, work: Coroutine[None, None, None]) -> None:
        """Do the work, but end it when the other end leaves or speaks out of turn."""
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._gone(), name="watch a connection")
                await work
                watch.cancel()
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def _gone(self) -> None:
        await self._reader.read(1)
        raise _GoneError

    async def _answer(self, asked: Asked, handle: Handle) -> None:
        reply = await handle(asked)
        if reply.known and not self._guest.authenticate():
            raise _GoneError
        if isinstance(reply.body, bytes):
            await self._whole(asked, reply, reply.body)
        else:
            async with aclosing(reply.body) as body:
                await self._head(reply)
                while (chunk := await body.chunk()) is not None:
                    await self._send(h11.Data(data=chunk))
        await self._send(h11.EndOfMessage())

    async def _whole(self, asked: Asked, reply: HttpReply, body: bytes) -> None:
        if reply.status not in _BODILESS:
            reply.headers["content-length"] = str(len(body))
        await self._head(reply)
        if asked.method != "HEAD" and reply.status not in _BODILESS:
            await self._send(h11.Data(data=body))

    async def _head(self, reply: HttpReply) -> None:
        headers = list(reply.headers.items())
        await self._send(h11.Response(status_code=reply.status, headers=headers))

    async def _send(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
        async with asyncio.timeout(self._bounds.write_s):
            await self._writer.drain()


def _plain(head: h11.Request) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode(), value.decode("latin-1")) for name, value in head.headers)
