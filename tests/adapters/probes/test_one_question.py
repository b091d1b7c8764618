"""A slow project with one worker: looks do not pile up before it while it starts."""

import asyncio
import socket
from collections.abc import Iterator

from hall.adapters.probes.factory import AppProbers
from hall.application.probe_intervals import CLOSE
from hall.application.probe_loop import ProbeLoop
from hall.application.turns import Turns
from hall.core.config.domain import HealthConfig
from hall.core.model.check import ProbeResult
from tests.adapters.neighbours import serving
from tests.support.fakes import FakeClock
from tests.support.small_hall import probes

SLOW_S = 0.5
"""Ten times as long as from one look to the next: what overlaps is seen."""


class OneWorker:
    """Answers one request after the other, each after ``SLOW_S``."""

    def __init__(self) -> None:
        self.asked = 0
        self._busy = asyncio.Lock()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return  # it connected and asked nothing
        self.asked += 1
        async with self._busy:
            await asyncio.sleep(SLOW_S)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def test_a_slow_project_has_seen_one_question_when_it_is_ready():
    worker, ready = OneWorker(), asyncio.Event()

    def tell(result: ProbeResult, _asked_at: float) -> None:
        assert result.ok
        ready.set()

    async with serving(worker.serve) as port, AppProbers() as probers:
        health = HealthConfig(url=f"http://127.0.0.1:{port}/", timeout_seconds=30)
        probe_loop = ProbeLoop(
            probers.prober(health).look,
            pace=lambda: CLOSE,
            tell=tell,
            clock=FakeClock(),
            turns=Turns(200),
        )
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(probes(probe_loop))
            await ready.wait()
            seen = worker.asked
            looking.cancel()
    assert seen == 1


async def test_a_project_that_does_not_shake_hands_yet_is_asked_one_question():
    """As one that listens already, and is still busy with its start."""
    ended = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as door:
        async with AppProbers() as probers:
            url = f"https://127.0.0.1:{door.getsockname()[1]}/"
            probe_loop = ProbeLoop(
                probers.prober(HealthConfig(url=url, timeout_seconds=SLOW_S)).look,
                pace=lambda: CLOSE,
                tell=lambda _sight, _asked_at: ended.set(),
                clock=FakeClock(),
                turns=Turns(200),
            )
            async with asyncio.TaskGroup() as group:
                looking = group.create_task(probes(probe_loop))
                await ended.wait()
                greeted = list(_greetings(door))
                looking.cancel()
    assert len(greeted) == 1


def _greetings(door: socket.socket) -> Iterator[bytes]:
    """What was said by those who wait to be let in, and said something."""
    door.setblocking(False)
    while True:
        try:
            one, _ = door.accept()
        except BlockingIOError:
            return
        with one:
            one.setblocking(False)
            if said := one.recv(64):
                yield said
