"""An admin's orders: hold awake or asleep for a time, wake now, sleep now. The latest wins."""

import pytest

from core.dialogue import LOST, Dialogue, app, asleep, healthy, order, ping, sent, visit
from core.resting import (
    asked,
    guards_say,
    hold,
    on_demand,
    order_given,
    sleeps,
    sleepy_server,
    verdict,
    with_policy,
)
from hall.core.events import HoldNoted
from hall.core.facts import Called, Dismissed, Held
from hall.core.report import Report

UP = (ping(), app())
ALWAYS = with_policy(type="always_on")
BUSY = Report(sessions=("alice on pts/0",))


def resting(**domains: object) -> Dialogue:
    """A server that was looked at, is asleep, and may be put to sleep."""
    return asleep(sleepy_server(), **(domains or {"client1": on_demand()}))


def up(**domains: object) -> Dialogue:
    """The same, healthy."""
    return healthy(sleepy_server(), **(domains or {"client1": on_demand()}))


# ---- keep awake until --------------------------------------------------------------------------


def test_a_domain_that_is_held_awake_is_woken_and_kept():
    cell = resting().tell(Held(hold("awake", 7200), "client1"), at=10)
    assert (cell.status(), cell.wake().trigger) == ("waking", "policy")
    cell.tell(*UP, at=40)
    assert verdict(cell) == "client1: Held awake by an admin for 1 h 59 min more"
    cell.wait_until(7199)
    assert asked(cell) == 0
    assert asked(cell.wait_until(7200)) == 1


def test_a_server_that_is_held_awake_is_woken_for_its_own_sake():
    cell = resting().tell(Held(hold("awake", 7200)), at=10)
    assert cell.cell.standing.status == "waking"
    assert cell.status() == "asleep"
    assert cell.packets == [1]
    cell.tell(ping(), at=30).hear()
    assert cell.cell.standing.status == "healthy"
    assert cell.wait_until(60).packets == []
    assert asked(cell.wait_until(7199)) == 0


def test_a_server_that_does_not_wake_for_its_hold_fails_and_is_tried_again():
    cell = resting().tell(Held(hold("awake", 7200)), at=10).wait_until(131)
    assert cell.cell.standing.status == "failed"
    assert str(cell.cell.standing.reason).startswith("The server did not answer within 120 s of")
    cell.hear()
    assert cell.wait_until(429).packets == []
    assert cell.wait_until(431).packets == [1, 2, 3]


# ---- do not wake until -------------------------------------------------------------------------


@pytest.mark.parametrize("target", [None, "client1"])
def test_what_is_held_asleep_is_not_woken_by_visits_or_scripts(target):
    cell = resting().tell(Held(hold("asleep", 3600), target), at=10)
    cell.tell(visit(), order(), at=20).wait_until(60)
    assert (cell.status(), cell.why(), cell.packets) == ("asleep", "held", [])
    cell.tell(visit(), at=3601)
    assert cell.status() == "waking"


def test_what_is_held_asleep_rests_although_its_policy_wants_it_awake():
    cell = up(client1=ALWAYS).tell(Held(hold("asleep", 3600)), at=600)
    assert asked(cell) == 1
    order_given(guards_say(cell)).tell(*LOST, at=601).wait_until(3599)
    assert (cell.status(), cell.packets) == ("asleep", [])
    assert cell.wait_until(3600).status() == "waking"


def test_who_is_in_may_stay_although_it_is_held_asleep():
    cell = up().tell(Held(hold("asleep", 3600), "client1"), at=10).tell(visit(), at=20)
    assert cell.ready()
    assert verdict(cell).startswith("client1: Visited 0 s ago")


# ---- wake now, sleep now -----------------------------------------------------------------------


def test_wake_now_ends_the_holds_that_stand_against_it():
    cell = resting().tell(Held(hold("asleep", 3600)), Held(hold("asleep", 3600), "client1"))
    cell.tell(Called("client1"), at=10)
    assert (cell.status(), cell.wake().trigger) == ("waking", "admin")
    assert (cell.cell.hold, cell.domain().hold) == (None, None)
    cell.tell(*UP, at=40)
    assert verdict(cell, "client1") == "Called by an admin 30 s ago, kept for 10 min more"


def test_wake_now_opens_a_closed_domain_for_as_long_as_it_is_used():
    hours = {"open": [{"days": ["fri"], "from": "08:00", "to": "18:00"}], "idle_minutes": 10}
    cell = resting(client1=with_policy(type="scheduled", **hours)).tell(Called("client1"), at=10)
    cell.tell(*UP, at=40)
    assert cell.ready()
    cell.tell(visit(), at=300)
    assert cell.tell(ping(), at=899).ready()
    assert not cell.wait_until(900).ready()


def test_wake_now_of_a_server_wakes_none_of_its_domains():
    cell = resting().tell(Called(), at=10)
    assert (cell.cell.standing.status, cell.status()) == ("waking", "asleep")
    cell.tell(ping(), at=30)
    assert cell.cell.rouse is None


def test_wake_now_of_a_server_that_is_awake_changes_nothing():
    cell = up()
    assert cell.tell(Called()).cell.rouse is None


def test_sleep_now_does_not_wait_for_idleness_but_for_the_guards():
    cell = up().tell(visit(), at=10).tell(Dismissed(), at=20)
    assert asked(cell) == 1
    guards_say(cell, BUSY)
    assert verdict(cell) == "Nobody needs it, but it is busy: Logged in: alice on pts/0"
    guards_say(cell.wait_until(80))
    assert sleeps(cell) == 1


