"""One link, looked at again and again: look first, then wait; how long is a matter of the moment.

Looks may overlap, so that one that hangs hides nothing. But a project is asked one question at a
time: only those that nobody accepted yet overlap, and the next one waits for the answer.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

from hall.application.hub import Listener
from hall.application.probe_intervals import Pace
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
means that one is being answered, and no sight comes of the look."""


class ProbeLoop:
    """Looks at one link at the pace of the moment, until cancelled."""

    def __init__(
        self,
        look: Look,
        *,
        pace: Callable[[], Pace],
        tell: Callable[[ProbeResult, Instant], None],
        clock: Clock,
    ) -> None:
        self._look = look
        self._pace = pace
        self._tell = tell
        self._clock = clock
        self._at_once = asyncio.Event()
        self._waiting: set[asyncio.Future[None]] = set()
        self._sent = 0
        self._answered = 0
        self._flying = 0
        self._asking = 0
        self._unanswered_s = 0.0
        self._silent_until = 0.0
        self._waiting_at = Pace(0.0, 0.0)

    async def run(self, news: Listener) -> None:
        """Look, then wait for the next turn, for news of the server or for somebody in a hurry."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(news), name="news")
            while True:
                self._at_once.clear()
                pace = self._waiting_at = self._pace()
                if self._may_look(pace):
                    self._sent += 1
                    self._flying += 1
                    group.create_task(self._once(self._sent, pace.timeout_s), name="look")
                await self._wait(pace)

    async def probe_now(self, seconds: float) -> bool:
        """Look at once; whether anything was seen within so many seconds."""
        seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(seen)
        self._at_once.set()
        try:
            async with asyncio.timeout(seconds):
                await seen
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(seen)
        return True

    def _may_look(self, pace: Pace) -> bool:
        rested = asyncio.get_running_loop().time() >= self._silent_until
        return self._flying < pace.overlap and not self._asking and rested

    async def _hear(self, news: Listener) -> None:
        """News is a reason to look at once only if it asks for a faster pace.

        What a look finds is news as well, and would feed itself.
        """
        while True:
            await news.next()
            if self._pace().every_s < self._waiting_at.every_s:
                self._at_once.set()

    async def _wait(self, pace: Pace) -> None:
        spread = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 - no secret depends on it
        with suppress(TimeoutError):
            async with asyncio.timeout(pace.every_s * spread):
                await self._at_once.wait()

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
