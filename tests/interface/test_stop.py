"""A stop of the real process, with many pages open."""

import asyncio
import re
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from lab.gateway import Gateway
from small_house import a_document

PAGES = 200


@pytest.fixture
def hall(tmp_path: Path) -> Gateway:
    document = a_document(project=None, health=None)
    document["servers"]["main"] |= {
        "address": "127.0.0.1",
        "network": {"method": "tcp", "port": 9},
        "docker": None,
        "wake": None,
    }
    return Gateway(tmp_path, document)


async def goodbye(socket: ClientConnection) -> int | None:
    try:
        async for _ in socket:
            pass
    except ConnectionClosed:
        pass
    return socket.close_code


async def test_two_hundred_pages_are_told_and_hall_is_gone_within_a_second(hall):
    await asyncio.to_thread(hall.start)
    try:
        url = f"{hall.websocket_url}/_hall/ws/client1"
        pages = [await connect(url) for _ in range(PAGES)]
        leaving = asyncio.to_thread(hall.terminate)
        (code, seconds), *codes = await asyncio.gather(leaving, *map(goodbye, pages))
    finally:
        hall.kill()
    assert code == 0
    assert seconds <= 1
    assert codes == [1012] * PAGES
    assert not re.search(r"Traceback|Error", hall.log)
