import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from hall.adapters.storage.journal import open_journal
from hall.core.errors import JournalError
from hall.core.model.check import CheckName
from hall.core.model.reason import because
from hall.core.model.state import Status
from hall.core.model.wake import Outcome
from tests.adapters.storage import story
from tests.support.soak import rounds

KILLS = rounds("HALL_KILLS", 8)


@pytest.fixture
async def journal(tmp_path):
    async with open_journal(tmp_path / "data") as opened:
        yield opened


async def test_a_change_of_status_is_read_back_with_its_code_and_its_sentence(journal):
    await journal.write([story.changed(at=1.5), story.changed(at=2.5, domain=None)])
    one, two = await journal.transitions(None, 10)
    assert (one.at, one.domain, two.domain) == (1.5, "client1", None)
    assert (one.before, one.after) == (Status.ASLEEP, Status.WAKING)
    assert (one.code, one.reason) == ("wake_sending", "Sending the magic packet")
    assert await journal.transitions("client1", 10) == [one]


async def test_a_whole_wake_is_read_back_with_the_time_of_each_stage(journal):
    wake = story.wake()
    await journal.write([story.started(wake)])
    await journal.write([story.reached(wake, CheckName.DOCKER, 21.0, at=121.0)])
    await journal.write([story.ended(wake, at=130.0)])
    [entry] = await journal.wakes("client1", 10)
    assert (entry.started_at, entry.ended_at, entry.outcome) == (100.0, 130.0, Outcome.READY)
    assert (entry.packets, entry.code, entry.reason) == (4, "ready", "Everything answers")
    assert [(stage.name, stage.took_s) for stage in entry.stages] == [
        (CheckName.NETWORK, 0.0),
        (CheckName.DOCKER, 21.0),
        (CheckName.APP, 9.0),
    ]


async def test_visits_activity_and_refusals_are_read_back(journal):
    await journal.write([story.visited(1), story.visited(2, "activity"), story.refused(3)])
    assert [visit.kind for visit in await journal.visits("client1", 10)] == ["visit", "activity"]
    [refusal] = await journal.refusals(10)
    assert (refusal.at, refusal.address, refusal.code) == (3.0, "203.0.0.0/16", "access_refused")
    assert "not on the access list" in refusal.reason


async def test_the_last_entries_are_given_oldest_first(journal):
    await journal.write([story.visited(at) for at in range(5)])
    assert [visit.at for visit in await journal.visits(None, 3)] == [2.0, 3.0, 4.0]


async def test_a_wake_that_has_no_end_is_unfinished_and_knows_its_stage(journal):
    wake = story.wake()
    await journal.write([story.started(wake), story.reached(wake, CheckName.DOCKER, 21, at=121)])
    [left] = await journal.unfinished()
    assert (left.domain, left.wake.id, left.wake.started_at) == ("client1", "client1-1", 100.0)
    assert left.wake.current.name is CheckName.APP
    assert left.wake.stage_since == left.wake.deadline_from == 121.0
    assert [stage.waited for stage in left.wake.stages] == [False, True, True]
    assert [stage.expected_s for stage in left.wake.stages] == [0.0, 20.0, None]


async def test_a_wake_in_its_first_stage_counts_from_its_start(journal):
    wake = story.wake(at=100.0)
    await journal.write([story.started(wake)])
    [left] = await journal.unfinished()
    assert left.wake == wake


async def test_an_ended_wake_is_not_unfinished_nor_is_one_that_a_later_one_followed(journal):
    lost, ready = story.wake(1, at=100.0), story.wake(2, at=200.0)
    await journal.write([story.started(lost), story.started(ready)])
    await journal.write([story.ended(ready, at=230.0)])
    assert await journal.unfinished() == []


@pytest.mark.parametrize(
    "reason",
    [
        because("failed_no_wake"),
        because("failed_network", seconds=60, packets=4),
        because("failed_app", seconds=90, detail=because("app_status", status=500, expected="200")),
    ],
)
async def test_a_failed_wake_is_unfinished_and_keeps_its_reason(journal, reason):
    wake = story.wake()
    await journal.write([story.changed(), story.started(wake), *story.failing(wake, reason)])
    [left] = await journal.unfinished()
    assert (left.wake.outcome, left.wake.ended_at, left.wake.packets) == ("failed", 230.0, 4)
    assert left.wake.reason == reason


async def test_a_failed_wake_is_finished_when_its_domain_changed_since(journal):
    wake = story.wake()
    mended = replace(story.changed(300.0), before=Status.FAILED, after=Status.HEALTHY)
    await journal.write(
        [story.started(wake), *story.failing(wake), story.changed(domain="client2")]
    )
    assert len(await journal.unfinished()) == 1
    await journal.write([mended])
    assert await journal.unfinished() == []


async def test_a_wake_that_was_given_up_as_lost_is_finished(journal):
    wake = story.wake()
    await journal.write([story.changed(), story.started(wake)])
    await journal.write([story.ended(wake, outcome=Outcome.FAILED)])
    assert await journal.unfinished() == []


@pytest.mark.parametrize("details", [None, "{}", "nonsense", '{"seconds": 5, "packets": []}'])
async def test_a_failure_whose_reason_cannot_be_read_is_finished(journal, tmp_path, details):
    wake = story.wake()
    reason = because("failed_network", seconds=60, packets=4)
    await journal.write([story.started(wake), *story.failing(wake, reason)])
    with closing(sqlite3.connect(tmp_path / "data" / "hall.db", isolation_level=None)) as other:
        other.execute("UPDATE wakes SET details = ?", [details])
    assert await journal.unfinished() == []


