"""How many bytes does a busy minute write to the disk, a row of the journal?

Hall's own recorder and journal, in batches as in a running Hall: visits all the time, and a wake
with its stages every ten seconds. The kernel counts what this process hands to ``write``.
"""

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from hall.adapters.storage.journal import SqliteJournal, open_journal
from hall.application.recorder import Recorder
from hall.core.model.check import CheckName
from hall.core.model.events import Event
from tests.adapters.storage import story

LASTS_S, WAKE_EVERY_S = 60, 10
VISITS_A_SECOND = (1, 5, 20, 100)


def main() -> None:
    """Print the bytes a row, from few visits to many."""
    sys.stdout.write("\nBytes written a row of the journal in a minute, a wake every ten seconds\n")
    sys.stdout.write("visits a second    rows   commits   bytes a row\n")
    for often in VISITS_A_SECOND:
        rows, commits, wrote = asyncio.run(_minute(often))
        sys.stdout.write(f"{often:>15}{rows:>8}{commits:>10}{wrote / rows:>14,.0f}\n")


class _Counted:
    """The journal, and how often it was written."""

    def __init__(self, journal: SqliteJournal) -> None:
        self.commits = 0
        self._journal = journal

    async def write(self, events: Sequence[Event]) -> None:
        self.commits += 1
        await self._journal.write(events)

    async def prove(self) -> None:
        await self._journal.prove()


async def _minute(often: int) -> tuple[int, int, int]:
    """Rows, commits and bytes; opening and closing the journal count in none of them."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_journal(Path(folder)) as journal:
            counted = _Counted(journal)
            recorder = Recorder(counted)
            begun, rows = _written(), _rows(Path(folder))
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(recorder.run(), name="recorder")
                await _busy(recorder, often)
                writing.cancel()
            return _rows(Path(folder)) - rows, counted.commits, _written() - begun


async def _busy(recorder: Recorder, often: int) -> None:
    for second in range(LASTS_S):
        recorder.record(story.visited(at=float(second)) for _ in range(often))
        if second % WAKE_EVERY_S == 0:
            _wake(recorder, float(second))
        await asyncio.sleep(1)


def _wake(recorder: Recorder, at: float) -> None:
    """A whole wake, each of its events for itself, as they come."""
    wake = story.wake(round(at), at=at)
    loop = asyncio.get_running_loop()
    steps: list[Event] = [
        story.started(wake),
        *(story.changed(at=at + part) for part in range(3)),
        story.reached(wake, CheckName.DOCKER, 21.0, at=at + 3),
        story.reached(wake, CheckName.APP, 9.0, at=at + 5),
        story.ended(wake, at=at + 5),
    ]
    for part, event in enumerate(steps):
        loop.call_later(part, recorder.record, [event])


def _written() -> int:
    """Bytes that this process has handed to the kernel to write (proc(5), ``wchar``)."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("wchar")).split()[1])


def _rows(folder: Path) -> int:
    with closing(sqlite3.connect(f"file:{folder / 'hall.db'}?mode=ro", uri=True)) as file:
        tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        counts = (f"SELECT count(*) FROM {name}" for (name,) in tables)
        return sum(file.execute(count).fetchone()[0] for count in counts)
