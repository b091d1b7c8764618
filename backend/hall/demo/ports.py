"""A TCP port of a simulated server: its own for life, silent while the server sleeps."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from types import TracebackType
from typing import Self

from hall.demo.tasks import tasks_of_the_block

HOST = "127.0.0.1"

DemoConnection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What talks to one client; the connection is closed when it returns."""


class DemoPort:
    """A port on the loopback: silent, inside `awake` it refuses, inside `listening` it accepts.

    A second socket, bound and never listening, keeps the number from going to somebody
    else while the server is asleep.
    """

    def __init__(self, number: int = 0) -> None:
        self._keeper = _bound(number)
        self._silence = ExitStack()
        self.number: int = self._keeper.getsockname()[1]

    def __enter__(self) -> Self:
        self._fall_silent()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._silence.close()
        self._keeper.close()

    @contextmanager
    def awake(self) -> Generator[None]:
        """Refuse who connects, as a machine that is up does."""
        self._silence.close()
        try:
            yield
        finally:
            self._fall_silent()

    def _fall_silent(self) -> None:
        """Drop who connects, as a machine that sleeps does: the kernel does so for a full queue."""
        full = self._silence.enter_context(_bound(self.number))
        full.listen(0)
        first = self._silence.enter_context(socket.socket())
        first.setblocking(False)
        first.connect_ex((HOST, self.number))

    @asynccontextmanager
    async def listening(self, talk: DemoConnection) -> AsyncGenerator[None]:
        """Accept connections inside the block; at its end cut those that are open."""
        is_open = True
        open_ones: set[asyncio.StreamWriter] = set()
        async with tasks_of_the_block() as start:

            def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                if is_open:
                    open_ones.add(writer)
                    start(_converse(talk, reader, writer, open_ones))
                else:
                    writer.transport.abort()

            server = await asyncio.start_server(connected, sock=_bound(self.number))
            try:
                yield
            finally:
                is_open = False
                await _close(server)
                for writer in open_ones:  # a task that is cancelled before it began ends nothing
                    writer.transport.abort()


async def _close(server: asyncio.Server) -> None:
    """Let nobody in any more. Who was let in just now gets a transport first.

    In some releases of Python, a server that is closed in that moment leaves the connection open
    and forgets it (https://github.com/python/cpython/issues/109564).
    """
    for sock in server.sockets:
        asyncio.get_running_loop().remove_reader(sock.fileno())
    try:
        await asyncio.sleep(0)
    finally:
        server.close()


async def _converse(
    talk: DemoConnection,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    open_ones: set[asyncio.StreamWriter],
) -> None:
    try:
        with suppress(OSError):
            await talk(reader, writer)
            writer.close()
            await writer.wait_closed()
    finally:
        open_ones.discard(writer)
        writer.transport.abort()


def _bound(number: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, number))
    except OSError:
        sock.close()
        raise
    return sock
