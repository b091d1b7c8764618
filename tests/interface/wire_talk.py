"""HTTP by hand, byte for byte, for tests of what stands on the wire."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def head(line: str, **headers: str) -> bytes:
    """A request without a body; header names are written with underscores."""
    named = {
        "Host": "127.0.0.1",
        **{key.replace("_", "-"): value for key, value in headers.items()},
    }
    lines = [f"{line} HTTP/1.1", *(f"{key}: {value}" for key, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode()


class Talk:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, data: bytes) -> None:
        self._writer.write(data)

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: its status, its headers by lower-case name, its body."""
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        headers = {key.lower(): value for key, value in (line.split(": ", 1) for line in lines)}
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return int(first.split()[1]), headers, body

    async def status(self) -> int | None:
        """The status of the next answer; None when the other end closes instead."""
        try:
            return (await self.answer())[0]
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return None

    async def rest(self) -> bytes:
        """All that comes until the other end closes."""
        try:
            return await self._reader.read()
        except ConnectionResetError:
            return b""


@asynccontextmanager
async def talk(port: int, source: str = "127.0.0.1") -> AsyncIterator[Talk]:
    """A connection to this port of this machine, from this address."""
    async with asyncio.timeout(120):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        try:
            yield Talk(reader, writer)
        finally:
            writer.close()
