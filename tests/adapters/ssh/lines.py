"""Lines to an SSH server that are not what a line in the same room is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from tests.adapters.neighbours import serving
from tests.adapters.ssh.sshd import Sshd

Hold = Callable[[], Awaitable[object]]

When = Callable[[int, int], bool]
"""Whether to hold words back, by how many bytes were said before them, and with them."""

VERSION = 64
"""More than a server says before it is asked anything, and less than it says then."""


def at_first(before: int, after: int) -> bool:
    """The first that is more than its version."""
    return before < VERSION <= after


def once_let_in(sshd: Sshd) -> When:
    """The first after those that let somebody in."""
    before, told = sshd.logins, list[int]()

    def when(_before: int, _after: int) -> bool:
        told.append(sshd.logins - before)
        return told.count(1) == 2

    return when


def once(true: Callable[[], bool]) -> When:
    """The first after something came true, and no other."""
    told: list[bool] = []

    def when(_before: int, _after: int) -> bool:
        told.append(true())
        return told.count(True) == 1

    return when


@asynccontextmanager
async def held(port: int, hold: Hold, when: When = at_first) -> AsyncIterator[int]:
    """A line on which the server's words wait for ``hold``, from those on that ``when`` says.

    Its version comes by itself, as it is sent, however busy this line is.
    """

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)

        async def answers() -> None:
            said = 0
            with suppress(ConnectionError):
                words = await from_server.readline()
                while words:
                    if when(said, said + len(words)):
                        await hold()
                    said += len(words)
                    writer.write(words)
                    await writer.drain()
                    words = await from_server.read(4096)

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
