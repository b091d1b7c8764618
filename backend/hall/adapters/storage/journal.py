"""The journal in SQLite: fills the port, and reads the record back for people."""

import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

from hall.adapters.storage import queries, saved
from hall.adapters.storage.database import Database, TroubleError
from hall.adapters.storage.inserts import statements
from hall.adapters.storage.lock import alone
from hall.adapters.storage.migrate import mark
from hall.adapters.storage.queries import SqlRows
from hall.adapters.storage.read_only import looking
from hall.adapters.storage.records import RefusalEntry, TransitionEntry, VisitEntry, WakeEntry
from hall.adapters.storage.seed import past_wake
from hall.core.errors import JournalError
from hall.core.model.events import Event
from hall.core.model.saved import Saved, Unfinished
from hall.core.model.wake import Boot

logger = logging.getLogger("hall.journal")


@asynccontextmanager
async def open_journal(folder: Path) -> AsyncIterator["SqliteJournal"]:
    """Open the journal in a folder, which is made when it is missing.

    A broken file is moved aside and a new one begun. Trouble that may pass, like a full disk, is
    logged and does not stop Hall: every later call tries again.

    Raises:
        JournalError: another Hall uses this folder, a newer Hall wrote it, or Hall may not write
            there.
    """
    with alone(folder):
        database = Database(folder)
        try:
            await database.open()
        except TroubleError as error:
            logger.error("Hall runs without a journal for now: %s", error)  # noqa: TRY400
        try:
            yield SqliteJournal(database)
        finally:
            await database.close()


@asynccontextmanager
async def read_journal(folder: Path) -> AsyncIterator["Record"]:
    """Look into the journal in a folder, whether a Hall uses it or not; nothing is changed.

    Raises:
        JournalError: there is none.
    """
    async with looking(folder) as onlooker:
        yield Record(onlooker)


class Record:
    """What was journalled, read back for people."""

    def __init__(self, rows: SqlRows) -> None:
        self._rows = rows

    async def transitions(self, domain: str | None, limit: int) -> Sequence[TransitionEntry]:
        """The last changes of status, oldest first; ``domain`` None means all, servers included.

        Raises:
            JournalError: the record cannot be read now.
        """
        return await queries.transitions(self._rows, domain, limit)

    async def wakes(self, domain: str | None, limit: int) -> Sequence[WakeEntry]:
        """The last wakes with their stages, oldest first, whether ended or not.

        Raises:
            JournalError: the record cannot be read now.
        """
        return await queries.recorded_wakes(self._rows, domain, limit)

    async def visits(self, domain: str | None, limit: int) -> Sequence[VisitEntry]:
        """The last visits and reports of activity, oldest first.

        Raises:
            JournalError: the record cannot be read now.
        """
        return await queries.visits(self._rows, domain, limit)

    async def refusals(self, limit: int) -> Sequence[RefusalEntry]:
        """The last refusals, oldest first.

        Raises:
            JournalError: the record cannot be read now.
        """
        return await queries.refusals(self._rows, limit)


class SqliteJournal(Record):
    """The lasting record. One writer; readers see whole batches only, and never wait for it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    async def write(self, events: Sequence[Event]) -> None:
        """Write all of them in one transaction; safe to repeat after an error.

        Raises:
            JournalError: nothing was written; the caller keeps them and tries again.
        """
        orders = chain.from_iterable(statements(event) for event in events)
        async with self._database.transaction() as connection:
            for sql, alike in groupby(orders, key=itemgetter(0)):
                await connection.executemany(sql, [values for _, values in alike])

    async def prove(self) -> None:
        """Write the number of the format once more: the file is as before, and was written.

        Raises:
            JournalError: it cannot be written now.
        """
        async with self._database.transaction() as connection:
            await mark(connection)

    async def unfinished(self) -> Sequence[Unfinished]:
        """The wakes to take up again, running or failed; none when the record cannot be read.

        The current stage of each counts from when the stage before was reached.
        """
        try:
            return await queries.unfinished(self._database)
        except JournalError as error:
            logger.error("Hall starts without its running wakes: %s", error)  # noqa: TRY400
            return ()

    async def memory(self, homes: Mapping[str, Collection[str]]) -> Mapping[str, Saved]:
        """What is remembered of each server; nothing when the record cannot be read."""
        try:
            return await saved.saved_of(self._database, homes)
        except JournalError as error:
            logger.error("Hall starts without its memory of its servers: %s", error)  # noqa: TRY400
            return defaultdict(Saved)

    async def history(self, limit: int) -> Mapping[str, Sequence[Boot]]:
        """By domain, the last wakes that ended well; none when the record cannot be read."""
        try:
            return await queries.boot_histories(self._database, limit)
        except JournalError as error:
            logger.error("Hall starts without the past of its domains: %s", error)  # noqa: TRY400
            return defaultdict(tuple)

    async def seed(self, domain: str, boots: Sequence[Mapping[str, float]]) -> None:
        """Give a domain a past: wakes that ended well, so that its first wake has an estimate.

        Args:
            domain: The id of the domain; the demo's servers bear the same.
            boots: Seconds by stage, oldest first. Dated 1970, so that real wakes come after.

        Raises:
            JournalError: nothing was written.
        """
        wakes = (past_wake(domain, number, boot) for number, boot in enumerate(boots))
        await self.write(list(chain.from_iterable(wakes)))
