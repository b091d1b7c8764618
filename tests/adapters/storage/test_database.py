import logging
import resource
import sqlite3
import stat
from contextlib import asynccontextmanager, closing, contextmanager

import pytest

from hall.adapters.storage.database import Database, TroubleError
from hall.adapters.storage.journal import SqliteJournal, open_journal
from hall.adapters.storage.migrate import migrations
from hall.core.errors import JournalError
from tests.adapters.storage import story


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


def scalar(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchone()[0]


@asynccontextmanager
async def open_database(folder, steps=None):
    database = Database(folder, steps)
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def no_file_larger_than(size):
    """A disk that is full: the kernel refuses to let any file of ours grow past this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    def make_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    try:
        yield make_room
    finally:
        make_room()


async def test_an_empty_folder_gets_a_database_of_the_newest_format(tmp_path):
    async with open_journal(tmp_path / "a" / "data"):
        pass
    path = tmp_path / "a" / "data" / "hall.db"
    assert scalar(path, "PRAGMA user_version") == len(list(migrations()))
    assert scalar(path, "PRAGMA journal_mode") == "wal"


async def test_a_database_that_is_opened_again_keeps_what_it_holds(tmp_path):
    for at in (1.0, 2.0):
        async with open_journal(tmp_path) as journal:
            await journal.write([story.visited(at)])
    async with open_journal(tmp_path) as journal:
        assert [visit.at for visit in await journal.visits(None, 9)] == [1.0, 2.0]


async def test_folder_and_files_are_for_hall_alone(tmp_path):
    async with open_journal(tmp_path / "data") as journal:
        await journal.write([story.visited()])
        files = {path.name: rights(path) for path in (tmp_path / "data").iterdir()}
    assert rights(tmp_path / "data") == 0o700
    assert files == dict.fromkeys(("hall.db", "hall.db-wal", "hall.db-shm", "hall.lock"), 0o600)


async def test_an_empty_folder_is_closed_to_others_and_a_shared_one_is_left_alone(tmp_path):
    for name in ("empty", "shared"):
        (tmp_path / name).mkdir(mode=0o755)
    (tmp_path / "shared" / "letters.txt").touch()
    for name in ("empty", "shared"):
        async with open_journal(tmp_path / name):
            assert rights(tmp_path / name / "hall.db") == 0o600
    assert [rights(tmp_path / name) for name in ("empty", "shared")] == [0o700, 0o755]


async def test_a_file_that_others_could_read_is_closed_to_them(tmp_path):
    async with open_journal(tmp_path):
        pass
    (tmp_path / "hall.db").chmod(0o644)
    async with open_journal(tmp_path):
        assert rights(tmp_path / "hall.db") == 0o600


async def test_a_database_of_a_newer_hall_is_refused_and_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / "hall.db")) as newer:
        newer.execute("PRAGMA user_version = 999")
    with pytest.raises(JournalError, match="newer Hall"):
        async with open_journal(tmp_path):
            pass
    assert scalar(tmp_path / "hall.db", "PRAGMA user_version") == 999


async def test_a_place_where_no_folder_can_be_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="cannot be opened"):
        async with open_journal(tmp_path / "file" / "data"):
            pass


async def test_a_file_that_is_no_database_is_moved_aside_and_a_new_one_begins(tmp_path, caplog):
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"hall.db{suffix}").write_bytes(b"not a database " * 1000)
    async with open_journal(tmp_path) as journal:
        await journal.write([story.visited()])
        assert len(await journal.visits(None, 9)) == 1
    kept = (tmp_path / "hall.db.corrupt-1").read_bytes()
    assert kept.startswith(b"not a database")
    assert "is broken" in caplog.text


async def test_each_broken_file_is_kept_under_a_number_of_its_own(tmp_path):
    for number in (1, 2):
        (tmp_path / "hall.db").write_bytes(b"broken" * 999 + bytes([number]))
        async with open_journal(tmp_path):
            pass
    kept = [(tmp_path / f"hall.db.corrupt-{n}").read_bytes()[-1] for n in (1, 2)]
    assert kept == [1, 2]


@pytest.mark.slow
async def test_a_file_that_breaks_while_hall_runs_is_replaced_and_the_next_write_is_kept(tmp_path):
    async with open_journal(tmp_path) as journal:
        await journal.write([story.visited(at) for at in range(5000)])
    content = bytearray((tmp_path / "hall.db").read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    (tmp_path / "hall.db").write_bytes(content)
    async with open_journal(tmp_path) as journal:
        with pytest.raises(JournalError, match="malformed"):
            await journal.write([story.visited()])
        await journal.write([story.visited(7.0)])
        assert [visit.at for visit in await journal.visits(None, 9)] == [7.0]
    assert (tmp_path / "hall.db.corrupt-1").exists()


@pytest.mark.slow
async def test_a_full_database_refuses_and_works_again_when_there_is_room(tmp_path):
    database = Database(tmp_path)
    journal = SqliteJournal(database)
    many = [story.visited(at) for at in range(20_000)]
    writer = (await database.open()).writer
    await writer.execute("PRAGMA max_page_count = 20")
    with pytest.raises(JournalError, match="full"):
        await journal.write(many)
    assert await journal.visits(None, 9) == []
    await writer.execute("PRAGMA max_page_count = 100000")
    await journal.write(many)
    assert len(await journal.visits(None, 100_000)) == 20_000
    await database.close()


@pytest.mark.slow
async def test_a_disk_that_takes_no_more_refuses_and_works_again_after(tmp_path):
    async with open_journal(tmp_path) as journal:
        await journal.write([story.visited(1.0)])
        with no_file_larger_than(64 * 1024), pytest.raises(JournalError):
            await journal.write([story.visited(at) for at in range(20_000)])
        assert [visit.at for visit in await journal.visits(None, 9)] == [1.0]
        await journal.write([story.visited(2.0)])
        assert [visit.at for visit in await journal.visits(None, 9)] == [1.0, 2.0]


async def test_a_full_disk_is_noticed_though_there_is_nothing_to_write(tmp_path):
    async with open_journal(tmp_path) as journal:
        await journal.prove()
        with no_file_larger_than(0), pytest.raises(JournalError):
            await journal.prove()
        await journal.prove()
        assert scalar(tmp_path / "hall.db", "PRAGMA user_version") == len(list(migrations()))


async def test_hall_starts_on_a_full_disk_and_journals_as_soon_as_there_is_room(tmp_path, caplog):
    with no_file_larger_than(0) as there_is_room:
        async with open_journal(tmp_path) as journal:
            assert (await journal.unfinished(), await journal.history(9)) == ((), {})
            with pytest.raises(JournalError):
                await journal.write([story.visited()])
            there_is_room()
            await journal.write([story.visited()])
            assert len(await journal.visits(None, 9)) == 1
    assert "without a journal for now" in caplog.text


@pytest.mark.parametrize(
    ("lost", "use"),
    [
        ("writer", lambda journal: journal.write([story.visited()])),
        ("reader", lambda journal: journal.visits(None, 9)),
    ],
)
async def test_a_connection_that_is_gone_is_told_once_and_opened_again(tmp_path, lost, use):
    async with open_database(tmp_path) as database:
        journal = SqliteJournal(database)
        await getattr(await database.open(), lost).close()
        with pytest.raises(JournalError):
            await use(journal)
        await journal.write([story.visited(7.0)])
        assert [visit.at for visit in await journal.visits(None, 9)] == [7.0]


async def test_a_closed_journal_stays_closed(tmp_path):
    async with open_journal(tmp_path) as journal:
        pass
    with pytest.raises(JournalError, match="closed"):
        await journal.write([story.visited()])


async def test_a_failing_migration_leaves_no_trace(tmp_path):
    steps = [*migrations(), "CREATE TABLE extra (a); CREATE TABLE wakes (a);"]
    async with open_database(tmp_path, steps) as database:
        with pytest.raises(TroubleError, match="table wakes already exists"):
            await database.open()
    assert scalar(tmp_path / "hall.db", "PRAGMA user_version") == len(steps) - 1
    assert (
        scalar(tmp_path / "hall.db", "SELECT count(*) FROM sqlite_master WHERE name='extra'") == 0
    )


async def test_a_busy_batch_costs_few_bytes_a_row(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    async with open_journal(tmp_path) as journal:
        for batch in range(10):
            await journal.write([story.changed(batch * 100.0 + n) for n in range(100)])
        written = (tmp_path / "hall.db-wal").stat().st_size
    assert written / 1000 < 500
