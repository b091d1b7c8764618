"""Answers that are forged on their way: none is believed."""

import asyncio
import random
from contextlib import suppress
from pathlib import Path

import pytest

from hall.adapters.agent.client import ask_agent
from hall.adapters.agent.events import AgentAnnouncer
from hall.core.config.methods import GuardsConfig
from hall.core.errors import AgentError, HallError
from tests.adapters.agent.calling import Change, Hall, between, line
from tests.adapters.neighbours import answering, serving
from tests.agent.agents import SECRET, Agent, agent
from tests.support.forging import changed
from tests.support.timeouts import PATIENCE_S

TRIALS = 500
SIGNED = ("content-type", "hall-agent", "hall-signature")


def parts_of(answer: bytes) -> tuple[list[str], str]:
    head, _, body = answer.decode("latin-1").partition("\r\n\r\n")
    return head.split("\r\n"), body


def whole(lines: list[str], body: str) -> bytes:
    kept = [one for one in lines if not one.lower().startswith("content-length")]
    return "\r\n".join([*kept, f"content-length: {len(body)}", "", body]).encode("latin-1")


def meddle(dice: random.Random) -> Change:
    """Change one thing of an answer that counts: status, a signed header, or the body.

    Half of the refusals that ask for a new signature pass, so that good answers come as well.
    """

    def change(answer: bytes) -> bytes:
        lines, body = parts_of(answer)
        status = int(lines[0].split()[1])
        if status == 401 and dice.random() < 0.5:
            return answer
        at = dice.randrange(len(SIGNED) + 2)
        if at == len(SIGNED):
            return whole(lines, changed(body, dice))
        if at > len(SIGNED):
            other = dice.choice(sorted({200, 201, 202, 204, 401, 502} - {status}))
            return whole([f"HTTP/1.1 {other} ", *lines[1:]], body)
        return whole([_meddled(one, SIGNED[at], dice) for one in lines], body)

    return change


def _meddled(header: str, name: str, dice: random.Random) -> str:
    key, _, value = header.partition(": ")
    return f"{key}: {changed(value, dice)}" if key.lower() == name else header


async def believed(port: int) -> bool:
    """Whether Hall, who knows this agent, takes its answer."""
    async with line(port).client() as client:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await ask_agent(client, "GET", "/hello")
        except AgentError:
            return False
    return True


async def test_an_answer_that_is_passed_on_as_it_is_is_believed():
    async with agent() as one, between(one.port, lambda answer: answer) as port:
        assert await believed(port)


@pytest.mark.slow
async def test_of_hundreds_of_changed_answers_none_is_believed():
    async with agent() as one, between(one.port, meddle(random.Random(9))) as port:
        assert sum([await believed(port) for _ in range(TRIALS)]) == 0


async def test_an_answer_to_another_request_is_not_believed():
    """The first answer that is signed for Hall's run is kept, and given for every later one."""
    kept: list[bytes] = []

    def replay(answer: bytes) -> bytes:
        if answer.startswith(b"HTTP/1.1 200"):
            kept.append(answer)
            return kept[0]
        return answer

    async with agent() as one, between(one.port, replay) as port:
        client_line = line(port)
        async with client_line.client() as client:
            await ask_agent(client, "GET", "/hello")
            for _ in range(20):
                with pytest.raises(AgentError, match="answers are changed on their way"):
                    await ask_agent(client, "GET", "/hello")
    assert len(kept) == 21


@pytest.mark.parametrize(
    "head",
    [
        "200 OK",
        "200 OK\r\nhall-signature: " + "0" * 64,
        "200 OK\r\nhall-signature: x\r\nhall-agent: x",
        "401 No",
        "401 No\r\nhall-agent: instance=" + "0" * 32 + ", time=1.000000",
        "502 No\r\nhall-trouble: refused",
        "204 No",
    ],
)
async def test_who_has_not_the_key_is_not_believed(tmp_path: Path, head: str):
    lies = b'{"guards": {}, "vitals": {}, "instance": "x"}'
    async with serving(answering(head, b"" if head.startswith("204") else lies)) as port:
        hall = Hall(port, tmp_path)
        for call in (hall.inspector.report(GuardsConfig(), None), hall.sleeper.sleep()):
            with pytest.raises(HallError, match="it is not Hall's agent, or its answers are"):
                await call


class Meddler:
    """Passes a stream on, but for one line: dropped, doubled, changed, late, or cut."""

    def __init__(self, one: Agent, dice: random.Random) -> None:
        self._one = one
        self._dice = dice

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", self._one.port)
        try:
            while True:
                outer.write(await reader.readuntil(b"\r\n\r\n"))
                head = await inner.readuntil(b"\r\n\r\n")
                writer.write(head)
                if b"chunked" in head.lower():
                    break
                body = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
                writer.write(await inner.readexactly(int(body)))
            await self._stream(inner, writer)
        finally:
            outer.close()

    async def _stream(self, inner: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            self._one.rest.goes()
            self._one.rest.returns()
        lines = [await self._line(inner) for _ in range(6)]
        for text in self._meddled(lines):
            writer.write(b"%x\r\n%b\r\n" % (len(text), text))
        await writer.drain()
        await inner.read()

    async def _line(self, inner: asyncio.StreamReader) -> bytes:
        size = int(await inner.readline(), 16)
        return (await inner.readexactly(size + 2))[:-2]

    def _meddled(self, lines: list[bytes]) -> list[bytes]:
        at = self._dice.randrange(len(lines) - 1)
        match self._dice.choice(["drop", "double", "swap", "change"]):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                lines[at : at + 2] = lines[at : at + 2][::-1]
            case _:
                text = lines[at][:-1].decode("latin-1")
                lines[at] = changed(text, self._dice).encode("latin-1") + b"\n"
        return lines


@pytest.mark.slow
async def test_of_many_streams_that_were_meddled_with_none_is_believed():
    dice, whole_ones = random.Random(10), 0
    async with agent() as one, serving(Meddler(one, dice).talk) as port:
        announcer = AgentAnnouncer(line(port))
        for _ in range(100):
            told = []
            with suppress(AgentError):
                async with asyncio.timeout(PATIENCE_S), announcer.announcements() as news:
                    async for announced in news:
                        told += [announced.news.value]
            whole_ones += told != ["going_to_sleep", "woke_up"] * 3
            expected = (["going_to_sleep", "woke_up"] * 3)[: len(told)]
            assert told == expected
    assert whole_ones == 100


async def test_the_key_does_not_leave_hall():
    heard: list[bytes] = []

    def keep(answer: bytes) -> bytes:
        heard.append(answer)
        return answer

    async with agent() as one, between(one.port, keep) as port:
        assert await believed(port)
    assert SECRET.encode() not in b"".join(heard)
