"""Going to sleep and coming back: what the agent does, and what it tells."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hall.agent.bounds import Bounds
from hall.net.signing import LineReader, SignedRequest, authorization
from tests.agent.agents import KEY, Agent, agent, eventually, raw
from tests.support.timeouts import PATIENCE_S

HASTY = Bounds(proven_s=0.1)


class News:
    """An open stream of news."""

    def __init__(self, reader: asyncio.StreamReader, nonce: str) -> None:
        self._reader = reader
        self._lines = LineReader(KEY, nonce)

    async def payload(self) -> bytes | None:
        """The next line, a beat as b""."""
        size = int(await self._reader.readline(), 16)
        data = await self._reader.readexactly(size + 2)
        return self._lines.read(data[:-3])

    async def next(self) -> str:
        """The next news."""
        async with asyncio.timeout(PATIENCE_S):
            while not (payload := await self.payload()):
                pass
        return str(json.loads(payload)["news"])


@asynccontextmanager
async def news_of(one: Agent) -> AsyncIterator[News]:
    stamp, request = one.stamp(), SignedRequest("GET", "/v1/news")
    reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
    writer.write(raw(request, authorization(KEY, request, stamp)))
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    try:
        yield News(reader, stamp.nonce)
    finally:
        writer.close()


async def order(one: Agent, **body: str) -> tuple[int, str]:
    heard = await one.ask("POST", "/v1/sleep", body or {"instance": one.instance})
    return heard.status, "" if heard.status == 202 else heard.code


async def test_the_order_is_announced_then_carried_out_then_answered(tmp_path: Path):
    done = tmp_path / "slept"
    async with agent(sleep=("touch", str(done))) as one, news_of(one) as news:
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(order(one))
            assert await news.next() == "going_to_sleep"
            assert not done.exists()
            assert not answer.done()
        assert answer.result() == (202, "")
        assert done.exists()


async def test_an_order_is_carried_out_although_who_gave_it_left(tmp_path: Path):
    done = tmp_path / "slept"
    async with agent(sleep=("touch", str(done))) as one:
        body = json.dumps({"instance": one.instance}).encode()
        request = SignedRequest("POST", "/v1/sleep", body)
        _, writer = await asyncio.open_connection("127.0.0.1", one.port)
        writer.write(raw(request, authorization(KEY, request, one.stamp())))
        await eventually(lambda: one.rest.is_going)
        writer.close()
        await eventually(done.exists)
    assert done.exists()


async def test_a_command_that_talks_and_takes_long_runs_to_its_end(tmp_path: Path):
    done = tmp_path / "slept"
    flood = "yes stopping | head -c 3000000"
    later = f"set -e; {flood}; {flood} >&2; (sleep 0.2; echo gone >&2; touch {done}) & exit 0"
    async with agent(sleep=("sh", "-c", later), bounds=HASTY) as one:
        assert await order(one) == (202, "")
        await eventually(done.exists)


async def test_a_command_that_reaches_its_limit_is_told_to_end_with_all_it_started(tmp_path: Path):
    ended = tmp_path / "ended"
    trap = f"trap 'touch {ended}; exit' TERM; while :; do sleep 0.05; done"
    never = f'echo stopping vm 1 >&2; sh -c "{trap}"; true'
    async with agent(sleep=("sh", "-c", never), sleep_s=0.5) as one:
        heard = await one.ask("POST", "/v1/sleep", {"instance": one.instance})
        assert heard.json["error"]["message"] == (
            "the sleep command failed: sh: it did not end within 0.5 s: stopping vm 1"
        )
        await eventually(ended.exists)


async def test_of_a_command_that_fails_what_it_said_last_is_told():
    lecture = "for i in $(seq 90); do echo the lecture, $i; done; echo a password is required"
    async with agent(sleep=("sh", "-c", f"({lecture}) >&2; exit 1")) as one:
        heard = await one.ask("POST", "/v1/sleep", {"instance": one.instance})
    assert heard.json["error"]["message"].endswith("the lecture, 90 a password is required")


async def test_no_shell_reads_the_command(tmp_path: Path):
    odd = tmp_path / "a;b $(c)"
    async with agent(sleep=("touch", str(odd))) as one:
        await order(one)
        await eventually(odd.exists)
    assert odd.exists()


async def test_a_second_order_is_refused_while_the_first_is_carried_out():
    async with agent(sleep=("sleep", "5"), bounds=HASTY) as one:
        assert await order(one) == (202, "")
        assert await order(one) == (409, "going")


async def test_an_order_that_led_to_nothing_does_not_stand_in_the_way_for_ever():
    async with agent() as one:
        assert await order(one) == (202, "")
        one.clock.ahead += 61
        assert await order(one) == (202, "")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("false",), "false: it failed"),
        (("/nowhere/suspend",), "/nowhere/suspend: No such file or directory"),
        (("sh", "-c", "echo Access denied >&2; exit 3"), "sh: Access denied"),
    ],
)
async def test_a_command_that_fails_at_once_is_told_and_the_next_order_is_taken(
    command: tuple[str, ...], why: str, caplog: pytest.LogCaptureFixture
):
    async with agent(sleep=command) as one:
        for _ in range(2):
            heard = await one.ask("POST", "/v1/sleep", {"instance": one.instance})
            assert (heard.status, heard.code) == (502, "sleep_failed")
            assert heard.json["message"] == f"the sleep command failed: {why}"
            assert not one.rest.is_going
    assert f"The sleep command failed: {why}" in caplog.text


@pytest.mark.slow
async def test_a_command_that_fails_later_is_logged_and_the_next_order_is_taken(
    caplog: pytest.LogCaptureFixture,
):
    async with agent(sleep=("sh", "-c", "sleep 2; exit 3"), bounds=HASTY) as one:
        assert await order(one) == (202, "")
        await eventually(lambda: not one.rest.is_going)
    assert "The sleep command failed: sh: it failed" in caplog.text


@pytest.mark.parametrize("body", [{"instance": "00" * 16}, {"x": "y"}])
async def test_an_order_for_another_run_is_void(body: dict[str, str]):
    async with agent() as one:
        assert await order(one, **body) == (409, "slept_since")
        assert not one.rest.is_going


async def test_an_order_prepared_before_a_suspend_is_void_after_it():
    async with agent() as one:
        before = one.instance
        one.clock.asleep += 3600
        one.rest.look()
        await one.hello()
        assert await order(one, instance=before) == (409, "slept_since")


async def test_the_return_is_told_by_the_clocks():
    async with agent() as one, news_of(one) as news:
        one.clock.asleep += 0.1
        one.rest.look()
        one.clock.asleep += 3600
        one.rest.look()
        one.rest.look()
        one.rest.goes()
        assert [await news.next(), await news.next()] == ["woke_up", "going_to_sleep"]


async def test_a_sleep_that_others_order_is_told_once_with_its_end():
    async with agent() as one, news_of(one) as news:
        one.rest.goes()
        one.rest.goes()
        one.clock.asleep += 3600
        one.rest.look()
        one.rest.returns()
        one.rest.goes()
        told = [await news.next() for _ in range(3)]
        assert told == ["going_to_sleep", "woke_up", "going_to_sleep"]


async def test_everybody_who_listens_is_told():
    async with agent() as one, news_of(one) as first, news_of(one) as second:
        one.rest.goes()
        assert await first.next() == await second.next() == "going_to_sleep"


async def test_a_stream_with_nothing_to_say_beats():
    async with agent(bounds=Bounds(beat_s=0.01)) as one, news_of(one) as news:
        assert [await news.payload() for _ in range(3)] == [b"", b"", b""]
        one.rest.goes()
        assert await news.next() == "going_to_sleep"


async def test_a_listener_that_takes_nothing_loses_the_oldest():
    async with agent() as one, news_of(one) as news:
        for _ in range(40):
            one.rest.goes()
            one.rest.returns()
        told = [await news.next() for _ in range(16)]
    assert told[-1] == "woke_up"
