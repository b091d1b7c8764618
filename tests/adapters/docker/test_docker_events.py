import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.docker.events import EVENT_LINE_LIMIT, lines
from hall.adapters.docker.timeouts import DockerTimeouts
from hall.core.errors import DockerError
from hall.core.model.container import ContainerChange
from tests.adapters.docker.engines import runtime
from tests.adapters.docker.fake_engine import DATE_S, NEVER, FakeEngine, event, on_tcp
from tests.adapters.neighbours import serving
from tests.adapters.own_network import in_own_network, ip

NANO = 10**9


async def read(engine: DockerEngine, count: int) -> list[ContainerChange]:
    """The next changes, in one opening of the stream."""
    async with engine.changes() as changes:
        return [await anext(changes) for _ in range(count)]


async def test_a_change_tells_the_container_and_its_project(facing, tmp_path: Path):
    labels = {"com.docker.compose.project": "client1"}
    fake = FakeEngine(events=[event("start", "web", **labels), event("die", "lone")])
    async with facing(fake, tmp_path) as engine:
        assert await read(engine, 2) == [
            ContainerChange("web", "client1"),
            ContainerChange("lone", stops=True),
        ]


async def test_a_stop_by_order_is_told_apart_from_an_end(facing, tmp_path: Path):
    fake = FakeEngine(events=[event("die", "tool"), event("die", "web"), event("stop", "web")])
    async with facing(fake, tmp_path) as engine:
        assert [one.halted for one in await read(engine, 3)] == [False, False, True]


async def test_what_healthchecks_run_is_not_asked_for(facing, tmp_path: Path):
    fake = FakeEngine(events=[event("start", "web")])
    async with facing(fake, tmp_path) as engine:
        await read(engine, 1)
    filters = json.loads(fake.queries[0]["filters"])
    assert filters["type"] == ["container"]
    assert "health_status" in filters["event"]
    assert not [name for name in filters["event"] if name.startswith("exec")]


@pytest.mark.parametrize("word", ["die", "died", "remove", "destroy"])
async def test_an_end_is_heard_in_dockers_word_and_in_podmans(facing, tmp_path: Path, word: str):
    """Podman before 4.4 passes on nothing of what is only asked for in Docker's word."""
    fake = FakeEngine(events=[event(word, "web")])
    async with facing(fake, tmp_path) as engine:
        assert await read(engine, 1) == [ContainerChange("web", stops=True)]
    assert word in json.loads(fake.queries[0]["filters"])["event"]


async def test_what_is_no_change_is_passed_over(facing, tmp_path: Path):
    noise = [event("exec_start: wget", "web"), event("top", "web"), event("start", "")]
    fake = FakeEngine(events=[*noise, event("health_status: healthy", "web")])
    async with facing(fake, tmp_path) as engine:
        assert await read(engine, 1) == [ContainerChange("web")]


async def test_a_renamed_container_changes_under_both_names(facing, tmp_path: Path):
    fake = FakeEngine(events=[event("rename", "new", oldName="/old")])
    async with facing(fake, tmp_path) as engine:
        assert await read(engine, 2) == [ContainerChange("new"), ContainerChange("old")]


async def test_opened_again_it_goes_on_from_the_last_event(facing, tmp_path: Path):
    fake = FakeEngine(events=[event("start", "web", DATE_S * NANO + 7)])
    async with facing(fake, tmp_path) as engine:
        await read(engine, 1)
        await read(engine, 1)
    assert "since" not in fake.queries[0]
    assert fake.queries[1]["since"] == f"{DATE_S}.000000007"


async def test_without_an_event_it_goes_on_from_when_it_was_opened(facing, tmp_path: Path):
    fake = FakeEngine()
    async with facing(fake, tmp_path) as engine:
        await read(engine, 0)
        await read(engine, 0)
    assert fake.queries[1]["since"] == f"{DATE_S}.000000000"


async def test_an_engine_that_tells_no_time_is_asked_from_now_on(facing, tmp_path: Path):
    fake = FakeEngine(head="")
    async with facing(fake, tmp_path) as engine:
        await read(engine, 0)
        await read(engine, 0)
    assert "since" not in fake.queries[1]


async def test_a_stream_that_ends_is_an_error(facing, tmp_path: Path):
    fake = FakeEngine(events=[event("start", "web")], hold=False)
    async with facing(fake, tmp_path) as engine:
        with pytest.raises(DockerError, match="ended its event stream"):
            await read(engine, 2)


async def test_a_stream_that_is_cut_is_an_error():
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        await writer.drain()

    async with serving(cut) as port:
        with pytest.raises(DockerError, match="the connection was cut"):
            await read(runtime(f"tcp://127.0.0.1:{port}"), 1)


@pytest.mark.parametrize("line", [b"{}\n", b"no JSON\n", b"\xff\n"])
async def test_an_event_in_another_shape_is_passed_over(facing, tmp_path: Path, line: bytes):
    async with facing(FakeEngine(events=[line, event("start", "web")]), tmp_path) as engine:
        assert await read(engine, 1) == [ContainerChange("web")]


async def test_an_event_is_heard_whatever_else_is_odd_in_it(facing, tmp_path: Path):
    about = {"name": "web", "exitCode": 137, "image": None}
    told = {"Action": "die", "Actor": {"Attributes": about}}
    odd = json.dumps({"Type": "container", **told, "timeNano": None}).encode() + b"\n"
    async with facing(FakeEngine(events=[odd, event("start", "db")]), tmp_path) as engine:
        assert await read(engine, 1) == [ContainerChange("web", stops=True)]


async def test_a_stream_that_is_refused_tells_the_engines_words(facing, tmp_path: Path):
    fake = FakeEngine({"GET /events": (400, {"message": "invalid filter"})})
    async with facing(fake, tmp_path) as engine:
        with pytest.raises(DockerError, match=r"^invalid filter$"):
            await read(engine, 1)


async def test_an_engine_that_accepts_and_says_nothing_is_given_up(facing, tmp_path: Path):
    fake, hasty = FakeEngine({"GET /events": (NEVER, b"")}), DockerTimeouts(open_s=0.05)
    async with facing(fake, tmp_path, hasty) as engine:
        with pytest.raises(DockerError, match=r"^Docker does not answer$"):
            await read(engine, 1)


async def test_what_the_listener_raises_is_its_own(facing, tmp_path: Path):
    async with facing(FakeEngine(), tmp_path) as engine:
        with pytest.raises(TimeoutError):
            async with engine.changes() as changes, asyncio.timeout(0.01):
                await anext(changes)


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_lines_are_cut_wherever_the_pieces_are():
    found = [line async for line in lines(pieces(b'{"a', b'":1}\n\n{"b":2}\n{"c', b'":3}\n{"cut'))]
    assert found == [b'{"a":1}', b'{"b":2}', b'{"c":3}']


async def test_a_line_without_end_is_cut_off():
    with pytest.raises(DockerError, match="too long"):
        [line async for line in lines(pieces(b"x" * (EVENT_LINE_LIMIT + 1)))]


@pytest.mark.lab
@pytest.mark.slow
def test_a_stream_whose_other_end_is_gone_without_a_word_is_noticed():
    """Loopback goes down under the connection: no packet passes, and none says so."""

    async def look() -> str:
        async with on_tcp(FakeEngine()) as url, runtime(url).changes() as changes:
            ip("link set lo down")
            with pytest.raises(DockerError) as caught:
                await anext(changes)
            return str(caught.value)

    assert in_own_network(look) == "Docker does not answer"
