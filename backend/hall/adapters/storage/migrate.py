"""Bring a database up to date: ``migrations/*.sql`` in order, each in one transaction."""

from collections.abc import Sequence
from importlib.resources import files

import aiosqlite

from hall.core.errors import JournalError


async def migrate(connection: aiosqlite.Connection, steps: Sequence[str]) -> None:
    """Carry out those of ``steps`` that this database has not seen; ``user_version`` counts them.

    Raises:
        JournalError: a newer Hall wrote it; reading on could spoil it.
        sqlite3.Error: a step failed, and left no trace.
    """
    version = await _version(connection)
    if version > len(steps):
        raise JournalError(
            f"the journal was written by a newer Hall (format {version}, this one knows "
            f"{len(steps)}): start the newer Hall, or choose another folder"
        )
    for number, step in enumerate(steps[version:], start=version + 1):
        await _carry_out(connection, step, number)


async def mark(connection: aiosqlite.Connection) -> None:
    """Write the format that the database has into it again; a full disk refuses even that."""
    await connection.execute(f"PRAGMA user_version = {await _version(connection)}")


def migrations() -> tuple[str, ...]:
    """The SQL of each step, in order."""
    folder = files("hall.adapters.storage") / "migrations"
    found = (file for file in folder.iterdir() if file.name.endswith(".sql"))
    in_order = sorted(found, key=lambda file: file.name)
    return tuple(file.read_text(encoding="utf-8") for file in in_order)


async def _carry_out(connection: aiosqlite.Connection, step: str, number: int) -> None:
    script = f"BEGIN IMMEDIATE;\n{step}\nPRAGMA user_version = {number};\nCOMMIT;"
    try:
        await connection.executescript(script)
    except BaseException:
        await connection.rollback()
        raise


async def _version(connection: aiosqlite.Connection) -> int:
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    return int(row[0]) if row is not None else 0
