"""The visitors' door speaks HTTP/1.1 and WebSocket, and nothing else."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.interface.serving import served
from tests.interface.wire_talk import WEBSOCKET, head, talk
from tests.support.small_hall import SmallHouse

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
        assert said.count(b"HTTP/1.1 5") == 1


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
        assert said.count(b"HTTP/1.1 5") == 1


async def test_a_websocket_is_still_a_websocket(port):
    async with talk(port) as line:
        line.say(head("GET /_hall/ws/client1", **WEBSOCKET, Origin="http://127.0.0.1"))
        status, told, _ = await line.answer()
        assert (status, told["upgrade"].lower()) == (101, "websocket")


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (PREFACE, 505, "http_version_not_supported"),
        (head("CONNECT x:1"), 501, "not_implemented"),
        (b"nonsense\r\n\r\n", 400, "bad_request"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "bad_request"),
        (head("GET /", X="x" * 70_000), 431, "request_header_fields_too_large"),
    ],
)
async def test_what_never_became_a_request_is_answered_in_the_one_shape_of_errors(
    port, said, status, code
):
    async with talk(port) as line:
        line.say(said)
        found, headers, body = await line.answer()
        assert (found, json.loads(body)["error"]["code"]) == (status, code)
        assert (headers["cache-control"], headers["x-content-type-options"]) == (
            "no-store",
            "nosniff",
        )


@pytest.mark.parametrize("method", ["head", "get", "Post", "connect", "pRI"])
async def test_a_method_in_small_letters_is_another_method(port, caplog, method):
    async with talk(port) as line:
        line.say(head(f"{method} /healthz"))
        assert (await line.rest()).startswith(b"HTTP/1.1 501 ")
    assert caplog.records == []


@pytest.mark.parametrize("order", [1, -1])
async def test_a_request_that_tells_its_length_twice_hides_no_other(port, order):
    lengths = ["Content-Length: 5", "Transfer-Encoding: chunked"][::order]
    told = "\r\n".join(["POST /api/wake/client1 HTTP/1.1", "Host: 127.0.0.1", *lengths])
    async with talk(port) as line:
        line.say(told.encode() + b"\r\n\r\n0\r\n\r\n" + head("GET /healthz"))
        said = await line.rest()
        assert said.startswith(b"HTTP/1.1 400 ")
        assert b"HTTP/1.1 2" not in said


async def test_a_head_that_is_refused_has_no_body(port):
    async with talk(port) as line:
        line.say(head("HEAD /").replace(b"HTTP/1.1", b"HTTP/2.0"))
        said = await line.rest()
        assert said.startswith(b"HTTP/1.1 505 ")
        assert said.endswith(b"\r\n\r\n")


HOSTS = [
    "a..b",
    ".a",
    "a" * 64,
    "a b",
    "[::1",
    "::1",
    "a:b",
    "a:1:2",
    "é",
    "a/b",
    "a@b",
    "x,y",
    "-a",
]
TARGETS = ["http://[", "?x", "x", "http:///x", "ftp://x/", "http://a..b/", "//[", "*", "http://x?y"]


@pytest.mark.parametrize("host", HOSTS)
async def test_a_host_that_is_none_is_refused_with_no_word_of_log(port, caplog, host):
    async with talk(port) as line:
        line.say(head("GET /x", Host=host))
        assert await line.status() == 400
    assert caplog.records == []


@pytest.mark.parametrize("host", ["gate", "client1.example.org"])
@pytest.mark.parametrize("target", TARGETS)
async def test_no_target_ends_in_a_failure_of_halls_own(port, caplog, target, host):
    async with talk(port) as line:
        line.say(head(f"GET {target}", Host=host))
        assert await line.status() in {400, 404, 503}
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("host", ["gate", "Gate.LAN.:8080", "[::1]:8080", "192.168.1.5", "a_b", ""])
async def test_every_sound_host_is_taken(port, host):
    async with talk(port) as line:
        line.say(head("GET /healthz", Host=host))
        assert await line.status() == 200
