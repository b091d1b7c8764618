"""The agent's own client of Docker: what goes wrong there, in words."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from hall.agent.bounds import Bounds
from hall.agent.engine import EngineClient, EngineError
from tests.adapters.neighbours import Talk, answering, hang_up, listening
from tests.agent.machines import as_an_ordinary_user, forbid

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def saying(*parts: bytes) -> Talk:
    """Hear the request, say this, and hang up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()

    return talk


async def trouble(talk: Talk, folder: Path) -> tuple[str, str]:
    """How it fails to answer, and why."""
    path = folder / "docker.sock"
    async with listening(talk, partial(asyncio.start_unix_server, path=path)):
        with pytest.raises(EngineError) as caught:
            await EngineClient(str(path)).ask("GET", "/_ping", 3)
    return caught.value.trouble, str(caught.value)


async def lines_of(folder: Path, *parts: bytes, bounds: Bounds = Bounds()) -> list[bytes | None]:
    """The lines of a stream until its end, or until it breaks."""
    path, found = folder / "docker.sock", []
    async with listening(saying(*parts), partial(asyncio.start_unix_server, path=path)):
        call = await EngineClient(str(path), bounds).open("GET", "/events")
        try:
            while not found or found[-1] is not None:
                found.append(await call.line())
        finally:
            call.close()
    return found


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


@pytest.mark.parametrize(
    ("talk", "why"),
    [
        (hang_up, "it hung up without an answer"),
        (answering("nonsense"), "it does not speak HTTP"),
        (saying(b"SSH-2.0-x\r\n\r\n"), "it does not speak HTTP"),
        (saying(CHUNKED, chunk(b"half")), "the connection was cut"),
    ],
)
async def test_what_is_no_answer_is_told_in_words(tmp_path: Path, talk: Talk, why: str):
    assert await trouble(talk, tmp_path) == ("broken", why)


async def test_interim_answers_are_passed_over(tmp_path: Path):
    path = tmp_path / "docker.sock"
    talk = saying(b"HTTP/1.1 103 Wait\r\n\r\n", b"HTTP/1.1 204 No\r\nApi-Version: 1\r\n\r\n")
    async with listening(talk, partial(asyncio.start_unix_server, path=path)):
        said = await EngineClient(str(path)).ask("GET", "/_ping", 3)
    assert (said.status, said.headers["api-version"]) == (204, "1")


async def test_lines_are_cut_wherever_the_pieces_are(tmp_path: Path):
    parts = (CHUNKED, chunk(b'{"a'), chunk(b'":1}\n\n \n{"b":2}\n{"cut'), b"0\r\n\r\n")
    assert await lines_of(tmp_path, *parts) == [b'{"a":1}', b'{"b":2}', None]


async def test_a_line_without_end_is_cut_off(tmp_path: Path):
    parts = (CHUNKED, chunk(b"x" * 11), b"0\r\n\r\n")
    with pytest.raises(EngineError, match="too long"):
        await lines_of(tmp_path, *parts, bounds=Bounds(line_bytes=10))


async def test_a_stream_that_is_cut_is_no_end(tmp_path: Path):
    with pytest.raises(EngineError, match="the connection was cut"):
        await lines_of(tmp_path, CHUNKED, chunk(b"{}\n"))


async def test_a_socket_that_is_not_for_the_agent_is_told_with_a_way_out(open_folder: Path):
    path = open_folder / "docker.sock"
    async with listening(hang_up, partial(asyncio.start_unix_server, path=path)):
        forbid(path)
        with as_an_ordinary_user(), pytest.raises(EngineError, match="to the group docker"):
            await EngineClient(str(path)).ask("GET", "/_ping", 3)
