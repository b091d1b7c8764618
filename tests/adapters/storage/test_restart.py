"""What a killed Hall knew, and the next one reads from the same folder."""

from pathlib import Path

import pytest

from hall.adapters.storage.journal import open_journal
from hall.application.actuator import Drivers
from hall.core.model.reason import because
from hall.wiring import Adapters, assemble
from tests.adapters.storage.story import failing, started, wake
from tests.support.fakes import FakeClock
from tests.support.small_hall import a_config

REASON = because("failed_network", seconds=2, packets=4)


async def restarted(folder: Path, config):
    """The domain as a new Hall sees it before it has looked at anything."""
    async with open_journal(folder) as journal:
        clock = FakeClock()
        outside = Adapters(clock=clock, journal=journal, drivers=Drivers(), probes={})
        house = await assemble(config, outside, base=Path(), clients=1)
        await house.recorder.flush()
        return house.parts.visits.view("client1").domain


@pytest.mark.parametrize(("age", "status"), [(30, "failed"), (899, "failed"), (901, "unknown")])
async def test_a_failure_survives_a_restart_for_a_while(tmp_path, age, status):
    now = FakeClock().now()
    failed = wake(at=now - age - 60)
    async with open_journal(tmp_path) as journal:
        await journal.write([started(failed), *failing(failed, REASON, at=now - age)])
    domain = await restarted(tmp_path, a_config())
    assert domain.status_now.status == status
    assert (domain.status_now.reason == REASON) is (status == "failed")


async def test_a_wake_that_was_cut_off_long_ago_is_ended_once_and_not_told_as_a_failure(tmp_path):
    async with open_journal(tmp_path) as journal:
        await journal.write([started(wake(at=FakeClock().now() - 1000))])
    for _ in range(2):
        domain = await restarted(tmp_path, a_config())
        assert (domain.status_now.status, domain.wake) == ("unknown", None)
    async with open_journal(tmp_path) as journal:
        [entry] = await journal.wakes(None, 9)
        assert (entry.outcome, entry.code) == ("failed", "wake_lost")
