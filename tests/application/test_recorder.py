import asyncio

import pytest

from hall.application.recorder import BATCH_S, PROOF_S, RETRY_S, Recorder
from hall.core.model.events import Event, OverrideNoted, RestNoted, VisitNoted
from hall.core.model.override import AsleepUntilUsed
from tests.support.fakes import MemoryJournal
from tests.support.small_hall import running


def a_visit(at: float) -> VisitNoted:
    return VisitNoted(server="main", domain="client1", kind="visit", at=at)


async def test_events_are_written_in_one_batch_and_in_order():
    journal = MemoryJournal()
    recorder = Recorder(journal)
    recorder.record([a_visit(1), a_visit(2)])
    recorder.record([a_visit(3)])
    await recorder.flush()
    assert [event.at for event in journal.events] == [1, 2, 3]
    assert journal.batches == 1


@pytest.mark.parametrize(
    ("event", "written"),
    [
        (a_visit(1), 0),
        (OverrideNoted(server="main", domain="client1", override=AsleepUntilUsed(1), at=1), 1),
        (RestNoted(server="main", domain="client1", rested_at=1, at=1), 1),
    ],
    ids=["a visit", "an order", "containers at rest"],
)
async def test_what_a_restart_goes_on_from_does_not_wait_for_company(event: Event, written: int):
    journal = MemoryJournal()
    recorder = Recorder(journal)
    async with running(recorder.run):
        recorder.record([event])
        await asyncio.sleep(BATCH_S / 2)
        assert len(journal.events) == written


async def test_a_sick_journal_keeps_the_events_in_memory_until_it_is_well():
    journal = MemoryJournal()
    recorder = Recorder(journal)
    journal.first_failing = True
    recorder.record([a_visit(1)])
    await recorder.flush()
    assert recorder.sick
    journal.first_failing = False
    recorder.record([a_visit(2)])
    await recorder.flush()
    assert not recorder.sick
    assert [event.at for event in journal.events] == [1, 2]


async def test_trouble_is_logged_when_it_begins_and_when_it_ends(caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO")
    journal = MemoryJournal()
    recorder = Recorder(journal)
    journal.first_failing = True
    recorder.record([a_visit(1)])
    for _ in range(3):
        await recorder.flush()
    journal.first_failing = False
    await recorder.flush()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


async def test_what_waits_is_written_when_the_recorder_is_stopped():
    journal = MemoryJournal()
    recorder = Recorder(journal)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(recorder.run())
        await asyncio.sleep(0)
        recorder.record([a_visit(1)])
        task.cancel()
    assert len(journal.events) == 1


async def test_a_journal_that_is_sick_without_an_event_is_known_to_be():
    journal = MemoryJournal()
    recorder = Recorder(journal)
    journal.first_failing = True
    await recorder.prove()
    assert recorder.sick


async def test_a_sick_journal_is_found_well_again_though_nothing_happens(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level("INFO")
    journal = MemoryJournal()
    recorder = Recorder(journal)
    journal.first_failing = True
    await recorder.prove()
    journal.first_failing = False
    async with running(recorder.run):
        await asyncio.sleep(RETRY_S + 1)
    assert caplog.records[-1].getMessage() == "The journal can be written again"


async def test_a_journal_that_falls_sick_in_a_quiet_night_is_known_to_be():
    journal = MemoryJournal()
    recorder = Recorder(journal)
    async with running(recorder.run):
        journal.first_failing = True
        await asyncio.sleep(PROOF_S + 1)
        assert recorder.sick
