"""Who is kept awake, and why: always on, scheduled, on demand, and several on one server."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from core.dialogue import (
    EPOCH,
    LOST,
    Dialogue,
    app,
    asleep,
    container,
    docker,
    healthy,
    listed,
    ping,
    visit,
)
from core.resting import (
    asked,
    guards_say,
    on_demand,
    order_given,
    sleeps,
    sleepy_server,
    traffic,
    verdict,
    with_policy,
    with_project,
)
from hall.core.events import VisitNoted, WakeStarted
from hall.core.facts import ActivityReported, Called
from hall.core.policies import ActivityConfig
from hall.core.verdict import span

UP = (ping(), app())
OPENS = datetime(2023, 11, 15, 8, 0, tzinfo=UTC).timestamp() - EPOCH
CLOSES = OPENS + 10 * 3600
HOURS = {"open": [{"days": ["wed"], "from": "08:00", "to": "18:00"}], "margin_minutes": 5}
SCHEDULED = with_policy(type="scheduled", **HOURS)
PERMITTED = with_policy(
    type="scheduled", open=HOURS["open"], inside="on_demand", idle_minutes=10, min_awake_minutes=5
)
ALWAYS = with_policy(type="always_on")
DOCKER = {"url": "tcp://192.168.1.20:2375", "allow_plain": True}


def test_the_dialogue_begins_on_a_tuesday_evening():
    assert datetime.fromtimestamp(EPOCH, UTC).strftime("%A %H:%M") == "Tuesday 22:13"


# ---- always on ---------------------------------------------------------------------------------


def test_an_always_on_domain_is_never_let_go():
    cell = healthy(sleepy_server(), client1=ALWAYS).wait_until(100_000)
    assert verdict(cell) == "client1: Always on"
    assert (asked(cell), sleeps(cell)) == (0, 0)


def test_an_always_on_domain_found_asleep_is_woken_with_growing_gaps():
    cell, begun = asleep(sleepy_server(), client1=ALWAYS), []
    for _ in range(8):
        begun += [event.at for event in cell.tell(*UP).news(WakeStarted)]
        cell.tell(*LOST).wait_until(cell.now - EPOCH + 100)
    assert cell.wake().trigger == "policy"
    assert [round(after - before) for before, after in pairwise(begun)] == [60, 120, 240]


def test_an_always_on_domain_that_fails_is_tried_again_after_its_retries():
    spec = sleepy_server(retry={"attempts": 1}, deadlines={"network": 20})
    cell = asleep(spec, client1=ALWAYS).wait_until(19)
    assert cell.wait_until(21).status() == "failed"
    assert cell.wait_until(59).status() == "failed"
    assert cell.wait_until(61).status() == "waking"


def test_an_app_that_is_broken_on_a_server_that_is_up_is_not_woken_again_and_again():
    cell = healthy(sleepy_server(), client1=ALWAYS)
    cell.tell(*[app(ok=False)] * 6, at=10).wait_until(4000)
    assert cell.status() == "unhealthy"
    assert cell.news(WakeStarted) == []


# ---- on demand ---------------------------------------------------------------------------------


def test_a_visit_a_report_and_traffic_keep_it_awake():
    spec = sleepy_server(docker=DOCKER)
    cell = Dialogue(spec, {"client1": with_project()})
    cell.tell(ping(), docker(), listed(container()), app()).tell(visit(), at=60)
    assert verdict(cell, "client1") == "Visited 0 s ago, kept for 10 min more"
    cell.tell(ActivityReported("client1"), at=120)
    assert verdict(cell, "client1") == "Reported in use 0 s ago, kept for 10 min more"
    cell.tell(traffic(0), at=150).tell(traffic(40_000), at=180)
    assert verdict(cell, "client1").startswith("Reported in use 1 min ago")
    cell.tell(traffic(190_000), at=210)
    assert verdict(cell, "client1") == "Its containers had traffic 0 s ago, kept for 10 min more"
    kinds = [event.kind for event in cell.news(VisitNoted)]
    assert kinds == ["visit", "activity", "traffic"]


def test_a_counter_that_went_back_began_anew_with_its_container():
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": with_project()})
    cell.tell(ping(), docker(), listed(container()), app())
    cell.tell(traffic(5_000_000), at=30).tell(traffic(10_000), at=60)
    assert cell.domain().activity.at is None
    cell.tell(traffic(180_000), at=90)
    assert cell.domain().activity.at == EPOCH + 90


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ((), "Their traffic is being measured"),
        ((traffic(None, why="no such host"),), "Their traffic cannot be read: no such host"),
        ((docker(ok=False),) * 6, "Its containers cannot be seen: Docker is not listening yet"),
    ],
)
def test_a_server_whose_use_is_not_known_is_kept_awake(facts, words):
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": with_project()})
    cell.tell(ping(), docker(), listed(container()), app()).wait_until(601)
    cell.tell(*facts, at=601)
    assert verdict(cell) == f"client1: Whether it is in use is not known: {words}"
    assert asked(cell) == 0


def test_measured_rest_is_rest_until_the_measure_is_old():
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": with_project()})
    cell.tell(ping(), docker(), listed(container()), app(), visit())
    cell.tell(traffic(0), at=570).tell(traffic(2000), at=600)
    assert asked(cell) == 1
    cell.tell(ping(), at=700)
    assert "not known" in verdict(cell)


def test_traffic_that_does_not_count_is_not_missed():
    uncounted = ActivityConfig(traffic_kb_per_minute=None)
    spec = with_project().model_copy(update={"activity": uncounted})
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": spec})
    cell.tell(ping(), docker(), listed(container()), app(), visit()).wait_until(600)
    assert asked(cell) == 1


# ---- several on one server ---------------------------------------------------------------------


def both() -> Dialogue:
    """Two domains on one server: one rests after ten minutes, one after an hour."""
    cell = Dialogue(sleepy_server(), {"a": on_demand(), "b": on_demand(idle_minutes=60)})
    return cell.tell(ping(), app(domain="a"), app(domain="b"))


def test_a_server_is_awake_while_any_of_its_domains_needs_it():
    cell = both().tell(visit("a"), at=60).tell(visit("b"), at=120)
    cell.wait_until(1000)
    assert verdict(cell, "a") == "Not used for 15 min"
    assert verdict(cell) == "b: Visited 14 min ago, kept for 45 min more"
    assert asked(cell.wait_until(3719)) == 0
    assert asked(cell.wait_until(3720)) == 1


def test_the_domain_that_is_named_is_the_one_that_needs_it_longest():
    cell = both().tell(visit("b"), at=60).tell(visit("a"), at=61)
    assert verdict(cell).startswith("b: Visited")


# ---- scheduled ---------------------------------------------------------------------------------


def test_it_is_ready_by_the_opening_by_the_time_a_boot_is_known_to_take():
    cell = asleep(sleepy_server(), client1=SCHEDULED)
    boots = tuple({"network": float(20 + n), "app": 10.0} for n in range(10))
    cell.restart(history=boots).tell(ping(ok=False), at=10)
    wakes_at = OPENS - 300 - 38
    cell.wait_until(wakes_at - 1)
    assert (cell.status(), cell.why()) == ("asleep", "closed")
    cell.wait_until(wakes_at)
    assert (cell.status(), cell.wake().trigger) == ("waking", "policy")
    assert verdict(cell, "client1") == "Opens in 5 min, and is made ready"


def test_without_a_past_two_minutes_are_taken_for_a_boot():
    cell = asleep(sleepy_server(), client1=SCHEDULED).wait_until(OPENS - 420 - 1)
    assert cell.status() == "asleep"
    assert cell.wait_until(OPENS - 420).status() == "waking"


def test_before_the_opening_nobody_is_let_in_though_it_is_ready():
    cell = asleep(sleepy_server(), client1=SCHEDULED).wait_until(OPENS - 400).tell(*UP)
    assert (cell.ready(), cell.status(), cell.why()) == (False, "asleep", "closed")
    cell.wait_until(OPENS)
    assert (cell.ready(), cell.status()) == (True, "healthy")
    assert verdict(cell, "client1") == "Open for 10 h more"


def test_while_closed_a_visit_wakes_nothing_and_is_no_use():
    cell = asleep(sleepy_server(), client1=SCHEDULED).tell(visit(), at=60).wait_until(200)
    assert (cell.status(), cell.packets) == ("asleep", [])
    assert cell.domain().shut.until == EPOCH + OPENS
    assert [event.kind for event in cell.news(VisitNoted)] == ["closed"]


def test_after_closing_time_it_rests_when_it_was_not_used_of_late():
    cell = asleep(sleepy_server(), client1=SCHEDULED).wait_until(OPENS - 400).tell(*UP)
    cell.tell(visit(), at=CLOSES - 60).tell(ping(), at=CLOSES)
    assert verdict(cell, "client1").startswith("Visited 1 min ago")
    assert asked(cell.wait_until(CLOSES + 1800 - 61)) == 0
    cell.wait_until(CLOSES + 1800 - 60)
    assert verdict(cell, "client1") == "Closed, opens in 6 d 13 h"
    assert sleeps(order_given(guards_say(cell))) == 1


def test_a_window_that_opens_while_it_goes_to_sleep_wakes_it_after():
    cell = asleep(sleepy_server(), client1=SCHEDULED)
    cell.tell(*UP, at=OPENS - 422 - 1800).wait_until(OPENS - 422)
    order_given(guards_say(cell)).hear()
    cell.wait_until(OPENS - 419)
    assert (cell.status(), cell.packets) == ("stopping", [])
    cell.tell(*LOST)
    assert (cell.status(), cell.packets) == ("waking", [1])


def test_outside_its_hours_it_may_be_on_demand():
    spec = with_policy(type="scheduled", outside="on_demand", idle_minutes=10, **HOURS)
    cell = asleep(sleepy_server(), client1=spec).tell(visit(), at=60)
    assert cell.status() == "waking"
    cell.tell(*UP, at=90)
    assert cell.ready()
    assert asked(cell.wait_until(90 + 600)) == 1


# ---- windows that permit, and do not demand ------------------------------------------------------


def test_in_windows_that_permit_nothing_is_woken_without_a_visit():
    cell = asleep(sleepy_server(), client1=PERMITTED).wait_until(OPENS - 1)
    assert (cell.status(), cell.why()) == ("asleep", "closed")
    assert cell.domain().shut.until == EPOCH + OPENS
    cell.wait_until(OPENS)
    assert (cell.domain().shut, cell.why(), verdict(cell, "client1")) == (
        None,
        "asleep",
        "Not used yet",
    )
    assert cell.wait_until(CLOSES - 1).packets == []


def test_in_windows_that_permit_a_visit_wakes_it_and_it_sleeps_after_its_idle_time():
    cell = asleep(sleepy_server(), client1=PERMITTED).tell(visit(), at=OPENS + 60)
    assert cell.status() == "waking"
    cell.tell(*UP, at=OPENS + 90)
    assert cell.ready()
    assert verdict(cell, "client1") == "Visited 30 s ago, kept for 10 min more"
    assert asked(cell.wait_until(OPENS + 90 + 600)) == 1
    assert sleeps(order_given(guards_say(cell))) == 1


def test_windows_that_permit_close_over_those_who_are_inside_and_let_it_rest():
    cell = asleep(sleepy_server(), client1=PERMITTED).tell(visit(), at=CLOSES - 60)
    cell.tell(*UP, at=CLOSES - 30)
    assert cell.ready()
    cell.wait_until(CLOSES)
    assert (cell.ready(), cell.status(), cell.why()) == (False, "asleep", "closed")
    assert verdict(cell, "client1").startswith("Visited 1 min ago, kept for 9 min")
    cell.wait_until(CLOSES - 30 + 600)
    assert verdict(cell, "client1") == "Closed, opens in 6 d 13 h"


def test_an_admin_may_call_it_outside_windows_that_permit():
    cell = asleep(sleepy_server(), client1=PERMITTED).tell(Called("client1"), at=60)
    assert cell.status() == "waking"


def test_it_is_told_when_nothing_will_ever_open_again():
    spec = with_policy(
        type="scheduled", extra=[{"date": "2023-11-01", "from": "08:00", "to": "10:00"}]
    )
    cell = asleep(sleepy_server(), client1=spec)
    assert (cell.status(), cell.why()) == ("asleep", "closed")
    assert cell.domain().shut.until is None


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
    assert span(seconds) == words
