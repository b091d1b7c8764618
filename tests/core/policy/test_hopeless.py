"""For what it is any use to wait, and for what it is not."""

import pytest

from tests.core import scenes as s

WINDOW = {"days": ["wed"], "from": "10:00", "to": "11:00"}
"""The dialogues begin on a Tuesday, 22:13:20 UTC."""


def held_asleep(cell, seconds):
    return cell.tell(s.held("asleep", cell.now + seconds, "client1"))


@pytest.mark.parametrize("scene", [s.asleep, s.healthy, s.waking])
def test_a_domain_that_sleeps_climbs_or_runs_is_worth_waiting_for(scene):
    assert not scene().hopeless(60)


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_wake_that_failed_is_not_tried_again_or_not(attempts):
    cell = s.asleep(s.server_spec(deadlines={"network": 1}, retry={"attempts": attempts}))
    cell.tell(s.order()).tell(*s.SERVER_SILENT, at=2)
    assert (cell.status(), cell.hopeless(60)) == ("failed", True)


def test_a_closed_domain_is_once_it_opens_within_the_wait():
    cell = s.asleep(client1=s.with_policy(type="scheduled", open=[WINDOW]))
    _, opens_in_s = cell.closed()
    assert (cell.hopeless(opens_in_s - 1), cell.hopeless(opens_in_s)) == (True, False)


def test_one_that_will_not_open_in_sight_is_not():
    once = {"date": "2020-01-01", "from": "10:00", "to": "11:00"}
    cell = s.asleep(client1=s.with_policy(type="scheduled", extra=[once]))
    assert cell.hopeless(10**9)


def test_one_that_is_held_asleep_is_while_its_server_is_up_all_the_same():
    cell = held_asleep(s.asleep(client1=s.on_demand()), 600)
    assert (cell.hopeless(60), cell.hopeless(600)) == (True, False)
    assert not cell.tell(s.ping()).hopeless(60)
