"""The agent's server is bounded on all sides, and a stranger keeps nobody out."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hall.agent.bounds import Bounds
from hall.agent.httpd import HEAD_LIMIT, REQUEST_BODY_LIMIT, Asked, CutError, HttpReply, HttpServer
from hall.agent.settings import Tls
from hall.net.signing import SignedRequest
from tests.adapters.neighbours import serving
from tests.agent.agents import Agent, agent, eventually, exchange, heard, raw
from tests.lab.certificates import Authority
from tests.support.timeouts import PATIENCE_S

GET = SignedRequest("GET", "/")


async def known(_asked: Asked) -> HttpReply:
    return HttpReply(status=200, body=b"in", known=True)


async def stranger(_asked: Asked) -> HttpReply:
    return HttpReply(status=401, body=b"out")


@asynccontextmanager
async def at(
    handle: Callable[[Asked], Awaitable[HttpReply]], **bounds: float
) -> AsyncIterator[int]:
    async with serving(HttpServer(handle, bounds=Bounds(**bounds)).talk) as port:
        yield port


async def test_a_connection_serves_one_request_after_the_other():
    async with at(known) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(raw(GET))
            assert (await heard(reader)).body == b"in"
        writer.close()


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.0\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * (HEAD_LIMIT + 70_000),
        raw(SignedRequest("POST", "/", b"x" * (REQUEST_BODY_LIMIT + 1))),
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    ],
)
async def test_what_is_too_long_or_no_request_is_cut_off(data: bytes):
    async with at(known) as port, asyncio.timeout(PATIENCE_S):
        assert (await exchange(port, data)).status == 0
        assert (await exchange(port, raw(GET))).status == 200


@pytest.mark.parametrize("more", ["", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"])
async def test_an_upgrade_to_http_2_is_ignored(more: str):
    asked = f"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n{more}\r\n"
    async with at(known) as port, asyncio.timeout(30):
        assert (await exchange(port, asked.encode())).body == b"in"


async def test_who_sends_too_slowly_is_cut_off():
    async with at(known, stranger_s=0.1) as port, asyncio.timeout(PATIENCE_S):
        for start in (b"", b"GET / HTTP/1.1\r\n", raw(SignedRequest("POST", "/", b"xx"))[:-1]):
            assert (await exchange(port, start)).status == 0


async def test_who_is_known_may_be_idle_for_longer():
    async with at(known, stranger_s=1.0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw(GET))
        await heard(reader)
        assert (await exchange(port, b"")).status == 0  # a stranger that came later is cut off
        writer.write(raw(GET))
        assert (await heard(reader)).status == 200
        writer.close()


async def test_the_oldest_stranger_gives_way():
    async with at(stranger, unauthenticated=3) as port:
        pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        assert await pairs[0][0].read() == b""
        pairs[3][1].write(raw(GET))
        assert (await heard(pairs[3][0])).status == 401
        for _, writer in pairs:
            writer.close()


async def test_who_is_known_does_not_give_way_to_strangers():
    async with at(known, unauthenticated=2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw(GET))
        await heard(reader)
        others = [await asyncio.open_connection("127.0.0.1", port) for _ in range(8)]
        await others[0][0].read()
        writer.write(raw(GET))
        assert (await heard(reader)).status == 200
        for _, other in (*others, (reader, writer)):
            other.close()


async def test_even_the_known_are_not_without_number():
    async with at(known, known=1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw(GET))
        await heard(reader)
        assert (await exchange(port, raw(GET))).status == 0
        writer.close()


async def test_what_nobody_waits_for_any_more_is_given_up():
    begun, given_up = asyncio.Event(), asyncio.Event()

    async def slow(_asked: Asked) -> HttpReply:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            given_up.set()
        raise AssertionError

    async with at(slow) as port, asyncio.timeout(PATIENCE_S):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw(GET))
        await begun.wait()
        writer.close()
        await given_up.wait()
    assert given_up.is_set()


class Broken:
    """A body that breaks off."""

    closed = False

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = list(chunks)

    async def chunk(self) -> bytes | None:
        if not self._chunks:
            raise CutError
        return self._chunks.pop(0)

    async def aclose(self) -> None:
        self.closed = True


async def test_a_body_that_breaks_off_is_seen_to():
    body = Broken(b"one")

    async def cut(_asked: Asked) -> HttpReply:
        return HttpReply(status=200, body=body, known=True)

    async with at(cut) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw(GET))
        said = await reader.read()
        writer.close()
    assert said.endswith(b"3\r\none\r\n")
    assert body.closed


async def test_who_takes_nothing_is_given_up():
    body = Broken(*[b"x" * 1_000_000] * 50)

    async def much(_asked: Asked) -> HttpReply:
        return HttpReply(status=200, body=body, known=True)

    async with at(much, write_s=0.1) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(raw(GET))
        await eventually(lambda: body.closed)
        writer.close()
    assert body.closed


async def test_a_fault_of_its_own_ends_the_connection_and_is_logged(
    caplog: pytest.LogCaptureFixture,
):
    async def faulty(_asked: Asked) -> HttpReply:
        raise RuntimeError("oh")

    async with at(faulty) as port:
        assert (await exchange(port, raw(GET))).status == 0
    assert "A request failed" in caplog.text


async def test_head_has_no_body_and_no_content_no_length():
    async def empty(asked: Asked) -> HttpReply:
        return HttpReply(status=204 if asked.method == "GET" else 200, body=b"x", known=True)

    async with at(empty) as port:
        assert "content-length" not in (await exchange(port, raw(GET))).headers
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw(SignedRequest("HEAD", "/")).replace(b"Host", b"Connection: close\r\nHost"))
        assert (await reader.read()).endswith(b"\r\n\r\n")
        writer.close()


async def test_over_tls_strangers_are_bounded_too(tmp_path: Path):
    files = Authority(tmp_path).server("127.0.0.1")
    tls, hasty = Tls(files.cert, files.key), Bounds(stranger_s=0.3)
    async with agent(tls=tls, bounds=hasty) as one, asyncio.timeout(PATIENCE_S):
        assert (await exchange(one.port, b"")).status == 0
        assert (await exchange(one.port, raw(GET))).status == 0


async def test_over_tls_it_serves(tmp_path: Path):
    files = Authority(tmp_path).server("127.0.0.1")
    trusting = ssl.create_default_context(cafile=str(files.ca))
    tls, patient = Tls(files.cert, files.key), Bounds(stranger_s=PATIENCE_S)
    async with agent(tls=tls, bounds=patient) as one:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port, ssl=trusting)
        writer.write(raw(GET))
        assert (await heard(reader)).code == "unsigned"
        writer.close()


async def test_an_unsigned_request_is_told_how_to_sign_and_nothing_else():
    async with agent() as one:
        answer = await one.send(GET)
        assert (answer.status, answer.code) == (401, "unsigned")
        assert answer.headers["www-authenticate"] == "Hall-HMAC-SHA256"
        assert answer.headers.keys() == {"content-type", "content-length", "www-authenticate"}


@pytest.mark.parametrize("target", ["/", "/v1", "/v1/hello?x", "/v1/hello/", "/v2/hello", "/admin"])
async def test_there_is_nothing_else(target: str):
    async with agent() as one:
        assert (await one.ask("GET", target)).status == 403
        assert (await one.ask("POST", target)).status == 403


async def test_what_a_stranger_holds_does_not_keep_hall_out():
    async with agent() as one:
        unauthenticated = [await asyncio.open_connection("127.0.0.1", one.port) for _ in range(200)]
        assert await hello_of(one) == 200
        for _, writer in unauthenticated:
            writer.close()


async def hello_of(one: Agent) -> int:
    return (await one.ask("GET", "/v1/hello")).status
