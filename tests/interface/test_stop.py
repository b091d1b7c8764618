"""A stop of the real process, with many pages open."""

import asyncio
import re
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.lab.gateway import Gateway
from tests.support.small_hall import a_document

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


@pytest.mark.slow
async def test_two_hundred_pages_are_told_and_hall_is_gone(hall):
    await asyncio.to_thread(hall.start)
    try:
        url = f"{hall.websocket_url}/_hall/ws/client1"
        pages = [await connect(url) for _ in range(PAGES)]
        leaving = asyncio.to_thread(hall.terminate)
        (code, _), *codes = await asyncio.gather(leaving, *map(goodbye, pages))
    finally:
        hall.kill()
    assert code == 0
    assert codes == [1012] * PAGES
    assert not re.search(r"Traceback|Error", hall.log)


@pytest.mark.slow
async def test_a_page_that_floods_costs_no_memory(hall):
    await asyncio.to_thread(hall.start)
    try:
        before = resident_mb(hall.pid)
        await asyncio.to_thread(flood, hall.port)
        assert resident_mb(hall.pid) - before < 10
    finally:
        hall.kill()


def flood(port: int) -> None:
    """Send 40 MB of small messages, and care for no close frame."""
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13"
    upgrade = f"Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{key}"
    frame = b"\x81\xfe\x03\xe8" + bytes(4) + b"x" * 1000
    with socket.create_connection(("127.0.0.1", port)) as page, suppress(OSError):
        page.sendall(f"GET /_hall/ws/client1 HTTP/1.1\r\n{upgrade}\r\n\r\n".encode())
        page.recv(1000)
        for _ in range(400):
            page.sendall(frame * 100)


def resident_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) // 1024
