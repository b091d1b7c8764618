"""For what it is any use to wait, and for what it is not."""

import pytest

from core.dialogue import EPOCH, LOST, asleep, healthy, order, ping, server_spec, waking
from core.resting import on_demand, with_policy
from hall.core.facts import Held, Hold, HoldKind
from hall.core.hoping import hopeless

WINDOW = {"days": ["wed"], "from": "10:00", "to": "11:00"}
"""The dialogues begin on a Tuesday, 22:13:20 UTC."""


def no_use(cell, within_s=60.0):
    return hopeless(cell.cell, cell.domain(), cell.now + within_s)


def held_asleep(cell, seconds):
    return cell.tell(Held(Hold(kind=HoldKind.ASLEEP, until=cell.now + seconds), "client1"))


@pytest.mark.parametrize("scene", [asleep, healthy, waking])
def test_a_domain_that_sleeps_climbs_or_runs_is_worth_waiting_for(scene):
    assert not no_use(scene())


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_wake_that_failed_is_not_tried_again_or_not(attempts):
    cell = asleep(server_spec(deadlines={"network": 1}, retry={"attempts": attempts}))
    cell.tell(order()).tell(*LOST, at=2)
    assert (cell.status(), no_use(cell)) == ("failed", True)


def test_a_closed_domain_is_once_it_opens_within_the_wait():
    cell = asleep(client1=with_policy(type="scheduled", open=[WINDOW]))
    shut = cell.domain().shut
    opens_in_s = shut.until - EPOCH
    assert (no_use(cell, opens_in_s - 1), no_use(cell, opens_in_s)) == (True, False)


def test_one_that_will_not_open_in_sight_is_not():
    once = {"date": "2020-01-01", "from": "10:00", "to": "11:00"}
    cell = asleep(client1=with_policy(type="scheduled", extra=[once]))
    assert no_use(cell, 10**9)


def test_one_that_is_held_asleep_is_while_its_server_is_up_all_the_same():
    cell = held_asleep(asleep(client1=on_demand()), 600)
    assert (no_use(cell), no_use(cell, 600)) == (True, False)
    assert not no_use(cell.tell(ping()))
