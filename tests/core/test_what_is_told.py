"""What is told of a step: each thing once, and in its own words."""

import pytest

from core.dialogue import LOST, Dialogue, app, asleep, docker, healthy, listed, ping, visit
from core.resting import (
    asked,
    guards_say,
    hold,
    on_demand,
    order_given,
    sleepy_server,
    verdict,
    with_policy,
    with_project,
)
from core.test_holds import resting, up
from core.test_needs import SEEN, measured
from core.test_policy import DOCKER, HOURS, OPENS, SCHEDULED
from core.test_sleeping import UP
from core.test_stopping import DOWN, STOPPED, due
from hall.core.events import SleepOrdered, VerdictChanged
from hall.core.facts import ActivityReported, Called, Dismissed, Held
from hall.core.policies import ScheduledPolicy


def test_a_second_visit_is_no_new_reason_but_another_sign_is():
    cell = up().tell(visit(), at=10)
    cell.news(VerdictChanged)
    assert cell.tell(visit(), at=60).news(VerdictChanged) == []
    assert len(cell.tell(ActivityReported("client1"), at=90).news(VerdictChanged)) == 1


@pytest.mark.parametrize(
    ("force", "words"),
    [
        (True, "An admin puts it to sleep, whatever is busy"),
        (False, "Nobody needs it, and it is not busy"),
    ],
)
def test_an_order_says_whether_it_was_forced(force, words):
    cell = up().tell(Dismissed(force=force), at=20)
    if not force:
        guards_say(cell)
    assert [str(event.reason) for event in cell.news(SleepOrdered)] == [words]


def test_who_is_in_a_domain_that_is_held_asleep_sees_it_healthy():
    assert up().tell(Held(hold("asleep", 900), "client1"), at=10).status() == "healthy"


def test_a_lost_docker_is_told_although_the_containers_are_at_rest():
    cell = guards_say(due()).tell(STOPPED).tell(listed(*DOWN)).tell(*[docker(ok=False)] * 6)
    assert (cell.status(), cell.why()) == ("unhealthy", "unhealthy_docker")


def test_a_server_called_while_it_goes_to_sleep_is_said_to_wake():
    cell = up().tell(Dismissed(), at=20)
    order_given(guards_say(cell)).tell(Called(), at=21)
    assert cell.cell.standing.status == "waking"


def test_what_a_sleeping_server_moves_is_not_asked_for():
    cell = measured().tell(*LOST, at=610)
    assert verdict(cell, "client1") == "Not used for 10 min"


def test_the_idle_clock_counts_from_the_end_of_a_wake():
    cell = resting().tell(visit(), at=10).tell(ping(), at=30).tell(app(), at=100)
    assert asked(cell.wait_until(699)) == 0
    assert asked(cell.wait_until(700)) == 1


def test_a_closed_domain_that_is_held_awake_is_open():
    cell = healthy(sleepy_server(), client1=SCHEDULED)
    assert not cell.ready()
    assert cell.tell(Held(hold("awake", 900), "client1"), at=10).ready()


def test_of_two_holds_asleep_the_longer_counts():
    cell = resting().tell(Held(hold("asleep", 900)), Held(hold("asleep", 300), "client1"))
    assert cell.domain().shut.until == hold("asleep", 900).until


def test_a_domain_that_never_opens_again_is_not_said_to_open():
    once = [{"date": "2023-11-01", "from": "08:00", "to": "10:00"}]
    cell = asleep(sleepy_server(), client1=with_policy(type="scheduled", extra=once))
    assert verdict(cell, "client1") == "Not used yet"


def test_an_opening_that_comes_while_the_use_is_not_known_is_told():
    policy = ScheduledPolicy.model_validate({"type": "scheduled", **HOURS})
    spec = with_project().model_copy(update={"policy": policy})
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": spec}).tell(*SEEN)
    assert "not known" in verdict(cell.wait_until(OPENS - 421), "client1")
    assert verdict(cell.wait_until(OPENS - 419), "client1").startswith("Opens in 6 min")


def test_a_server_that_wakes_for_another_domain_is_not_in_use_by_this_one():
    cell = resting(a=on_demand(), b=on_demand()).tell(visit("a"), at=10).tell(*UP[:1], at=30)
    assert verdict(cell, "b") == "Not used yet"
