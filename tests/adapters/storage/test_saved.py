"""What the record remembers of a server, read back by the next Hall from the same file."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import Row, connect
from typing import Any

from hall.adapters.storage.database import DATABASE_FILE
from hall.adapters.storage.journal import open_journal
from hall.adapters.storage.queries import SqlRows, boot_histories
from hall.adapters.storage.read_only import looking
from hall.adapters.storage.saved import saved_of
from hall.core.model.activity import Activity, ActivityKind
from hall.core.model.check import CheckName
from hall.core.model.events import (
    CameBack,
    ContainersStopped,
    Event,
    PowerNoted,
    Redated,
    SleepEnded,
    SleepOrdered,
    VerdictChanged,
    VisitNoted,
)
from hall.core.model.power import Ending, PowerHistory, SleepAttempt
from hall.core.model.reason import because
from hall.core.model.saved import Saved
from tests.adapters.storage import story

MAIN = {"main": ["client1"]}
WHY = because("server_unneeded")
ORDERED = SleepOrdered(server="main", id="s1", announced=False, reason=WHY, at=10.0)


def sign(kind: str, at: float) -> VisitNoted:
    return VisitNoted(server="main", domain="client1", kind=kind, at=at)


async def remembered(folder: Path, *events: Event) -> Saved:
    """What a Hall that starts after these events knows; they may be written twice."""
    async with open_journal(folder) as journal:
        await journal.write(events)
        await journal.write(events)
    async with open_journal(folder) as journal:
        return (await journal.memory(MAIN))["main"]


async def test_a_new_record_remembers_nothing(tmp_path):
    async with open_journal(tmp_path) as journal:
        assert (await journal.memory(MAIN))["main"] == Saved()


async def test_the_last_sign_of_use_is_remembered_and_its_kind(tmp_path):
    memory = await remembered(tmp_path, sign("visit", 5.0), sign("traffic", 7.0))
    assert memory.activity == {"client1": Activity(at=7.0, sign=ActivityKind.TRAFFIC)}


async def test_a_visit_to_what_was_closed_is_a_row_but_no_use(tmp_path):
    memory = await remembered(tmp_path, sign("closed", 5.0))
    assert memory.activity == {}
    async with open_journal(tmp_path) as journal:
        assert {entry.kind for entry in await journal.visits("client1", 9)} == {"closed"}


async def test_since_when_it_is_up_and_what_failed_are_remembered(tmp_path):
    trouble = because("sleep_refused", why="Permission denied")
    power = PowerHistory(
        up_since=1.0, down_since=0.5, slept_at=0.7, strikes=2, after=900.0, trouble=trouble
    )
    memory = await remembered(tmp_path, PowerNoted(server="main", power=power, at=3.0))
    assert memory.power == power


async def test_a_sleep_order_without_an_end_is_remembered(tmp_path):
    assert (await remembered(tmp_path, ORDERED)).sleep == SleepAttempt(id="s1", ordered_at=10.0)


async def test_a_sleep_order_that_ended_is_not_out_any_more(tmp_path):
    reason = because("sleep_silent", seconds=2)
    ended = SleepEnded(server="main", id="s1", ending=Ending.SILENT, reason=reason, at=12.0)
    assert (await remembered(tmp_path, ORDERED, ended)).sleep is None


async def test_verdicts_comebacks_and_stopped_containers_are_kept_in_words(tmp_path):
    back = because("sleep_came_back", seconds=39)
    rest = because("containers_rest")
    await remembered(
        tmp_path,
        VerdictChanged(server="main", reason=WHY, at=1.0),
        CameBack(server="main", reason=back, at=2.0),
        ContainersStopped(server="main", domain="client1", reason=rest, error=None, at=3.0),
    )
    with closing(connect(tmp_path / DATABASE_FILE)) as record:
        rows = record.execute("SELECT domain, reason FROM verdicts ORDER BY at").fetchall()
    assert rows == [("", str(WHY)), ("", str(back)), ("client1", str(rest))]


async def test_a_clock_that_was_set_dates_the_last_use_anew_and_is_no_visit(tmp_path):
    used = Activity(at=3605.0, sign=ActivityKind.REPORT)
    moved = Redated(server="main", uses=(("client1", used),), wakes=(), at=3606.0)
    memory = await remembered(tmp_path, sign("activity", 5.0), moved)
    assert memory.activity == {"client1": used}
    async with open_journal(tmp_path) as journal:
        assert {entry.at for entry in await journal.visits("client1", 9)} == {5.0}


async def test_a_wake_that_runs_while_the_clock_is_set_goes_on_from_its_new_date(tmp_path):
    one = story.wake(at=100.0)
    stages = (one.stages[0], replace(one.stages[1], took_s=21.0), one.stages[2])
    later = replace(one, started_at=3700.0, stages=stages)
    reached = story.reached(one, CheckName.DOCKER, 21.0, at=121.0)
    moved = Redated(server="main", uses=(), wakes=(later,), at=3725.0)
    await remembered(tmp_path, story.started(one), reached, moved)
    async with open_journal(tmp_path) as journal:
        [left] = await journal.unfinished()
    assert (left.wake.started_at, left.wake.stage_since) == (3700.0, 3721.0)


# ---- many servers --------------------------------------------------------------------------------


class Counted:
    """The record, and how often it is asked."""

    def __init__(self, rows: SqlRows) -> None:
        self._rows = rows
        self.queries = 0

    async def fetch(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        self.queries += 1
        return await self._rows.fetch(sql, values)


async def test_a_thousand_servers_are_remembered_by_as_few_queries_as_one(tmp_path):
    async with open_journal(tmp_path) as journal:
        await journal.write([sign("visit", 5.0), ORDERED])
    async with looking(tmp_path) as rows:
        record = Counted(rows)
        memory = await saved_of(record, MAIN | {f"s{number}": [] for number in range(1000)})
        assert record.queries == 4  # power, overrides, uses, sleeps
        await boot_histories(record, 20)
        assert record.queries == 5
    assert (memory["main"].sleep is not None, memory["s7"]) == (True, Saved())


async def test_each_server_remembers_what_is_its_own(tmp_path):
    other = replace(ORDERED, server="other", id="s2", at=12.0)
    ended = SleepEnded(server="main", id="s1", ending=Ending.SILENT, reason=WHY, at=11.0)
    async with open_journal(tmp_path) as journal:
        await journal.write([ORDERED, ended, other, sign("visit", 5.0)])
        memory = await journal.memory({"main": ["client1"], "other": ["client2"]})
    assert (memory["main"].sleep, list(memory["main"].activity)) == (None, ["client1"])
    assert (memory["other"].sleep, memory["other"].activity) == (
        SleepAttempt(id="s2", ordered_at=12.0),
        {},
    )
