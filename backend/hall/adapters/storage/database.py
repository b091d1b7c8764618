"""The one SQLite file: opened privately, brought up to date, and replaced when it is broken."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite

from hall.adapters.storage.files import make_private, move_aside
from hall.adapters.storage.migrate import migrate, migrations
from hall.core.errors import JournalError

logger = logging.getLogger("hall.journal")

DATABASE_FILE = "hall.db"

BUSY_MS = 5000
"""How long SQLite waits for another process (a backup, the command line) that holds the file."""

WAL_BYTES = 4 * 1024 * 1024
"""The write-ahead file is cut back to this size after a checkpoint."""

_REFUSED = (PermissionError, NotADirectoryError, FileExistsError)
"""What only a person can mend."""

_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class TroubleError(JournalError):
    """The file cannot be used now; the next use may find it well again."""


@dataclass(frozen=True, slots=True)
class _Connections:
    """One connection that writes, one that only reads: a reader never sees half a batch."""

    writer: aiosqlite.Connection
    reader: aiosqlite.Connection

    async def close(self) -> None:
        try:
            await self.reader.close()
        finally:
            await self.writer.close()


class Database:
    """Opens when first used, and again after trouble, so that a full disk mends by itself.

    A file that SQLite calls broken is moved aside, and the next use begins a new one. All methods
    raise JournalError: a TroubleError when it may pass. ``steps`` is the SQL of all migrations.
    """

    def __init__(self, folder: Path, steps: Sequence[str] | None = None) -> None:
        self._path = folder / DATABASE_FILE
        self._steps = migrations() if steps is None else tuple(steps)
        self._open: _Connections | None = None
        self._closed = False
        self._lock = asyncio.Lock()

    async def open(self) -> _Connections:
        """Open the file now, if it is not open.

        Raises:
            TroubleError: not now, but perhaps later.
            JournalError: a newer Hall wrote it, or Hall may not write there.
        """
        async with self._lock:
            return await self._connections()

    async def close(self) -> None:
        """Close the file for good; SQLite then folds the write-ahead file into it."""
        async with self._lock:
            self._closed = True
            await self._close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """A connection within one transaction: all of it is kept, or nothing.

        Raises:
            JournalError: nothing was kept.
        """
        async with self._lock:
            used = await self._connections()
            writer = used.writer
            try:
                await writer.execute("BEGIN IMMEDIATE")
                yield writer
                await writer.commit()
            except (sqlite3.Error, ValueError) as error:
                await self._roll_back(writer)
                raise await self._failed(error, used) from error
            except BaseException:
                await self._roll_back(writer)
                raise

    async def fetch(
        self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[sqlite3.Row]:
        """All rows of one query.

        Raises:
            JournalError: the file cannot be read.
        """
        used = self._open or await self.open()
        try:
            return list(await used.reader.execute_fetchall(sql, values))
        except (sqlite3.Error, ValueError) as error:
            async with self._lock:
                raise await self._failed(error, used) from error

    # ---- with the lock held -------------------------------------------------------------------

    async def _connections(self) -> _Connections:
        if self._closed:
            raise JournalError(f"{self._path} is closed")
        if self._open is None:
            self._open = await self._opened()
        return self._open

    async def _opened(self) -> _Connections:
        try:
            return await self._connect()
        except sqlite3.DatabaseError as error:
            if not _broken(error):
                raise TroubleError(f"{self._path} cannot be opened: {error}") from error
            self._begin_anew(error)
        except _REFUSED as error:
            raise JournalError(f"{self._path} cannot be opened: {error}") from error
        except OSError as error:
            raise TroubleError(f"{self._path} cannot be opened: {error}") from error
        try:
            return await self._connect()
        except (sqlite3.Error, OSError) as error:
            raise TroubleError(f"{self._path} cannot be begun anew: {error}") from error

    async def _connect(self) -> _Connections:
        make_private(self._path)
        writer = await _connected(self._path)
        try:
            await _prepare(writer)
            await migrate(writer, self._steps)
            return _Connections(writer, await _reading(self._path))
        except BaseException:
            await writer.close()
            raise

    async def _roll_back(self, writer: aiosqlite.Connection) -> None:
        try:
            await writer.rollback()
        except (sqlite3.Error, ValueError) as error:
            logger.warning("The journal could not roll back, and is opened again: %s", error)
            await self._close()

    async def _failed(self, error: Exception, used: _Connections) -> TroubleError:
        """Put it in words; a broken file makes place, unless another caller saw to that.

        A ValueError is what aiosqlite says of a connection that is gone: it is opened again.
        """
        if self._open is used and (_broken(error) or isinstance(error, ValueError)):
            await self._close()
            if _broken(error):
                self._begin_anew(error)
        return TroubleError(f"{self._path}: {error}")

    async def _close(self) -> None:
        connections, self._open = self._open, None
        if connections is not None:
            try:
                await connections.close()
            except (sqlite3.Error, ValueError) as error:
                logger.warning("The journal did not close cleanly: %s", error)

    def _begin_anew(self, error: Exception) -> None:
        try:
            kept = move_aside(self._path)
        except OSError as trouble:
            text = f"{self._path} is broken and cannot be moved: {trouble}"
            raise TroubleError(text) from trouble
        logger.error("%s is broken (%s); kept as %s, a new one begins", self._path, error, kept)


def _broken(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _BROKEN


async def _connected(path: Path) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


async def _prepare(writer: aiosqlite.Connection) -> None:
    """NORMAL loses nothing when Hall is killed; a power cut may lose the last batches, no more."""
    await writer.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    await writer.execute("PRAGMA journal_mode = WAL")
    await writer.execute("PRAGMA synchronous = NORMAL")
    await writer.execute("PRAGMA foreign_keys = ON")
    await writer.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")


async def _reading(path: Path) -> aiosqlite.Connection:
    reader = await _connected(path)
    try:
        await reader.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        await reader.execute("PRAGMA query_only = ON")
    except BaseException:
        await reader.close()
        raise
    return reader
