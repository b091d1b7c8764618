"""Who is kept awake, and why: always on, scheduled, on demand, and several on one server."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from hall.core.config.policies import ActivityConfig
from hall.core.model.events import VisitNoted, WakeStarted
from hall.core.model.facts import ActivityReported, WakeNow
from hall.core.timing import Duration
from tests.core import scenes as s

PERMITTED = s.with_policy(
    type="scheduled", open=s.HOURS["open"], inside="on_demand", idle_minutes=10, min_awake_minutes=5
)


def test_the_dialogue_begins_on_a_tuesday_evening():
    assert datetime.fromtimestamp(s.EPOCH, UTC).strftime("%A %H:%M") == "Tuesday 22:13"


# ---- always on ---------------------------------------------------------------------------------


def test_an_always_on_domain_is_never_let_go():
    cell = s.up(client1=s.ALWAYS).wait_until(100_000)
    assert cell.verdict() == "client1: Always on"
    cell.expect()


def test_an_always_on_domain_found_asleep_is_woken_with_growing_gaps():
    cell, begun = s.resting(client1=s.ALWAYS), []
    for _ in range(8):
        begun += [event.at for event in cell.tell(*s.ALL_ANSWER).news(WakeStarted)]
        cell.tell(*s.SERVER_SILENT).wait_until(cell.now + 100)
    assert cell.wake().trigger == "policy"
    assert [round(after - before) for before, after in pairwise(begun)] == [60, 120, 240]


def test_an_always_on_domain_that_fails_is_tried_again_after_its_retries():
    spec = s.sleepy_server(retry={"attempts": 1}, deadlines={"network": 20})
    cell = s.asleep(spec, client1=s.ALWAYS).wait_until(19)
    assert cell.wait_until(21).status() == "failed"
    assert cell.wait_until(59).status() == "failed"
    assert cell.wait_until(61).status() == "waking"


def test_an_app_that_is_broken_on_a_server_that_is_up_is_not_woken_again_and_again():
    cell = s.up(client1=s.ALWAYS)
    cell.tell(*s.APP_FAILS, at=10).wait_until(4000)
    assert cell.status() == "unhealthy"
    assert cell.news(WakeStarted) == []


# ---- on demand ---------------------------------------------------------------------------------


def test_a_visit_a_report_and_traffic_keep_it_awake():
    spec = s.sleepy_server(docker=s.DOCKER_OVER_TCP)
    cell = s.unknown(spec, client1=s.with_project())
    cell.tell(*s.ALL_ANSWER).tell(s.visit(), at=60)
    assert cell.verdict("client1") == "Visited 0 s ago, kept for 10 min more"
    cell.tell(ActivityReported("client1"), at=120)
    assert cell.verdict("client1") == "Reported in use 0 s ago, kept for 10 min more"
    cell.tell(s.traffic(0), at=150).tell(s.traffic(40_000), at=180)
    assert cell.verdict("client1").startswith("Reported in use 1 min ago")
    cell.tell(s.traffic(190_000), at=210)
    assert cell.verdict("client1") == "Its containers had traffic 0 s ago, kept for 10 min more"
    kinds = [event.kind for event in cell.news(VisitNoted)]
    assert kinds == ["visit", "activity", "traffic"]


def test_a_counter_that_went_back_began_anew_with_its_container():
    cell = s.with_containers()
    cell.tell(s.traffic(5_000_000), at=30).tell(s.traffic(10_000), at=60)
    assert cell.used_at() is None
    cell.tell(s.traffic(180_000), at=90)
    assert cell.used_at() == 90


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ((), "Their traffic is being measured"),
        ((s.traffic(None, why="no such host"),), "Their traffic cannot be read: no such host"),
        ((s.docker(ok=False),) * 6, "Its containers cannot be seen: Docker is not listening yet"),
    ],
)
def test_a_server_whose_use_is_not_known_is_kept_awake(facts, words):
    cell = s.unseen_with_docker(client1=s.with_project())
    cell.tell(*s.ALL_ANSWER).wait_until(601)
    cell.tell(*facts, at=601)
    assert cell.verdict() == f"client1: Whether it is in use is not known: {words}"
    cell.expect()


def test_measured_rest_is_rest_until_the_measure_is_old():
    cell = s.unseen_with_docker(client1=s.with_project())
    cell.tell(*s.ALL_ANSWER, s.visit())
    cell.tell(s.traffic(0), at=570).tell(s.traffic(2000), at=600).expect(s.ASK_GUARDS)
    cell.wait_until(700)
    assert "not known" in cell.verdict()
    cell.expect(s.ASK_GUARDS)


def test_traffic_that_does_not_count_is_not_missed():
    uncounted = ActivityConfig(traffic_kb_per_minute=None)
    spec = s.with_project().model_copy(update={"activity": uncounted})
    cell = s.unseen_with_docker(client1=spec)
    cell.tell(*s.ALL_ANSWER, s.visit()).wait_until(600).expect(s.ASK_GUARDS)


# ---- several on one server ---------------------------------------------------------------------


def test_a_server_is_awake_while_any_of_its_domains_needs_it():
    cell = s.two_on_demand().tell(s.visit("a"), at=60).tell(s.visit("b"), at=120)
    cell.wait_until(1000)
    assert cell.verdict("a") == "Not used for 15 min"
    assert cell.verdict() == "b: Visited 14 min ago, kept for 45 min more"
    cell.wait_until(3719).expect()
    cell.wait_until(3720).expect(s.ASK_GUARDS)


def test_the_domain_that_is_named_is_the_one_that_needs_it_longest():
    cell = s.two_on_demand().tell(s.visit("b"), at=60).tell(s.visit("a"), at=61)
    assert cell.verdict().startswith("b: Visited")


# ---- scheduled ---------------------------------------------------------------------------------


def test_it_is_ready_by_the_opening_by_the_time_a_boot_is_known_to_take():
    cell = s.resting(client1=s.SCHEDULED)
    boots = tuple({"network": float(20 + n), "app": 10.0} for n in range(10))
    cell.restart(history=boots).tell(s.ping(ok=False), at=10)
    wakes_at = s.OPENS - 300 - 38
    cell.wait_until(wakes_at - 1)
    assert (cell.status(), cell.why()) == ("asleep", "closed")
    cell.wait_until(wakes_at)
    assert (cell.status(), cell.wake().trigger) == ("waking", "policy")
    assert cell.verdict("client1") == "Opens in 5 min, and is made ready"


def test_without_a_past_two_minutes_are_taken_for_a_boot():
    cell = s.resting(client1=s.SCHEDULED).wait_until(s.OPENS - 420 - 1)
    assert cell.status() == "asleep"
    assert cell.wait_until(s.OPENS - 420).status() == "waking"


def test_before_the_opening_nobody_is_let_in_though_it_is_ready():
    cell = s.resting(client1=s.SCHEDULED).wait_until(s.OPENS - 400)
    cell.tell(*s.ALL_ANSWER)
    assert (cell.ready(), cell.status(), cell.why()) == (False, "asleep", "closed")
    cell.wait_until(s.OPENS)
    assert (cell.ready(), cell.status()) == (True, "healthy")
    assert cell.verdict("client1") == "Open for 10 h more"


def test_while_closed_a_visit_wakes_nothing_and_is_no_use():
    cell = s.resting(client1=s.SCHEDULED).tell(s.visit(), at=60).wait_until(200)
    assert cell.status() == "asleep"
    cell.expect()
    assert cell.closed() == ("closed", s.OPENS)
    assert [event.kind for event in cell.news(VisitNoted)] == ["closed"]


def test_after_closing_time_it_rests_when_it_was_not_used_of_late():
    cell = s.resting(client1=s.SCHEDULED).wait_until(s.OPENS - 400)
    cell.tell(*s.ALL_ANSWER)
    cell.tell(s.visit(), at=s.CLOSES - 60).tell(s.ping(), at=s.CLOSES)
    assert cell.verdict("client1").startswith("Visited 1 min ago")
    cell.wait_until(s.CLOSES + 1800 - 61).expect(*s.packets(1, 8))
    cell.wait_until(s.CLOSES + 1800 - 60)
    assert cell.verdict("client1") == "Closed, opens in 6 d 13 h"
    cell.guards_say().order_given().expect(s.ASK_GUARDS, s.SLEEP)


def test_a_window_that_opens_while_it_goes_to_sleep_wakes_it_after():
    cell = s.resting(client1=s.SCHEDULED)
    cell.tell(*s.ALL_ANSWER, at=s.OPENS - 422 - 1800).wait_until(s.OPENS - 422)
    cell.guards_say().order_given().heard()
    cell.wait_until(s.OPENS - 419)
    assert cell.status() == "stopping"
    cell.expect()
    cell.tell(*s.SERVER_SILENT)
    assert cell.status() == "waking"
    cell.expect(s.PACKET)


def test_outside_its_hours_it_may_be_on_demand():
    spec = s.with_policy(type="scheduled", outside="on_demand", idle_minutes=10, **s.HOURS)
    cell = s.resting(client1=spec).tell(s.visit(), at=60)
    assert cell.status() == "waking"
    cell.tell(*s.ALL_ANSWER, at=90)
    assert cell.ready()
    cell.wait_until(90 + 600).expect(*s.packets(1, 9), s.ASK_GUARDS)


# ---- windows that permit, and do not demand ------------------------------------------------------


def test_in_windows_that_permit_nothing_is_woken_without_a_visit():
    cell = s.resting(client1=PERMITTED).wait_until(s.OPENS - 1)
    assert (cell.status(), cell.why()) == ("asleep", "closed")
    assert cell.closed() == ("closed", s.OPENS)
    cell.wait_until(s.OPENS)
    assert (cell.closed(), cell.why(), cell.verdict("client1")) == (
        None,
        "asleep",
        "Not used yet",
    )
    cell.wait_until(s.CLOSES - 1).expect()


def test_in_windows_that_permit_a_visit_wakes_it_and_it_sleeps_after_its_idle_time():
    cell = s.resting(client1=PERMITTED).tell(s.visit(), at=s.OPENS + 60)
    assert cell.status() == "waking"
    cell.tell(*s.ALL_ANSWER, at=s.OPENS + 90)
    assert cell.ready()
    assert cell.verdict("client1") == "Visited 30 s ago, kept for 10 min more"
    cell.wait_until(s.OPENS + 90 + 600).expect(*s.packets(1, 9), s.ASK_GUARDS)
    cell.guards_say().order_given().expect(s.SLEEP)


def test_windows_that_permit_close_over_those_who_are_inside_and_let_it_rest():
    cell = s.resting(client1=PERMITTED).tell(s.visit(), at=s.CLOSES - 60)
    cell.tell(*s.ALL_ANSWER, at=s.CLOSES - 30)
    assert cell.ready()
    cell.wait_until(s.CLOSES)
    assert (cell.ready(), cell.status(), cell.why()) == (False, "asleep", "closed")
    assert cell.verdict("client1").startswith("Visited 1 min ago, kept for 9 min")
    cell.wait_until(s.CLOSES - 30 + 600)
    assert cell.verdict("client1") == "Closed, opens in 6 d 13 h"


def test_an_admin_may_call_it_outside_windows_that_permit():
    cell = s.resting(client1=PERMITTED).tell(WakeNow("client1"), at=60)
    assert cell.status() == "waking"


def test_it_is_told_when_nothing_will_ever_open_again():
    spec = s.with_policy(
        type="scheduled", extra=[{"date": "2023-11-01", "from": "08:00", "to": "10:00"}]
    )
    cell = s.resting(client1=spec)
    assert (cell.status(), cell.why()) == ("asleep", "closed")
    assert cell.closed() == ("closed", None)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (59, "59 s"),
        (61, "1 min"),
        (3600, "1 h"),
        (3720, "1 h 2 min"),
        (90_000, "1 d 1 h"),
        (86_400, "1 d"),
    ],
)
def test_a_span_is_told_in_two_units_at_most(seconds, words):
    assert str(Duration(seconds)) == words