def test_sleep_now_by_force_passes_over_the_guards():
    cell = up().tell(visit(), at=10).tell(Dismissed(force=True), at=20)
    assert (asked(cell), cell.status()) == (0, "stopping")


def test_a_new_visit_ends_sleep_now():
    cell = up().tell(Dismissed(), at=20).tell(visit(), at=21)
    assert sleeps(guards_say(cell)) == 0
    assert verdict(cell) == "client1: Visited 0 s ago, kept for 10 min more"


def test_sleep_now_does_not_stand_against_what_policy_wants_awake():
    cell = up(client1=ALWAYS).tell(Dismissed(), at=20)
    assert verdict(cell) == "client1: Always on"


def test_sleep_now_of_one_domain_leaves_the_server_to_the_other():
    cell = Dialogue(sleepy_server(), {"a": on_demand(), "b": on_demand()})
    cell.tell(ping(), app(domain="a"), app(domain="b"), visit("b")).tell(Dismissed("a"), at=20)
    assert verdict(cell, "a") == "Put to sleep by an admin 0 s ago"
    assert verdict(cell).startswith("b: Visited")


def test_sleep_now_is_forgotten_once_the_server_slept():
    cell = up().tell(Dismissed(), at=20)
    order_given(guards_say(cell)).tell(*LOST, at=21).tell(*UP, at=5000)
    assert cell.domain().dismissed_at is None
    assert verdict(cell).startswith("Nobody needs it, but it is up for 0 s only")


# ---- the latest wins ---------------------------------------------------------------------------


def test_two_holds_that_contradict_each_other_never_stand_together():
    cell = resting().tell(Held(hold("asleep", 3600)), Held(hold("awake", 3600), "client1"))
    assert (cell.cell.hold, cell.domain().hold) == (None, hold("awake", 3600))
    cell.tell(Held(hold("asleep", 1800)))
    assert (cell.cell.hold, cell.domain().hold) == (hold("asleep", 1800), None)


def test_orders_are_announced_when_they_begin_and_when_they_are_over():
    cell = resting().tell(Held(hold("asleep", 60)), Held(hold("asleep", 30), "client1"))
    cell.wait_until(40).tell(Held(None)).tell(Called("client1")).tell(
        Held(hold("asleep", 90), "client1")
    )
    told = [(event.domain, event.kind, event.over) for event in cell.news(HoldNoted)]
    assert told == [
        (None, "asleep", False),
        ("client1", "asleep", False),
        ("client1", "asleep", True),
        (None, "asleep", True),
        ("client1", "called", False),
        ("client1", "asleep", False),
        ("client1", "called", True),
    ]


def test_sleep_now_while_a_wake_runs_waits_for_its_end():
    cell = resting().tell(visit(), at=10).tell(Dismissed(), at=11)
    assert cell.status() == "waking"
    cell.tell(*UP, at=40)
    assert verdict(cell).startswith("Nobody needs it; it is asked")


def test_a_server_without_a_way_to_be_woken_says_so_when_it_is_held_awake():
    cell = asleep(sleepy_server(wake=None), client1=on_demand())
    cell.tell(Held(hold("awake", 7200)), at=10).wait_until(11)
    assert str(cell.cell.standing.reason) == "The server is down and has no way to be woken"


def test_packets_that_cannot_be_sent_are_why_a_held_server_is_not_woken():
    cell = resting().tell(Held(hold("awake", 7200)), at=10).wait_until(125)
    cell.tell(sent(17, "no such interface")).wait_until(131)
    assert "no such interface" in str(cell.cell.standing.reason)


def test_a_hold_of_one_domain_says_nothing_of_another():
    cell = resting(a=on_demand(), b=on_demand()).tell(Held(hold("awake", 60), "a"), at=10)
    cell.tell(Held(hold("asleep", 60)))
    assert (cell.status("a"), cell.status("b")) == ("waking", "asleep")
    assert cell.domain("a").hold is None


def test_an_order_at_the_very_end_of_a_hold_counts():
    cell = resting().tell(Held(hold("asleep", 60), "client1"), at=10).wait_until(59.9)
    cell.now += 0.1
    assert cell.tell(order()).status() == "waking"


def test_force_counts_at_once_or_not_at_all():
    cell = resting(a=on_demand(), b=with_policy(type="always_on"))
    cell.tell(ping(), app(domain="a"), app(domain="b"), Dismissed(force=True), at=20)
    cell.tell(Held(hold("asleep", 900), "b"), at=400)
    assert (asked(cell), sleeps(guards_say(cell, BUSY))) == (1, 0)


def test_sleep_now_does_not_wait_for_a_pause_after_an_order_that_failed():
    cell = up().tell(Dismissed(), at=20)
    order_given(guards_say(cell), "Permission denied").tell(*UP, at=21).wait_until(40)
    assert asked(cell) == 1
    cell.tell(Dismissed())
    assert sleeps(guards_say(cell)) == 1


@pytest.mark.parametrize("order", [Called(), Held(hold("awake", 3600))])
def test_an_order_for_the_whole_server_ends_sleep_now_of_all_that_is_on_it(order):
    cell = up().tell(Dismissed(), at=20)
    guards_say(cell, BUSY)
    cell.tell(order)
    assert cell.domain().dismissed_at is None


def test_sleep_now_calls_the_retry_of_a_failed_wake_off():
    cell = resting(client1=on_demand()).tell(visit(), at=10).wait_until(131)
    assert cell.domain().retry_at is not None
    cell.tell(Dismissed()).wait_until(400)
    assert cell.status() == "failed"
    assert cell.domain().retry_at is None
