"""The database seen from outside: read while a Hall writes it, or after; nothing is changed."""

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from hall.adapters.storage.database import BUSY_MS, DATABASE_FILE
from hall.core.errors import JournalError


@asynccontextmanager
async def looking(folder: Path) -> AsyncIterator["Onlooker"]:
    """Open the database in a folder for reading only.

    Raises:
        JournalError: it is not there.
    """
    path = folder / DATABASE_FILE
    if not path.is_file():
        raise JournalError(f"{path}: unable to open: there is no such file")
    try:
        reader = await aiosqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise JournalError(f"{path}: {error}") from error
    try:
        reader.row_factory = sqlite3.Row
        await reader.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        yield Onlooker(path, reader)
    finally:
        await reader.close()


class Onlooker:
    """A connection that only reads: it migrates and repairs nothing."""

    def __init__(self, path: Path, reader: aiosqlite.Connection) -> None:
        self._path = path
        self._reader = reader

    async def fetch(
        self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[sqlite3.Row]:
        """All rows of one query.

        Raises:
            JournalError: the file cannot be read.
        """
        try:
            return list(await self._reader.execute_fetchall(sql, values))
        except sqlite3.Error as error:
            raise JournalError(f"{self._path}: {error}") from error
