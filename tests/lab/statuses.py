"""What a client of the live socket is told, from the moment that it joins."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.lab.gateway import Gateway
from tests.support.timeouts import PATIENCE_S


class Statuses:
    """`told` holds each status in order, without repetitions."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.told: list[str] = []

    async def until(self, status: str, seconds: float = PATIENCE_S) -> None:
        """Listen until it is told.

        Raises:
            TimeoutError: It was not told in time.
        """
        async with asyncio.timeout(seconds):
            while status not in self.told:
                told = json.loads(await self._socket.recv())["status"]
                if self.told[-1:] != [told]:
                    self.told.append(told)


@asynccontextmanager
async def following(hall: Gateway, domain: str = "client1") -> AsyncIterator[Statuses]:
    """A listener that wakes nobody."""
    async with connect(
        f"{hall.websocket_url}/_hall/ws/{domain}", open_timeout=PATIENCE_S
    ) as socket:
        yield Statuses(socket)


async def until_asleep(hall: Gateway, domain: str = "client1") -> None:
    """Wait until Hall has looked, and found the server asleep."""
    async with httpx.AsyncClient() as client:
        url = f"{hall.url}/api/status/{domain}?wait=60&until=asleep"
        answer = await client.get(url, timeout=PATIENCE_S)
    assert answer.json()["status"] == "asleep", answer.text
