"""The application behind the real door on loopback, for tests of what stands on the wire."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hall.interface.app import create_app
from hall.net.connection import Deadlines
from hall.net.front import Front
from hall.serve import visitors_socket
from tests.support.small_hall import SmallHouse


@asynccontextmanager
async def served(
    house: SmallHouse, *, limit: int = 1000, deadlines: Deadlines | None = None
) -> AsyncIterator[int]:
    """The port that it listens on."""
    stop = asyncio.Event()
    with visitors_socket("127.0.0.1", 0) as door:
        front = Front(
            create_app(house.parts), door, limit=limit, deadlines=deadlines or Deadlines()
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(front.serve(stop.wait))
            try:
                yield door.getsockname()[1]
            finally:
                house.parts.hub.close()
                stop.set()
