"""The visitors' door speaks HTTP/1.1 and WebSocket, and nothing else."""

from collections.abc import AsyncIterator

import pytest
from serving import served
from wire_talk import WEBSOCKET, head, talk

from small_house import SmallHouse

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = "AAMAAABkAARAAAAAAAIAAAAA"


@pytest.fixture
async def port(house: SmallHouse) -> AsyncIterator[int]:
    async with served(house) as port:
        yield port


@pytest.mark.parametrize(
    "headers",
    [
        {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2_Settings": SETTINGS},
        {"Connection": "Upgrade", "Upgrade": "h2c"},
        {"Connection": "upgrade", "Upgrade": "H2C"},
        {"Upgrade": "h2c"},
        {"Connection": "Upgrade", "Upgrade": "h2c, websocket"},
        {"Connection": "Upgrade", "Upgrade": "TLS/1.0"},
    ],
)
async def test_an_upgrade_to_anything_but_websocket_is_ignored(port, headers):
    async with talk(port) as line:
        for _ in range(2):
            line.say(head("GET /healthz", **headers))
            status, told, body = await line.answer()
            assert (status, told.get("upgrade"), b"ok" in body) == (200, None, True)


async def test_a_second_upgrade_beside_that_to_websocket_is_no_way_round(port):
    both = head("GET /_hall/ws/client1", **WEBSOCKET, Origin="http://127.0.0.1")
    async with talk(port) as line:
        line.say(both.replace(b"\r\n\r\n", b"\r\nUpgrade: h2c\r\n\r\n"))
        status, told, _ = await line.answer()
        assert (status, told.get("upgrade")) == (400, None)


async def test_a_client_that_begins_in_http_2_is_told_so_and_cut_off(port):
    async with talk(port) as line:
        line.say(PREFACE + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        assert (await line.rest()).startswith(b"HTTP/1.1 505 ")


async def test_http_2_in_the_middle_of_a_connection_ends_it(port):
    async with talk(port) as line:
        line.say(head("GET /healthz") + PREFACE)
        assert (await line.answer())[0] == 200
        said = await line.rest()
        assert said.startswith(b"HTTP/1.1 505 ")
        assert said.count(b"HTTP/") == 1


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/3.0", "HTTP/1.2", "HTTP/0.9"])
async def test_no_other_version_is_spoken(port, version):
    async with talk(port) as line:
        line.say(head("GET /healthz").replace(b"HTTP/1.1", version.encode()))
        assert (await line.rest()).startswith(b"HTTP/1.1 505 ")


async def test_a_proxy_that_speaks_http_1_0_is_understood(port):
    async with talk(port) as line:
        line.say(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert (await line.rest()).startswith(b"HTTP/1.1 200 ")


async def test_a_tunnel_is_refused(port):
    async with talk(port) as line:
        line.say(head("CONNECT 127.0.0.1:22") + b"SSH-2.0-x\r\n")
        said = await line.rest()
        assert said.startswith(b"HTTP/1.1 501 ")
        assert said.count(b"HTTP/") == 1


async def test_a_websocket_is_still_a_websocket(port):
    async with talk(port) as line:
        line.say(head("GET /_hall/ws/client1", **WEBSOCKET, Origin="http://127.0.0.1"))
        status, told, _ = await line.answer()
        assert (status, told["upgrade"].lower()) == (101, "websocket")
