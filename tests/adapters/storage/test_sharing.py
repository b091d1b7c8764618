import asyncio
import fcntl
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hall.adapters.storage.journal import open_journal, read_journal
from hall.core.errors import JournalError
from tests.adapters.storage import story

pytestmark = pytest.mark.slow


@asynccontextmanager
async def another_hall(folder):
    """A process that writes to the journal of this folder until it is killed."""
    script = Path(__file__).with_name("write_until_killed.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, folder, "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        await process.stdout.readline()
        yield
    finally:
        os.kill(process.pid, signal.SIGKILL)
        await process.communicate()


async def test_a_second_hall_in_the_same_folder_is_refused_in_a_clear_sentence(tmp_path):
    async with another_hall(tmp_path):
        with pytest.raises(JournalError, match=r"another Hall uses the folder .+ --data"):
            async with open_journal(tmp_path):
                pass


async def test_the_folder_is_free_again_when_hall_was_killed_or_has_ended(tmp_path):
    async with another_hall(tmp_path):
        pass
    for _ in range(2):
        async with open_journal(tmp_path) as journal:
            await journal.write([story.visited(7.0)])
            assert 7.0 in [visit.at for visit in await journal.visits(None, 100_000)]


async def test_a_folder_that_cannot_be_locked_is_used_all_the_same(tmp_path, monkeypatch, caplog):
    def refused(handle: int, wish: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refused)
    async with open_journal(tmp_path) as journal:
        await journal.write([story.visited()])
    assert "another Hall in it would not be noticed: No locks available" in caplog.text


async def test_the_record_can_be_read_while_hall_writes_it(tmp_path):
    async with another_hall(tmp_path), read_journal(tmp_path) as record:
        seen = []
        while not seen or seen[-1] < seen[0] + 9:
            seen.append(len(await record.visits(None, 100_000)))
        assert len(await record.transitions("client1", 9)) == 9
        assert (await record.wakes(None, 9), await record.refusals(9)) == ([], [])


@pytest.mark.parametrize("killed", [True, False])
async def test_the_record_can_be_read_when_hall_is_gone(tmp_path, killed):
    async with another_hall(tmp_path):
        pass
    if not killed:
        async with open_journal(tmp_path):
            pass
    async with read_journal(tmp_path) as record:
        assert len(await record.visits(None, 1)) == 1


async def test_reading_makes_nothing_and_mends_nothing(tmp_path):
    with pytest.raises(JournalError, match="unable to open"):
        async with read_journal(tmp_path / "none"):
            pass
    (tmp_path / "hall.db").write_bytes(b"not a database " * 1000)
    async with read_journal(tmp_path) as record:
        with pytest.raises(JournalError, match="not a database"):
            await record.visits(None, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["hall.db"]
