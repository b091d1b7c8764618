"""Those who hold connections and ask nothing keep nobody out."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from hall.net.connection import Deadlines
from tests.interface.serving import served
from tests.interface.wire_talk import WEBSOCKET, Talk, head, talk
from tests.lab.gateway import Gateway
from tests.support.small_hall import SmallHouse, a_document

ASK = head("GET /healthz")
FOLLOW = head("GET /_hall/ws/client1", **WEBSOCKET, Origin="http://127.0.0.1")


@asynccontextmanager
async def crowd(port: int, size: int) -> AsyncIterator[list[Talk]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(talk(port)) for _ in range(size)]


async def status(port: int) -> int:
    async with talk(port) as line:
        line.say(ASK)
        return (await line.answer())[0]


async def test_who_has_said_nothing_for_longest_gives_way_to_who_asks(house: SmallHouse):
    async with served(house, limit=4) as port, crowd(port, 4) as silent:
        assert await status(port) == 200
        assert await silent[0].rest() == b""
        silent[-1].say(ASK)
        assert (await silent[-1].answer())[0] == 200


async def test_who_was_answered_and_asks_no_more_gives_way_too(house: SmallHouse):
    async with served(house, limit=2) as port, crowd(port, 2) as idle:
        for line in idle:
            line.say(ASK)
            await line.answer()
        assert await status(port) == 200
        assert await idle[0].rest() == b""


async def test_who_is_being_served_does_not_give_way_and_who_comes_is_told_to_come_back(
    house: SmallHouse,
):
    async with served(house, limit=2) as port, crowd(port, 2) as pages:
        for page in pages:
            page.say(FOLLOW)
            assert (await page.answer())[0] == 101
        async with talk(port) as late:
            code, headers, _ = await late.answer()
            assert (code, headers["retry-after"]) == (503, "5")
        assert house.parts.hub.clients == 2


@pytest.mark.parametrize("said", [b"", ASK[:-2]])
async def test_a_head_that_does_not_come_to_an_end_is_not_waited_for(house, said):
    async with served(house, deadlines=Deadlines(head_s=0.2)) as port, talk(port) as line:
        line.say(said)
        assert await line.rest() == b""


async def test_one_more_request_is_waited_for_but_not_for_ever(house: SmallHouse):
    deadlines = Deadlines(head_s=60, idle_s=0.2)
    async with served(house, deadlines=deadlines) as port, talk(port) as line:
        line.say(ASK)
        assert (await line.answer())[0] == 200
        assert await line.rest() == b""


async def test_a_page_that_follows_is_not_timed(house: SmallHouse):
    deadlines = Deadlines(head_s=0.2, idle_s=0.2)
    async with served(house, deadlines=deadlines) as port, talk(port) as page, talk(port) as idle:
        page.say(FOLLOW)
        assert (await page.answer())[0] == 101
        assert await idle.rest() == b""
        assert house.parts.hub.clients == 1


@pytest.mark.parametrize(
    "more",
    [
        {"Sec_WebSocket_Version": "777"},
        {"Sec-WebSocket-Key": None},
        {"Content_Length": "5"},
        {"Transfer_Encoding": "chunked"},
    ],
)
async def test_a_handshake_that_is_none_ends_its_connection(house: SmallHouse, more):
    said = {**WEBSOCKET, "Origin": "http://127.0.0.1", **more}
    named = {name: value for name, value in said.items() if value is not None}
    async with served(house) as port, talk(port) as line:
        line.say(head("GET /_hall/ws/client1", **named))
        assert (await line.rest()).startswith(b"HTTP/1.1 400 ")


async def test_who_speaks_before_the_handshake_is_answered_is_cut_off(house: SmallHouse):
    async with served(house, limit=1) as port:
        async with talk(port) as line:
            line.say(FOLLOW + b"\x81\x00")
            await line.rest()
        while await status(port) != 200:
            pass
        assert house.parts.hub.clients == 0


@pytest.mark.slow
async def test_where_descriptors_run_out_hall_goes_on_and_says_so_once(tmp_path: Path):
    document = a_document(project=None, health=None)
    document["servers"]["main"] |= {"address": "127.0.0.1", "docker": None, "wake": None}
    document["servers"]["main"]["network"] = {"method": "tcp", "port": 9}
    hall = Gateway(tmp_path, document)
    await asyncio.to_thread(hall.start, 120)
    try:
        resource.prlimit(hall.pid, resource.RLIMIT_NOFILE, (60, 60))
        async with crowd(hall.port, 300):
            assert [await status(hall.port) for _ in range(5)] == [200] * 5
        assert await status(hall.port) == 200
    finally:
        hall.kill()
    assert hall.log.count("No connection can be taken") == 1
    assert "Traceback" not in hall.log
