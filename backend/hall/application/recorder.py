"""The recorder: events go to the journal in batches, and a sick journal never stops a wake."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable

from hall.core.errors import JournalError
from hall.core.model.events import (
    Event,
    OverrideNoted,
    Redated,
    RestNoted,
    SleepEnded,
    SleepOrdered,
    StageReached,
    WakeEnded,
    WakeStarted,
)
from hall.core.ports import Journal

logger = logging.getLogger("hall.journal")

BATCH_S = 2.0
"""How long an ordinary event may wait for company; those of a wake, a
sleep or a hold do not wait."""

KEPT_EVENTS = 10_000
"""How many events are kept in memory while the journal cannot be written; the oldest go first."""

RETRY_S = 5.0

PROOF_S = 600.0
"""After so long without an event it is tried whether the journal can be written; an SD card lives
longer if that is not often."""

URGENT = (
    WakeStarted,
    StageReached,
    WakeEnded,
    SleepOrdered,
    SleepEnded,
    OverrideNoted,
    RestNoted,
    Redated,
)
"""What must not be lost: a restart goes on from it."""


class Recorder:
    """Buffers events, and writes them in one transaction a batch."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._some = asyncio.Event()
        self._urgent = asyncio.Event()
        self._sick = False

    @property
    def sick(self) -> bool:
        """Whether the journal cannot be written at the moment."""
        return self._sick

    def record(self, events: Iterable[Event]) -> None:
        """Take events; they are written soon, those of a wake, a sleep or a hold at once."""
        for event in events:
            self._waiting.append(event)
            self._some.set()
            if isinstance(event, URGENT):
                self._urgent.set()

    async def run(self) -> None:
        """Write until cancelled, and then what is left."""
        try:
            while True:
                if not await self._events():
                    await self.prove()
                    continue
                await self._wait_for_batch()
                await self.flush()
                if self._sick:
                    await asyncio.sleep(RETRY_S)
        finally:
            await self.flush()

    async def _events(self) -> bool:
        """Wait for events, and no longer than until the journal is tried again."""
        try:
            async with asyncio.timeout(RETRY_S if self._sick else PROOF_S):
                return await self._some.wait()
        except TimeoutError:
            return False

    async def prove(self) -> None:
        """Learn whether the journal can be written, where no event tells it."""
        try:
            await self._journal.prove()
        except JournalError as error:
            self._trouble(error)
        else:
            self._well()

    async def _wait_for_batch(self) -> None:
        try:
            async with asyncio.timeout(BATCH_S):
                await self._urgent.wait()
        except TimeoutError:
            pass

    async def flush(self) -> None:
        """Write all that waits; on failure it goes on waiting."""
        batch = list(self._waiting)
        if not batch:
            return
        try:
            await self._journal.write(batch)
        except JournalError as error:
            self._trouble(error)
            return
        for event in batch:
            if self._waiting and self._waiting[0] is event:
                self._waiting.popleft()
        if not self._waiting:
            self._some.clear()
            self._urgent.clear()
        self._well()

    def _well(self) -> None:
        if self._sick:
            self._sick = False
            logger.info("The journal can be written again")

    def _trouble(self, error: JournalError) -> None:
        if not self._sick:
            self._sick = True
            logger.warning("The journal cannot be written, events wait in memory: %s", error)
