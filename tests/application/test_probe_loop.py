"""One link, looked at again and again: when, how many at once, and what is told of it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hall.application.probe_intervals import REST, Pace
from hall.application.probe_loop import ProbeLoop
from hall.application.turns import Turns
from hall.core.model.check import ProbeResult
from hall.core.model.reason import because
from tests.support.fakes import FakeClock
from tests.support.small_hall import probes, running

UP = ProbeResult(ok=True, detail=because("tcp_ok"), took_ms=1.0)
DOWN = ProbeResult(ok=False, detail=because("tcp_silent"))
Turn = Callable[[], bool]
Step = Callable[[Turn], Awaitable[ProbeResult | None]]


class Script:
    """A link whose looks go as they are written, one after the other; then they hang."""

    def __init__(self, *steps: Step, pace: Pace) -> None:
        self.coming = list(steps)
        self.begun = 0
        self.told: list[tuple[ProbeResult, float]] = []
        self.enough = asyncio.Event()
        self.expected = 1
        self.clock = FakeClock()
        self.probe_loop = ProbeLoop(
            self._look,
            pace=lambda: pace,
            tell=self._tell,
            clock=self.clock,
            turns=Turns(200),
        )

    async def _look(self, _timeout_s: float, turn: Turn) -> ProbeResult | None:
        self.begun += 1
        if self.begun > len(self.coming):
            await asyncio.Event().wait()
        return await self.coming[self.begun - 1](turn)

    def _tell(self, result: ProbeResult, asked_at: float) -> None:
        self.told.append((result, asked_at))
        if len(self.told) >= self.expected:
            self.enough.set()

    async def run(self, *, until_told: int) -> list[ProbeResult]:
        """Run until so much was told."""
        self.expected = until_told
        async with asyncio.TaskGroup() as group:
            probing = group.create_task(probes(self.probe_loop))
            await self.enough.wait()
            probing.cancel()
        return [result for result, _ in self.told]


def sees(result: ProbeResult) -> Step:
    async def step(_turn: Turn) -> ProbeResult:
        return result

    return step


def asks(result: ProbeResult, *, until: asyncio.Event | None = None) -> Step:
    """It is accepted at once, and answers when ``until`` is set."""

    async def step(turn: Turn) -> ProbeResult | None:
        if not turn():
            return None
        if until is not None:
            await until.wait()
        return result

    return step


async def hangs(_turn: Turn) -> ProbeResult:
    await asyncio.Event().wait()
    return DOWN


async def breaks(_turn: Turn) -> ProbeResult:
    raise LookupError("undefined")


async def test_it_looks_first_and_waits_after():
    assert await Script(sees(UP), pace=Pace(3600, 1)).run(until_told=1) == [UP]


async def test_a_look_that_hangs_hides_nothing_from_the_next():
    assert await Script(hangs, sees(UP), pace=Pace(0.01, 1, 2)).run(until_told=1) == [UP]


async def test_a_look_that_goes_wrong_is_a_fault_of_halls_own():
    (result,) = await Script(breaks, pace=Pace(3600, 1)).run(until_told=1)
    assert (result.ours, str(result.detail)) == (True, "The check failed to run: LookupError")


async def test_a_late_failure_does_not_overrule_a_newer_success():
    answered = asyncio.Event()

    async def late(_turn: Turn) -> ProbeResult:
        await answered.wait()
        return DOWN

    async def good(_turn: Turn) -> ProbeResult:
        answered.set()
        return UP

    script = Script(late, good, sees(UP), pace=Pace(0.01, 1, 2))
    assert await script.run(until_told=2) == [UP, UP]


async def test_while_a_question_is_being_answered_no_other_is_asked():
    answer = asyncio.Event()

    async def finds_it_taken(turn: Turn) -> ProbeResult | None:
        taken = not turn()
        answer.set()
        return None if taken else DOWN

    connecting = asyncio.Event()

    async def slow_to_connect(turn: Turn) -> ProbeResult | None:
        await connecting.wait()
        return await finds_it_taken(turn)

    async def first(turn: Turn) -> ProbeResult | None:
        connecting.set()
        return await asks(UP, until=answer)(turn)

    script = Script(slow_to_connect, first, pace=Pace(0.01, 1, 8))
    assert await script.run(until_told=1) == [UP]
    assert script.begun == 2


async def test_an_answer_is_told_with_the_moment_of_its_question():
    async def slow(turn: Turn) -> ProbeResult:
        turn()
        script.clock.fixed = 1003.0
        return UP

    script = Script(slow, pace=Pace(3600, 1))
    script.clock.fixed = 1000.0
    await script.run(until_told=1)
    assert script.told == [(UP, 1000.0)]


async def test_who_is_in_a_hurry_is_told_what_the_next_look_sees():
    script = Script(sees(UP), sees(DOWN), pace=Pace(3600, 1))
    async with asyncio.TaskGroup() as group:
        run = group.create_task(probes(script.probe_loop))
        await script.enough.wait()
        assert await script.probe_loop.probe_now(60.0)
        run.cancel()
    assert [result for result, _ in script.told] == [UP, DOWN]


async def test_who_is_in_a_hurry_does_not_wait_for_a_look_that_hangs():
    script = Script(hangs, pace=Pace(3600, 1))
    async with asyncio.TaskGroup() as group:
        run = group.create_task(probes(script.probe_loop))
        assert not await script.probe_loop.probe_now(0.01)
        run.cancel()


async def test_what_a_look_finds_is_no_reason_for_the_next():
    async def look(_timeout: float, _turn: Turn) -> ProbeResult:
        return UP

    def tell(result: ProbeResult, _at: float) -> None:
        told.append(result)
        probe_loop.poke()

    told: list[ProbeResult] = []
    probe_loop = ProbeLoop(
        look,
        pace=lambda: Pace(60, 1),
        tell=tell,
        clock=FakeClock(),
        turns=Turns(200),
    )
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(probes(probe_loop), 50)
    assert told == [UP]


async def test_a_fault_in_what_decides_when_to_look_is_heard():
    paces = [Pace(0.1, 1)]
    probe_loop = ProbeLoop(
        sees(UP), pace=paces.pop, tell=print, clock=FakeClock(), turns=Turns(200)
    )
    with pytest.RaisesGroup(IndexError):
        await probes(probe_loop)


async def test_what_was_looked_at_while_it_waited_for_its_turn_is_left_to_rest():
    """Its visitor did not wait for the turn."""
    looked: list[float] = []

    async def look(_timeout: float, _turn: Turn) -> ProbeResult:
        looked.append(asyncio.get_running_loop().time())
        return UP

    probe_loop = ProbeLoop(
        look, pace=lambda: REST, tell=lambda *_: None, clock=FakeClock(), turns=Turns(200)
    )
    async with running(lambda: probes(probe_loop)):
        await asyncio.sleep(6)
        assert await probe_loop.probe_now(1.0)
        await asyncio.sleep(8)
    assert len(looked) == 2
