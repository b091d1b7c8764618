"""A program of the site that opens a WebSocket is told when to come back, or where to."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.interface.serving import served
from tests.interface.wire_talk import WEBSOCKET, head, talk
from tests.support.small_hall import SmallHouse

BY_PATH = ("/client1/socket?x=1", "127.0.0.1")
BY_HOST = ("/socket?x=1", "client1.example.org")
PROGRAM = {"User-Agent": "curl/8.5.0"}


@pytest.fixture
async def port(house: SmallHouse) -> AsyncIterator[int]:
    async with served(house) as port:
        yield port


async def knock(port: int, path: str, host: str, **more: str) -> tuple[int, dict[str, str], bytes]:
    async with talk(port) as line:
        line.say(head(f"GET {path}", Host=host, **WEBSOCKET, **(more or PROGRAM)))
        return await line.answer()


@pytest.mark.parametrize(("path", "host"), [BY_PATH, BY_HOST, ("/client1", "127.0.0.1")])
async def test_asleep_it_is_told_to_come_back_and_wakes_it(port, house, path, host):
    await house.until("asleep")
    status, headers, body = await knock(port, path, host)
    assert (status, int(headers["retry-after"]) > 0) == (503, True)
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert (headers["content-type"], json.loads(body)["id"]) == ("application/json", "client1")
    await house.until("healthy")


@pytest.mark.parametrize("more", [{"User_Agent": "Googlebot/2.1"}, {"Origin": "http://x.example"}])
@pytest.mark.parametrize(("path", "host"), [BY_PATH, BY_HOST])
async def test_a_robot_or_an_open_page_wakes_nothing(port, house, path, host, more):
    await house.until("asleep")
    assert (await knock(port, path, host, **{**PROGRAM, **more}))[0] == 503
    assert house.power.orders == 0


async def test_ready_it_is_sent_to_the_site(port, house):
    house.wake_up()
    await knock(port, *BY_PATH)
    await house.until("healthy")
    status, headers, _ = await knock(port, *BY_PATH)
    assert (status, headers["location"]) == (307, "wss://client1.example.org/socket?x=1")
    assert headers["cache-control"] == "no-store"


async def test_a_host_that_the_proxy_has_not_switched_yet_is_not_sent_to_itself(port, house):
    house.wake_up()
    await knock(port, *BY_HOST)
    await house.until("healthy")
    status, headers, _ = await knock(port, *BY_HOST)
    assert (status, headers["retry-after"]) == (503, "1")


async def test_who_may_not_enter_may_not_knock(port):
    status, headers, body = await knock(port, "/private/socket", "127.0.0.1")
    assert (status, json.loads(body)["error"]["code"]) == (403, "refused")
    assert headers["cache-control"] == "no-store"
    assert (await knock(port, "/nowhere", "127.0.0.1"))[0] == 404
    assert (await knock(port, "/private/socket", "client1.example.org"))[0] == 503


async def test_halls_own_socket_is_still_its_own_on_the_domains_host(port):
    own = {"Origin": "http://client1.example.org"}
    status, _, _ = await knock(port, "/_hall/ws/client1", "client1.example.org", **own)
    assert status == 101
