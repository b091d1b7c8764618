"""What Hall has journalled, read from its file."""

import asyncio
from pathlib import Path

from hall.adapters.storage.entries import TransitionEntry, WakeEntry
from hall.adapters.storage.journal import open_journal

ALL = 1000


def wakes(folder: Path) -> list[WakeEntry]:
    """The wakes of all domains, oldest first."""

    async def read() -> list[WakeEntry]:
        async with open_journal(folder) as journal:
            return list(await journal.wakes(None, ALL))

    return sorted(asyncio.run(read()), key=lambda wake: wake.started_at)


def transitions(folder: Path, domain: str) -> list[TransitionEntry]:
    """The transitions of a domain, oldest first."""

    async def read() -> list[TransitionEntry]:
        async with open_journal(folder) as journal:
            return list(await journal.transitions(domain, ALL))

    return sorted(asyncio.run(read()), key=lambda change: change.at)
