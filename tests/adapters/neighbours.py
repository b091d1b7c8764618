"""Real neighbours on loopback: ports that serve, refuse, stay silent or hang up."""

import asyncio
import resource
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(
    talk: Talk, start: Callable[..., Awaitable[asyncio.Server]]
) -> AsyncIterator[asyncio.Server]:
    """Talk to whoever connects to the server that ``start`` makes; leave nobody behind."""
    talks: set[asyncio.Task[None] | None] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    server = await start(one)
    try:
        yield server
    finally:
        server.close()
        for _ in range(10):
            await asyncio.sleep(0)  # who was let in just now is yet to be talked to
        for task in filter(None, talks):
            task.cancel()
        await asyncio.gather(*filter(None, talks), return_exceptions=True)
        await asyncio.sleep(0)


@asynccontextmanager
async def serving(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Talk to whoever connects to the port that is given."""
    start = partial(asyncio.start_server, host="127.0.0.1", port=0, ssl=tls)
    async with listening(talk, start) as server:
        yield server.sockets[0].getsockname()[1]


def answering(head: str, body: bytes = b"", seen: list[str] | None = None) -> Talk:
    """Give each request the same answer; ``seen`` collects the requests."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if seen is not None:
            seen.append(request.decode())
        size = f"Content-Length: {len(body)}\r\n"
        writer.write(f"HTTP/1.1 {head}\r\n{size}\r\n".encode() + body)
        await writer.drain()
        await reader.read()

    return talk


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hear the request and close, as Docker's proxy does for a port that nobody serves yet."""
    await reader.readuntil(b"\r\n\r\n")


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept, and leave it at that until the other end goes."""
    await reader.read()


@contextmanager
def refusing() -> Iterator[int]:
    """A port that is taken, and that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def dropping(host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """A port that drops every SYN, like a machine that is asleep: its queue is full."""
    with socket.socket() as full, socket.socket() as first:
        full.bind((host, port))
        full.listen(0)
        first.connect(full.getsockname())
        yield full.getsockname()[1]


@contextmanager
def no_descriptors() -> Iterator[None]:
    """A process that may open nothing more, like a gateway that somebody holds full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # None at all: with as many as are open now, whatever another thread closes would make room.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
