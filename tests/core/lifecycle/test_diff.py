"""What is told of a step: each thing once, and in its own words."""

import pytest

from hall.core.config.policies import ScheduledPolicy
from hall.core.model.events import SleepOrdered, VerdictChanged
from hall.core.model.facts import ActivityReported, SleepNow, WakeNow
from tests.core import scenes as s


def test_a_second_visit_is_no_new_reason_but_another_sign_is():
    cell = s.up().tell(s.visit(), at=10)
    cell.news(VerdictChanged)
    assert cell.tell(s.visit(), at=60).news(VerdictChanged) == []
    assert len(cell.tell(ActivityReported("client1"), at=90).news(VerdictChanged)) == 1


@pytest.mark.parametrize(
    ("force", "words"),
    [
        (True, "An admin puts it to sleep, whatever is busy"),
        (False, "Nobody needs it, and it is not busy"),
    ],
)
def test_an_order_says_whether_it_was_forced(force, words):
    cell = s.up().tell(SleepNow(force=force), at=20)
    if not force:
        cell.guards_say()
    assert [str(event.reason) for event in cell.news(SleepOrdered)] == [words]


def test_who_is_in_a_domain_that_is_held_asleep_sees_it_healthy():
    assert s.up().tell(s.held("asleep", 900, "client1"), at=10).status() == "healthy"


def test_a_lost_docker_is_told_although_the_containers_are_at_rest():
    cell = s.stop_is_due().guards_say().tell(s.WEB_AND_DB_STOPPED)
    cell.tell(s.listed(*s.WEB_AND_DB_EXITED)).tell(*s.DOCKER_FAILS)
    assert (cell.status(), cell.why()) == ("unhealthy", "unhealthy_docker")
    cell.expect(s.stop("web", "db"))


def test_a_server_called_while_it_goes_to_sleep_is_said_to_wake():
    cell = s.up().tell(SleepNow(), at=20)
    cell.guards_say().order_given().tell(WakeNow(), at=21)
    assert cell.server_status == "waking"


def test_what_a_sleeping_server_moves_is_not_asked_for():
    cell = s.measured().tell(*s.SERVER_SILENT, at=610)
    assert cell.verdict("client1") == "Not used for 10 min"


def test_the_idle_clock_counts_from_the_end_of_a_wake():
    cell = s.resting().tell(s.visit(), at=10).tell(s.ping(), at=30).tell(s.app(), at=100)
    cell.wait_until(699).expect(*s.packets(1, 8))
    cell.wait_until(700).expect(s.ASK_GUARDS)


def test_a_closed_domain_that_is_held_awake_is_open():
    cell = s.up(client1=s.SCHEDULED)
    assert not cell.ready()
    assert cell.tell(s.held("awake", 900, "client1"), at=10).ready()


def test_of_two_holds_asleep_the_longer_counts():
    cell = s.resting().tell(s.held("asleep", 900), s.held("asleep", 300, "client1"))
    assert cell.closed() == ("held", 900)


def test_a_domain_that_never_opens_again_is_not_said_to_open():
    once = [{"date": "2023-11-01", "from": "08:00", "to": "10:00"}]
    cell = s.resting(client1=s.with_policy(type="scheduled", extra=once))
    assert cell.verdict("client1") == "Not used yet"


def test_an_opening_that_comes_while_the_use_is_not_known_is_told():
    policy = ScheduledPolicy.model_validate({"type": "scheduled", **s.HOURS})
    spec = s.with_project().model_copy(update={"policy": policy})
    cell = s.unseen_with_docker(client1=spec).tell(*s.ALL_ANSWER)
    assert "not known" in cell.wait_until(s.OPENS - 421).verdict("client1")
    assert cell.wait_until(s.OPENS - 419).verdict("client1").startswith("Opens in 6 min")


def test_a_server_that_wakes_for_another_domain_is_not_in_use_by_this_one():
    cell = s.resting(a=s.on_demand(), b=s.on_demand()).tell(s.visit("a"), at=10)
    cell.tell(*s.ALL_ANSWER[:1], at=30)
    assert cell.verdict("b") == "Not used yet"
