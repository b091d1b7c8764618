"""The real Hall behind a real web server, for browsers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.interface.serving import served
from tests.support.small_hall import SmallHouse


@asynccontextmanager
async def at(house: SmallHouse) -> AsyncIterator[str]:
    """The application behind a real web server on loopback."""
    async with served(house) as port:
        yield f"http://127.0.0.1:{port}"
