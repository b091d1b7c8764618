"""One link, probed again and again: probe first, then wait; how long is a matter of the moment.

Why the pace changes: what an answer is worth depends on who waits for it. In a wake a visitor does,
so a project that may answer any moment is probed twenty times a second. When a link that held
misses a probe, visitors may be sent to a server that is gone: it is asked again after a quarter of
a second. At rest nobody waits, and there may be thousands: every ten seconds will do, in turn with
all others (``turns``), and a sleeping server that any packet would wake is not probed at all. So
the pace is a function that is asked each time (``probe_intervals``), and ``poke`` ends a wait only
for a faster one.

Why a probe that confirms goes a short way: at rest nearly all do. The core only notes when the link
was seen (``core.lifecycle.confirm``); nothing is judged, announced, published or rung, so no other
loop wakes up for it. What is news goes the whole way, and comes back to the loops as a poke. If
each answer did, probes would cause probes.

Probes may overlap, so that one that hangs hides nothing; a failure that set out before the latest
success is dropped. But a project is asked one question at a time: only those that nobody accepted
yet overlap, and the next one waits for the answer. One that did not answer is left alone for a
while, for it may be at work still: probes must not load what they look at.

While it waits there is no task: ten thousand projects of sleeping servers cost a few hundred bytes
each, and nothing else.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from hall.application.probe_intervals import Pace
from hall.application.turns import MOST_S, Rank, Turn, Turns
from hall.core.model.check import ProbeResult
from hall.core.model.reason import because
from hall.core.ports import Clock
from hall.core.timing import Instant

logger = logging.getLogger("hall.look")

JITTER = 0.1

WORK_S = 0.25
"""A question that ended without an answer sooner than this was refused, not worked on."""

PAUSE_MOST_S = 15.0
"""Seconds that a project is left alone at most after questions that it did not answer."""

Look = Callable[[float, Callable[[], bool]], Awaitable[ProbeResult | None]]
"""A look of at most so many seconds. The second argument is called before a question is sent: false
means that one is being answered, and the look has no result."""


class ProbeLoop:
    """Looks at one link at the pace of the moment, from ``start`` to ``stop``.

    Args:
        look: Looks once.
        pace: The pace of the moment.
        tell: Takes what was seen, and the instant of the question.
        clock: Dates the questions.
        turns: Whom it asks for a turn at rest.
        rank: How much it matters while turns are short.
    """

    def __init__(
        self,
        look: Look,
        *,
        pace: Callable[[], Pace],
        tell: Callable[[ProbeResult, Instant], None],
        clock: Clock,
        turns: Turns,
        rank: Callable[[], Rank] = lambda: Rank.NETWORK,
    ) -> None:
        self._look = look
        self._pace = pace
        self._tell = tell
        self._clock = clock
        self._turns = turns
        self._rank = rank
        self._group: asyncio.TaskGroup | None = None
        self._next: asyncio.TimerHandle | Turn | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        self._looked_at = float("-inf")
        self._sent = 0
        self._answered = 0
        self._flying = 0
        self._asking = 0
        self._unanswered_s = 0.0
        self._silent_until = 0.0
        self._waiting_at = Pace(0.0, 0.0)

    def start(self, group: asyncio.TaskGroup, after_s: float = 0.0) -> None:
        """Begin; probes are tasks of this group. The first comes in its turn, ``after_s`` from now.

        How long it may wait for its turn at most is random, so that a crowd does not come at once.
        """
        self._group = group
        self._waiting_at = pace = self._pace()
        if pace.overlap or pace.once:
            most_s = MOST_S[self._rank()]
            self._ask(after_s, random.uniform(most_s / 4, most_s))  # noqa: S311 - no secret

    def stop(self) -> None:
        """Begin no more probes; one that is under way still tells its result."""
        self._group = None
        self._call_off()

    def poke(self) -> None:
        """The server changed: a reason to look at once only if that asks for a faster pace.

        What a look finds is a change as well, and would feed itself.
        """
        pace = self._pace()
        if self._group is None or not pace.sooner_than(self._waiting_at):
            return
        if not pace.at_rest:
            self._go()
            return
        self._call_off()
        self._waiting_at = pace
        self._ask(0.0, MOST_S[self._rank()])

    async def probe_now(self, seconds: float) -> bool:
        """Look at once; whether there is a result within so many seconds, be it a failure.

        Any probe's counts: none begins while a question is open, or after one that had no answer.
        """
        seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(seen)
        self._go()
        try:
            async with asyncio.timeout(seconds):
                await seen
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(seen)
        return True

    def _on_time(self) -> None:
        """It is time to look; a fault here ends Hall like one in a task, and is not lost."""
        if self._group is None:
            return
        try:
            self._look_or_rest()
        except Exception as error:  # noqa: BLE001 - raised again where it is heard
            self._group.create_task(_raise(error), name="fault")

    def _look_or_rest(self) -> None:
        """Look, or go on waiting when the link was looked at meanwhile and is at rest since."""
        pace, since_s = self._pace(), asyncio.get_running_loop().time() - self._looked_at
        rests_s = pace.every_s * (1 - JITTER) - since_s
        if pace.at_rest and rests_s > 0:
            self._waiting_at = pace
            self._ask(rests_s, MOST_S[self._rank()] - since_s)
        else:
            self._go()

    def _go(self) -> None:
        """Look, if that may be now, and wait for the next time."""
        if self._group is None:
            return
        self._call_off()
        pace = self._waiting_at = self._pace()
        if self._may_look(pace):
            self._looked_at = asyncio.get_running_loop().time()
            self._sent += 1
            self._flying += 1
            self._group.create_task(self._once(self._sent, pace.timeout_s), name="look")
        self._wait(pace)

    def _may_look(self, pace: Pace) -> bool:
        rested = asyncio.get_running_loop().time() >= self._silent_until
        first = pace.once and not self._sent
        return (first or self._flying < pace.overlap) and not self._asking and rested

    def _wait(self, pace: Pace) -> None:
        """Until the next time; without any look to come, for the next poke."""
        after_s = pace.every_s * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311 - no secret
        if pace.at_rest:
            self._ask(after_s, MOST_S[self._rank()])
        elif pace.overlap:
            self._next = asyncio.get_running_loop().call_later(after_s, self._on_time)

    def _ask(self, after_s: float, most_s: float) -> None:
        now = asyncio.get_running_loop().time()
        self._next = self._turns.ask(
            self._rank(), self._on_time, due=now + after_s, latest=now + max(after_s, most_s)
        )

    def _call_off(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

    async def _once(self, number: int, timeout_s: float) -> None:
        asked_at, begun = self._clock.now(), asyncio.get_running_loop().time()

        def turn() -> bool:
            nonlocal asked_at, begun
            if self._asking:
                return False
            self._asking = number
            asked_at, begun = self._clock.now(), asyncio.get_running_loop().time()
            return True

        try:
            result = await self._look(timeout_s, turn)
        except Exception as error:
            logger.exception("A look failed")
            fault = because("look_failed", why=type(error).__name__)
            result = ProbeResult(ok=False, detail=fault, ours=True)
        finally:
            self._flying -= 1
            asked = self._asking == number
            self._asking = 0 if asked else self._asking
        if result is None:
            return
        if asked:
            self._pause(result, begun)
        self._seen(number, result, asked_at)

    def _pause(self, result: ProbeResult, begun: float) -> None:
        """Leave one that did not answer alone as long as it was asked in vain.

        It is at work still, and questions would pile up before it.
        """
        now = asyncio.get_running_loop().time()
        if result.took_ms is not None:
            self._unanswered_s = 0.0
        elif now - begun > WORK_S:
            self._unanswered_s = min(PAUSE_MOST_S, self._unanswered_s + now - begun)
            self._silent_until = now + self._unanswered_s

    def _seen(self, number: int, result: ProbeResult, asked_at: Instant) -> None:
        # A failure that set out before the latest success is old news.
        if result.ok:
            self._answered = max(self._answered, number)
        if result.ok or number > self._answered:
            self._tell(result, asked_at)
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


async def _raise(error: Exception) -> None:
    raise error
