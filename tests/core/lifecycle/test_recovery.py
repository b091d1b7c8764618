"""After trouble: losses in mid-wake, failures, retries, late success, and restarts of Hall."""

from itertools import pairwise

import pytest

from hall.core.lifecycle.domain_wake import ended_while_stopped
from hall.core.model.check import CheckName
from hall.core.model.events import WakeEnded, WakeStarted
from hall.core.model.facts import SleepNow
from tests.core import scenes as s

IMPATIENT = s.server_spec(retry={"attempts": 1})
"""No retry, so that a failure waits to be asked."""


def failed() -> s.Dialogue:
    """A wake that failed after 120 s, with no retry to come."""
    return s.waking(IMPATIENT).wait_until(120)


# ---- lost in mid-wake ----------------------------------------------------------------------------


def test_a_server_lost_in_mid_wake_is_sent_packets_again():
    cell = s.waking().tell(s.ping(), s.docker(), at=20).expect(*s.packets(1, 8))
    cell.tell(*s.SERVER_SILENT, at=30)
    assert (cell.status(), cell.why()) == ("waking", "wake_sent")
    cell.expect(s.PACKET)


def test_a_server_lost_late_in_a_stage_gets_its_time_again():
    cell = s.waking().tell(s.ping(), s.docker(), at=20).tell(*s.SERVER_SILENT, at=190)
    assert (cell.status(), cell.alarm) == ("waking", 190.3)
    assert cell.wait_until(309).status() == "waking"
    assert cell.wait_until(310).why() == "failed_network"


def test_docker_gets_its_time_again_when_a_lost_server_is_back():
    cell = s.waking().tell(s.ping(), s.docker(), at=20).tell(*s.SERVER_SILENT, at=100)
    cell.tell(s.ping(), at=200)
    assert cell.wait_until(289).status() == "waking"
    assert cell.wait_until(290).why() == "failed_docker"


def test_a_server_that_comes_and_goes_for_ever_is_given_up():
    cell = s.waking().sway((s.ping(),), s.SERVER_SILENT, every=10, times=100)
    (first, *_) = cell.news(WakeEnded)
    assert 120 < first.at - first.wake.started_at < 360


def test_a_stage_that_was_reached_stays_reached_when_the_server_is_lost():
    cell = s.waking().tell(s.ping(), s.docker(), at=20).tell(*s.SERVER_SILENT, at=30)
    assert cell.wake().took_s["network"] == 20.0
    assert cell.tell(*s.ALL_ANSWER, at=60).status() == "healthy"


def test_docker_lost_in_mid_wake_is_waited_for():
    cell = s.waking().tell(s.ping(), s.docker(), at=20).tell(*s.DOCKER_FAILS, at=30)
    assert (cell.status(), cell.why()) == ("waking", "wake_docker")


# ---- failure -------------------------------------------------------------------------------------


def test_a_failed_wake_leaves_no_alarm_and_says_why():
    cell = failed()
    assert (cell.status(), cell.why(), cell.alarm) == ("failed", "failed_network", None)
    (event,) = cell.news(WakeEnded)
    assert (s.second(event.at), event.reason.code) == (cell.now, "failed_network")


def test_what_was_awaited_is_failing_once_the_wake_is_given_up():
    cell = s.waking(IMPATIENT).tell(s.ping(), s.docker(ok=False), at=1).wait_until(91)
    assert cell.check("docker") == ("failing", "docker_refused")
    assert cell.check("containers") == ("pending", "waits_for_docker")


def test_a_failed_wake_is_retried_with_growing_gaps_and_then_waits_to_be_asked():
    cell = s.waking().sleep_until_quiet()
    begun = [round(event.at - event.wake.started_at) for event in cell.news(WakeEnded)]
    assert begun == [120, 120, 120]
    assert cell.now == cell.wake().began + 120
    assert (cell.wake().attempt, cell.retry_at()) == (3, None)
    assert cell.status() == "failed"


def test_the_gaps_between_retries_double():
    cell = s.waking().sleep_until_quiet()
    starts = [event.at for event in cell.news(WakeStarted)]
    assert [b - a - 120 for a, b in pairwise(starts)] == [20, 40]


def test_a_retry_says_that_it_is_one():
    cell = s.waking().wait_until(140)
    assert (cell.wake().trigger, cell.wake().attempt, cell.status()) == ("retry", 2, "waking")