async def test_half_a_character_in_the_reason_of_a_failure_does_not_hold_it_up(journal):
    wake = story.wake()
    await journal.write(
        [story.started(wake), *story.failing(wake, because("wake_unsent", why="\ud800"))]
    )
    [left] = await journal.unfinished()
    assert str(left.wake.reason).endswith("could not be sent: ?")


async def test_the_history_holds_waited_stages_of_good_wakes_oldest_first(journal):
    for number in (1, 2, 3):
        wake = story.wake(number, at=number * 100.0)
        outcome = Outcome.FAILED if number == 2 else Outcome.READY
        at = number * 101.0 + 30
        await journal.write([story.started(wake), story.ended(wake, at=at, outcome=outcome)])
    assert (await journal.history(10))["client1"] == [
        {CheckName.DOCKER: 21.0, CheckName.APP: 10.0},
        {CheckName.DOCKER: 21.0, CheckName.APP: 12.0},
    ]
    assert len((await journal.history(1))["client1"]) == 1
    assert not (await journal.history(10))["client2"]


async def test_a_batch_that_is_written_twice_adds_nothing_the_second_time(journal):
    wake = story.wake()
    reached = story.reached(wake, CheckName.DOCKER, 21.0, at=121.0)
    batch = [story.changed(), story.started(wake), reached]
    await journal.write(batch)
    before = (await journal.transitions(None, 9), await journal.wakes(None, 9))
    left = await journal.unfinished()
    await journal.write(batch)
    assert (await journal.transitions(None, 9), await journal.wakes(None, 9)) == before
    assert await journal.unfinished() == left


async def test_a_late_repetition_of_the_start_does_not_reopen_an_ended_wake(journal):
    wake = story.wake()
    await journal.write([story.started(wake), story.ended(wake)])
    before = await journal.wakes(None, 9)
    await journal.write([story.started(wake)])
    assert await journal.wakes(None, 9) == before
    assert await journal.unfinished() == []


async def test_stages_of_a_wake_that_was_never_seen_to_start_do_not_hold_up_the_batch(journal):
    wake = story.wake()
    await journal.write([story.reached(wake, CheckName.DOCKER, 21.0, at=121.0), story.ended(wake)])
    [entry] = await journal.wakes(None, 9)
    assert entry.outcome is Outcome.READY


async def test_half_a_character_in_a_reason_does_not_hold_up_the_batch(journal):
    await journal.write([story.refused(address="\ud800")])
    [refusal] = await journal.refusals(1)
    assert refusal.address == "?"


async def test_a_seeded_past_gives_the_history_and_can_be_seeded_again(journal):
    boots = [{"network": 8.0, "app": 2.0}, {"network": 9.0, "app": 3.0}]
    await journal.seed("demo", boots)
    await journal.seed("demo", boots)
    assert (await journal.history(20))["demo"] == boots
    assert await journal.unfinished() == []


async def test_a_batch_is_written_whole_or_not_at_all(journal, tmp_path):
    with sqlite3.connect(tmp_path / "data" / "hall.db", isolation_level=None) as other:
        other.execute(
            "CREATE TRIGGER no BEFORE INSERT ON refusals BEGIN SELECT raise(ABORT, 'no'); END"
        )
    other.close()
    with pytest.raises(JournalError, match="no"):
        await journal.write([story.visited(), story.refused()])
    assert await journal.visits(None, 9) == []


async def test_readers_see_whole_batches_while_a_writer_writes(journal):
    async def write() -> None:
        for number in range(30):
            await journal.write([story.visited(number + part / 10) for part in range(10)])

    async def read(seen) -> None:
        while not seen or seen[-1] < 300:
            seen.append(len(await journal.visits(None, 1000)))

    seen = []
    async with asyncio.TaskGroup() as group:
        group.create_task(write(), name="writer")
        group.create_task(read(seen), name="reader")
    assert {count % 10 for count in seen} == {0}


async def test_writers_take_turns(journal):
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(journal.write([story.visited(number)]), name=f"writer-{number}")
    assert len(await journal.visits(None, 100)) == 20


async def test_a_write_that_is_cancelled_leaves_the_journal_usable(journal):
    for delay in (0.0, 0.0002, 0.0005, 0.001, 0.002):
        many = [story.visited(at) for at in range(2000)]
        with suppress(TimeoutError):
            await asyncio.wait_for(journal.write(many), delay)
    kept = len(await journal.visits(None, 100_000))
    await journal.write([story.refused()])
    assert kept % 2000 == 0
    assert len(await journal.refusals(9)) == 1


@pytest.mark.slow
@pytest.mark.soak
async def test_nothing_acknowledged_is_lost_when_hall_is_killed_at_any_moment(tmp_path):
    script, chance = Path(__file__).with_name("write_until_killed.py"), Random(1)
    for round_ in range(KILLS):
        process = await asyncio.create_subprocess_exec(
            sys.executable, script, tmp_path, str(round_ * 1000), stdout=asyncio.subprocess.PIPE
        )
        acknowledged = [int(await process.stdout.readline()) for _ in range(chance.randint(1, 9))]
        await asyncio.sleep(chance.uniform(0, 0.003))  # somewhere in a write
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in (await process.stdout.read()).split(b"\n")[:-1]]
        await process.wait()
        async with open_journal(tmp_path) as journal:
            kept = {visit.at for visit in await journal.visits(None, 1000)}
        assert {float(number) for number in acknowledged} <= kept, f"round {round_}"


async def test_reasons_within_reasons_are_kept_as_one_sentence(journal):
    inner = because("app_status", status=500, expected="any under 500")
    outer = because("failed_app", seconds=90, detail=inner)
    await journal.write([replace(story.changed(), reason=outer)])
    [entry] = await journal.transitions(None, 1)
    assert entry.code == "failed_app"
    assert entry.reason.endswith(
        "within 90 s: Answers with HTTP status 500, expected any under 500"
    )
