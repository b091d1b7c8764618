"""Lines to an SSH server that are not what a line in the same room is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from adapters.neighbours import serving

Hold = Callable[[], Awaitable[object]]

VERSION = 64
"""More than a server says before it is asked anything, and less than it says then."""


@asynccontextmanager
async def held(port: int, hold: Hold, after: int = VERSION) -> AsyncIterator[int]:
    """A line on which the server's words wait for ``hold``, once it has said ``after`` bytes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)

        async def answers() -> None:
            said = 0
            with suppress(ConnectionError):
                while words := await from_server.read(4096):
                    if said < after <= said + len(words):
                        await hold()
                    said += len(words)
                    writer.write(words)
                    await writer.drain()

        try:
            async with asyncio.TaskGroup() as group:
                answering = group.create_task(answers())
                with suppress(ConnectionError):
                    while words := await reader.read(4096):
                        to_server.write(words)
                answering.cancel()
        finally:
            to_server.transport.abort()

    async with serving(talk) as own:
        yield own
