"""Serves an application on a socket that anybody may reach: each connection counted and timed.

By hand around Hypercorn's HTTP/1.1: Hypercorn's own server counts nobody, has one time limit for
all, goes over to HTTP/2, and leaves the accepting to asyncio, which writes a traceback for each
connection that it cannot take, thousands a second.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.lifespan import Lifespan
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework

from hall.net.connection import Connection, Deadlines, Serving, TransportPeer
from hall.net.lines import Lines

logger = logging.getLogger("hall.net.listen")

MOST_WAITING = 1000
"""Connections that may be open with no request in work; more only cost memory."""

CLOSING_PATIENCE_S = 0.3
"""How long a stop waits for answers that are under way."""

PAUSE_S = 0.1
"""Before a connection is tried to be taken again, when nobody can be cut off for it."""

QUIET_S = 60.0
"""The same trouble is told again after this time."""

_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nCache-Control: no-store\r\n"
    b"X-Hall: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Front:
    """Serves one application on one listening socket.

    Args:
        app: The application.
        door: The socket; it is made non-blocking.
        limit: How many connections may be open at a time; who comes then gets a 503.
        deadlines: How long requests may take to arrive.
    """

    def __init__(
        self,
        app: ASGIFramework,
        door: socket.socket,
        *,
        limit: int,
        deadlines: Deadlines = Deadlines(),  # noqa: B008 - it is frozen
    ) -> None:
        door.setblocking(False)
        self._door = door
        self._lines = Lines(limit, min(limit, MOST_WAITING))
        self._serving = Serving(
            app=ASGIWrapper(app),
            config=_config(),
            context=WorkerContext(None),
            lines=self._lines,
            deadlines=deadlines,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._told_at: float | None = None

    async def serve(self, until: Callable[[], Awaitable[object]]) -> None:
        """Serve until that returns; answers that are under way then have ``CLOSING_PATIENCE_S``."""
        lifespan = Lifespan(self._serving.app, self._serving.config, asyncio.get_running_loop(), {})
        async with asyncio.TaskGroup() as group:
            living = group.create_task(lifespan.handle_lifespan(), name="lifespan")
            await lifespan.wait_for_startup()
            accepting = group.create_task(self._accept(group), name="accept")
            await until()
            accepting.cancel()
            await self._see_out()
            await lifespan.wait_for_shutdown()
            living.cancel()

    async def _see_out(self) -> None:
        await self._serving.context.terminated.set()
        self._lines.send_away()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=CLOSING_PATIENCE_S)
            for task in late:
                task.cancel()

    async def _accept(self, group: asyncio.TaskGroup) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                came, peer = await loop.sock_accept(self._door)
            except OSError as error:
                await self._trouble(error)
            else:
                with suppress(OSError):
                    await self._let_in(came, peer, group)

    async def _trouble(self, error: OSError) -> None:
        """Make room where this machine lacks it; other errors are the caller's own (accept(2))."""
        if error.errno in _EXHAUSTED:
            self._tell(f"No connection can be taken: {error.strerror}")
            if not self._lines.thin_out():
                await asyncio.sleep(PAUSE_S)
        await asyncio.sleep(0)

    def _tell(self, text: str) -> None:
        now = asyncio.get_running_loop().time()
        if self._told_at is None or now - self._told_at >= QUIET_S:
            self._told_at = now
            logger.warning("%s; %d are open", text, len(self._lines))

    async def _let_in(
        self, came: socket.socket, peer: TransportPeer, group: asyncio.TaskGroup
    ) -> None:
        if not self._lines.make_room():
            self._tell("Too many connections, new ones are refused")
            with came:
                came.send(_FULL)
            return
        own = came.getsockname()
        # Who is in has a turn before the next is taken, so that a crowd is heard, not cut off.
        line = Connection(self._serving, *await _streams(came))
        task = group.create_task(self._run(line, peer[:2], own[:2]), name="connection")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, line: Connection, peer: TransportPeer, own: TransportPeer) -> None:
        try:
            await line.run(peer, own)
        except Exception as error:
            logger.exception("A connection failed", exc_info=error)


async def _streams(came: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.connect_accepted_socket(lambda: protocol, came)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def _config() -> Config:
    """What Hypercorn's protocols go by; the deadlines are those of ``connection``."""
    config = Config()
    config.include_server_header = False
    config.websocket_max_message_size = 1024
    config.shutdown_timeout = CLOSING_PATIENCE_S
    config.loglevel = "WARNING"
    return config