def test_a_visit_while_a_retry_is_near_waits_for_it():
    cell = s.waking().tell(s.visit(), at=125)
    assert (cell.status(), cell.alarm) == ("failed", 140.0)


def test_an_order_does_not_wait_for_the_retry():
    cell = s.waking().tell(s.order(), at=125)
    assert (cell.wake().trigger, cell.wake().attempt, cell.status()) == ("api", 1, "waking")
    assert cell.retry_at() is None


def test_an_order_right_after_the_failure_is_the_same_finger():
    cell = failed().tell(s.order(), at=121)
    assert cell.status() == "failed"
    assert cell.tell(s.order(), at=122).status() == "waking"


def test_a_visit_in_the_cool_down_wakes_nothing():
    cell = failed().tell(s.visit(), at=149)
    assert (cell.status(), cell.alarm) == ("failed", None)


def test_a_visit_after_the_cool_down_wakes_again():
    cell = failed()
    cell.expect(*s.packets(1, 18))
    cell.tell(s.visit(), at=150).expect(s.PACKET)


def test_a_late_success_mends_a_failure_by_itself():
    cell = failed().tell(*s.ALL_ANSWER, at=130)
    assert (cell.status(), cell.ready(), cell.alarm) == ("healthy", True, None)
    assert cell.wake() is None


def test_a_late_success_calls_the_retry_off():
    cell = s.waking().tell(*s.ALL_ANSWER, at=125)
    assert (cell.status(), cell.alarm) == ("healthy", None)


def test_an_old_failure_is_not_told_again_of_a_server_that_fell_asleep_since():
    cell = failed().tell(*s.ALL_ANSWER, at=130).tell(*s.SERVER_SILENT, at=900)
    assert (cell.status(), cell.why()) == ("asleep", "asleep")


def test_the_failure_of_one_domain_leaves_the_wake_of_the_other_alone():
    cell = s.waking(client1=s.domain_spec(deadlines={"app": 5}), client2=s.domain_spec())
    cell.tell(s.visit("client2"), *s.ALL_BUT_APP_ANSWER, at=1).tell(
        s.app(ok=False), at=2
    ).wait_until(6)
    assert (cell.status("client1"), cell.status("client2")) == ("failed", "docker_up")


def test_a_wake_that_ended_well_is_forgotten_by_nobody():
    cell = s.waking().tell(*s.ALL_ANSWER, at=30).tell(*s.SERVER_SILENT, at=900)
    assert cell.status() == "asleep"
    assert cell.tell(s.visit(), at=901).status() == "waking"


# ---- seq -----------------------------------------------------------------------------------------


def test_every_visible_change_has_the_next_number():
    cell = s.asleep()
    before = cell.seq()
    assert cell.tell(s.visit()).seq() == before + 1


def test_what_nobody_sees_has_no_number():
    cell = s.asleep()
    before = cell.seq()
    assert cell.tell(*s.PING_SILENT, *s.PING_SILENT, s.ping(ok=False)).seq() == before


def test_a_doubt_is_visible_for_it_closes_the_door():
    cell = s.healthy()
    before = cell.seq()
    assert cell.tell(s.ping(ok=False)).seq() == before + 1


def test_a_hold_asleep_is_seen_by_nobody_who_is_in():
    cell = s.up()
    before = cell.seq()
    assert (
        cell.tell(s.held("asleep", 900, "client1"), s.held(None, domain="client1")).seq() == before
    )


def test_a_hold_that_lasts_longer_and_a_retry_called_off_are_visible():
    held = s.resting().tell(s.held("asleep", 60))
    before = held.seq()
    assert held.tell(s.held("asleep", 90)).seq() == before + 1
    cell = s.resting().tell(s.visit()).wait_until(121)
    before = cell.seq()
    assert cell.tell(SleepNow()).seq() == before + 1


# ---- restarts ------------------------------------------------------------------------------------


def test_a_restart_in_mid_wake_carries_on_with_it():
    cell = s.waking().wait_until(30)
    cell.restart()
    assert (cell.status(), cell.why()) == ("waking", "wake_sending")
    assert cell.wake().id == "client1-1700000000000"


def test_a_restarted_hall_looks_before_it_sends():
    cell = s.waking().wait_until(30)
    cell.restart().expect(*s.packets(1, 9))
    cell.tell(*s.PING_SILENT, at=30.2).expect(s.PACKET)


