"""A front proxy that sends a host to Hall, and once it is told to, to the project."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

SITE = b"<!doctype html><title>Site</title><h1>The project itself</h1>"


class SwitchingProxy:
    """One request a connection; what it was asked for, by whom it was answered.

    ``let_through`` sends all but ``/_hall/`` to the project, which stays Hall's.
    """

    def __init__(self, hall: str) -> None:
        self.hall = hall.removeprefix("http://").split(":")
        self.let_through = False
        self.asked: list[str] = []
        self.more = asyncio.Event()

    def count(self, asked: str) -> int:
        return self.asked.count(asked)

    async def until(self, asked: str, times: int) -> None:
        """Wait until the same was asked so often."""
        while self.count(asked) < times:
            self.more.clear()
            await self.more.wait()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
            own = path.startswith("/_hall/")
            to_site = self.let_through and not own
            self.asked.append(f"{method} {path} {'site' if to_site else 'hall'}")
            self.more.set()
            if to_site:
                await _answer(writer, method)
            else:
                await self._pass_on(head, reader, writer)
        writer.close()

    async def _pass_on(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        inner, outer = await asyncio.open_connection(self.hall[0], int(self.hall[1]))
        first, _, rest = head.partition(b"\r\n")
        closing = b"" if b"upgrade: websocket" in head.lower() else b"Connection: close\r\n"
        rest = rest.replace(b"Connection: keep-alive\r\n", b"")
        outer.write(first + b"\r\n" + closing + rest)
        async with asyncio.TaskGroup() as group:
            up = group.create_task(_pipe(reader, outer))
            await _pipe(inner, writer)
            up.cancel()
        outer.close()


async def _answer(writer: asyncio.StreamWriter, method: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(SITE)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + (SITE if method == "GET" else b""))
    await writer.drain()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()


@asynccontextmanager
async def in_front_of(hall: str, port: int) -> AsyncIterator[SwitchingProxy]:
    """Have the proxy at this port of the loopback inside the block."""
    proxy = SwitchingProxy(hall)
    server = await asyncio.start_server(proxy.talk, "127.0.0.1", port)
    try:
        yield proxy
    finally:
        server.close()
