import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hall.application.supervisor import View
from hall.core.model.aspect import Aspect
from tests.interface.serving import served
from tests.support.small_hall import SmallHouse
from tests.support.timeouts import PATIENCE_S

IN_STATUS = {"client1": frozenset({Aspect.STATUS})}
"""What is news to a page."""


@pytest.fixture
async def url(house: SmallHouse) -> AsyncIterator[str]:
    async with served(house) as port:
        yield f"ws://127.0.0.1:{port}/_hall/ws/"


async def opened(url: str, **options: object) -> ClientConnection:
    """A socket, once the server listens."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await connect(url, open_timeout=None, **options)  # type: ignore[arg-type]
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)


async def closed_with(socket: ClientConnection) -> int | None:
    """The code that the server closes a socket with."""
    with suppress(ConnectionClosed):
        async for _ in socket:
            pass
    return socket.close_code


async def test_the_socket_begins_with_the_whole_state(url):
    async with await opened(f"{url}client1") as socket:
        message = json.loads(await socket.recv())
        assert (message["type"], message["v"], message["id"]) == ("state", 1, "client1")


async def test_every_rung_is_pushed_and_a_late_page_is_right_at_once(url, house):
    async with await opened(f"{url}client1") as first:
        await house.parts.visits.order("client1")
        seen = [json.loads(await first.recv())]
        while not seen[-1]["ready"]:
            seen.append(json.loads(await first.recv()))
        async with await opened(f"{url}client1") as late:
            assert json.loads(await late.recv())["ready"]
    assert [s["status"] for s in seen if s["status"] in {"waking", "docker_up"}]


async def test_what_a_page_is_sent_is_kept_for_the_others(url, house):
    house.clock.fixed = 7.0
    async with await opened(f"{url}client1") as socket:
        text = await socket.recv()
    server = house.parts.supervisor.server("main")
    told = replace(server.domains["client1"], seq=json.loads(text)["seq"])
    assert house.parts.frames.of(View(server, told), now=7.1) == text


async def test_a_page_that_talks_is_closed_by_policy(url):
    async with await opened(f"{url}client1") as socket:
        await socket.recv()
        await socket.send("hello")
        assert await closed_with(socket) == 1008


@pytest.mark.parametrize(
    ("domain", "origin", "status"),
    [
        ("nowhere", None, 404),
        ("private", None, 403),
        ("client1", "https://evil.example", 403),
    ],
)
async def test_who_may_not_follow_is_refused_before_the_handshake(url, domain, origin, status):
    with pytest.raises(InvalidStatus) as refused:
        await opened(f"{url}{domain}", origin=origin)
    assert refused.value.response.status_code == status


async def test_stopping_closes_every_socket_with_restarting(url, house):
    sockets = [await opened(f"{url}client1") for _ in range(20)]
    for page in sockets:
        await page.recv()
    house.parts.hub.close()
    assert {await closed_with(page) for page in sockets} == {1012}


async def test_a_seat_is_free_again_when_a_page_goes(url, house):
    async with await opened(f"{url}client1") as socket:
        await socket.recv()
        assert house.parts.hub.clients == 1
    async with asyncio.timeout(PATIENCE_S):
        await house.parts.hub.empty()


async def test_a_page_that_only_follows_is_no_activity(url, house):
    async with await opened(f"{url}client1") as page:
        await page.recv()
        house.parts.hub.announce(house.parts.supervisor.server("main"), IN_STATUS)
        await page.recv()
        domain = house.parts.visits.view("client1").domain
        assert (domain.activity.at, domain.asked_at, domain.waking) == (None, None, False)


@pytest.mark.slow
async def test_a_page_that_reads_nothing_is_cut_off_and_holds_up_nobody(url, house):
    server = house.parts.supervisor.server("main")
    async with await opened(f"{url}client1") as reader, stalled(url):
        await reader.recv()
        most = 0
        async with asyncio.timeout(PATIENCE_S):
            while most < 2 or house.parts.hub.clients > 1:
                most = max(most, house.parts.hub.clients)
                house.parts.hub.announce(server, IN_STATUS)
                await reader.recv()
        assert house.parts.hub.clients == 1


@asynccontextmanager
async def stalled(url: str) -> AsyncIterator[None]:
    """A page that shakes hands and never reads again, with as little room as the kernel gives."""
    host, _, port = url.removeprefix("ws://").partition("/")[0].partition(":")
    with socket.socket() as page:
        page.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        page.connect((host, int(port)))
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13"
        upgrade = f"Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{key}"
        page.sendall(f"GET /_hall/ws/client1 HTTP/1.1\r\n{upgrade}\r\n\r\n".encode())
        yield


async def test_a_socket_carries_the_mark_of_hall_let_in_or_refused(url):
    async with await opened(f"{url}client1") as socket:
        assert socket.response is not None
        assert socket.response.headers["X-Hall"] == "1"
    with pytest.raises(InvalidStatus) as refused:
        await opened(f"{url}private")
    assert refused.value.response.headers["X-Hall"] == "1"
