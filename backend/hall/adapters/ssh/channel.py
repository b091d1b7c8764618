"""One channel of an SSH connection, as bytes in and out (RFC 4254, section 5)."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncssh


class Channel:
    """A connection to a socket of the server; ``closed`` is told when it is let go."""

    def __init__(
        self,
        reader: asyncssh.SSHReader[bytes],
        writer: asyncssh.SSHWriter[bytes],
        closed: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._closed: Callable[[], None] | None = closed

    async def read(self, most: int, timeout_s: float | None) -> bytes:
        """Bytes as they come; none at the end.

        Raises:
            OSError: the connection was cut; a TimeoutError when it is silent.
        """
        with _translated():
            async with asyncio.timeout(timeout_s):
                return await self._reader.read(most)

    async def write(self, data: bytes, timeout_s: float | None) -> None:
        """Send all of it.

        Raises:
            OSError: the connection was cut; a TimeoutError when it is silent.
        """
        with _translated():
            async with asyncio.timeout(timeout_s):
                self._writer.write(data)
                await self._writer.drain()

    @property
    def ended(self) -> bool:
        """Whether the other end has sent all that it will."""
        return self._reader.at_eof()

    def close(self) -> None:
        """Let go at once; a second time is fine."""
        self._writer.channel.abort()
        if self._closed is not None:
            self._closed()
            self._closed = None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except asyncssh.Error as error:
        silent = isinstance(error, asyncssh.ConnectionLost) and "keepalive" in error.reason
        raise (TimeoutError if silent else ConnectionResetError)(error.reason) from error