def test_a_restarted_wake_ends_well_with_its_true_length():
    cell = s.waking().wait_until(30)
    cell.restart().tell(*s.ALL_ANSWER, at=42)
    (event,) = cell.news(WakeEnded)
    assert (event.wake.ended_at - event.wake.started_at, cell.status()) == (42.0, "healthy")


def test_the_deadline_of_a_restarted_wake_counts_anew():
    cell = s.waking().wait_until(100)
    cell.restart()
    assert cell.tell(*s.PING_SILENT, at=100).wait_until(219).status() == "waking"
    assert cell.wait_until(220).status() == "failed"


def test_a_restarted_wake_of_which_nothing_is_heard_ends_when_it_said_it_would():
    cell = s.waking().tell(s.ping(), s.docker(), at=20)
    cell.restart().wait_until(139)
    assert cell.status() == "waking"
    assert cell.wait_until(140).status() == "failed"


def test_a_restart_without_a_wake_gives_the_past_back():
    boots = ({CheckName.NETWORK: 18.0},)
    cell = s.unknown().restart(history=boots)
    assert (cell.history(), cell.wake()) == (boots, None)
    assert cell.tell(*s.PING_SILENT, s.visit()).wake().expected_s["network"] == 18.0


def test_a_restart_does_not_forget_the_attempt():
    cell = s.waking().wait_until(300)
    assert cell.wake().attempt == 3
    cell.restart().sleep_until_quiet()
    assert (cell.status(), cell.retry_at()) == ("failed", None)


def test_a_restart_does_not_forget_a_failure_nor_when_it_is_retried():
    cell = s.waking().wait_until(126)
    wake = cell.wake()
    cell.restart()
    assert (cell.status(), cell.why(), cell.alarm) == ("failed", "failed_network", 140.0)
    assert (cell.wake(), cell.retry_at()) == (wake, 140)
    cell.tell(*s.PING_SILENT).wait_until(140)
    assert (cell.status(), cell.wake().trigger, cell.wake().attempt) == ("waking", "retry", 2)


def test_a_retry_that_a_restart_made_late_waits_until_everything_was_looked_at():
    cell = s.waking().wait_until(120)
    cell.now = 300
    cell.restart()
    assert (cell.status(), cell.alarm) == ("failed", 310.0)
    assert cell.tell(*s.ALL_ANSWER, at=301).status() == "healthy"
    assert (cell.news(WakeStarted)[1:], cell.retry_at()) == ([], None)


def test_a_restart_after_the_last_attempt_waits_to_be_asked():
    cell = failed()
    cell.restart()
    assert (cell.status(), cell.alarm) == ("failed", None)
    assert cell.tell(*s.PING_SILENT, s.visit(), at=150).status() == "waking"


@pytest.mark.parametrize("at", [120 + 900, 120 - 1])
def test_a_failure_of_long_ago_or_of_a_clock_that_was_wrong_is_history(at):
    cell = failed()
    cell.now = at
    cell.restart()
    assert (cell.status(), cell.wake()) == ("unknown", None)


def test_a_wake_that_ended_well_is_not_taken_up_again():
    cell = s.waking().tell(*s.ALL_ANSWER, at=30)
    cell.restart()
    assert (cell.status(), cell.wake()) == ("unknown", None)


def test_a_wake_cut_off_long_ago_is_not_taken_up_again():
    [begun] = s.waking().news(WakeStarted)
    assert ended_while_stopped("main", "client1", begun.wake, begun.at + 899) is None
    end = ended_while_stopped("main", "client1", begun.wake, begun.at + 900)
    assert end is not None
    assert (end.wake.outcome, str(end.reason)) == ("failed", "Hall was stopped during this wake")


# ---- containers that were lost from sight --------------------------------------------------------


def test_what_was_seen_before_the_loss_does_not_count_after_it():
    cell = s.healthy().tell(*s.SERVER_SILENT, at=100).tell(s.ping(), s.docker(), at=200)
    assert cell.check("containers") == ("pending", "waits_for_server")
    assert not cell.ready()


def test_a_list_of_a_server_that_is_lost_says_nothing():
    cell = s.healthy().tell(*s.SERVER_SILENT, s.listed(s.container()), s.docker(ok=False), at=100)
    assert cell.check("containers") == ("pending", "waits_for_server")
    assert cell.check("docker") == ("pending", "waits_for_server")
