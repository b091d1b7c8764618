"""An admin's orders: hold awake or asleep for a time, wake now, sleep now. The latest wins."""

import pytest

from hall.core.model.events import OverrideNoted
from hall.core.model.facts import SleepNow, WakeNow
from hall.core.model.override import AwakeUntilUnused, dismissed, undismissed
from tests.core import scenes as s

# ---- keep awake until --------------------------------------------------------------------------


def test_a_domain_that_is_held_awake_is_woken_and_kept():
    cell = s.resting().tell(s.held("awake", 7200, "client1"), at=10)
    assert (cell.status(), cell.wake().trigger) == ("waking", "policy")
    cell.tell(*s.ALL_ANSWER, at=40)
    assert cell.verdict() == "client1: Held awake by an admin for 1 h 59 min more"
    cell.wait_until(7199).expect(*s.packets(1, 9))
    cell.wait_until(7200).expect(s.ASK_GUARDS)


def test_a_server_that_is_held_awake_is_woken_for_its_own_sake():
    cell = s.resting().tell(s.held("awake", 7200), at=10)
    assert cell.server_status == "waking"
    assert cell.status() == "asleep"
    cell.expect(s.PACKET)
    cell.tell(s.ping(), at=30).expect(*s.packets(2, 8))
    assert cell.server_status == "healthy"
    cell.wait_until(60).expect()
    cell.wait_until(7199).expect()


def test_a_server_that_does_not_wake_for_its_hold_fails_and_is_tried_again():
    cell = s.resting().tell(s.held("awake", 7200), at=10).wait_until(131)
    assert cell.server_status == "failed"
    assert cell.server_says.startswith("The server did not answer within 120 s of")
    cell.expect(*s.packets(1, 18))
    cell.wait_until(429).expect()
    cell.wait_until(431).expect(*s.packets(1, 3))


# ---- do not wake until -------------------------------------------------------------------------


@pytest.mark.parametrize("target", [None, "client1"])
def test_what_is_held_asleep_is_not_woken_by_visits_or_scripts(target):
    cell = s.resting().tell(s.held("asleep", 3600, target), at=10)
    cell.tell(s.visit(), s.order(), at=20).wait_until(60)
    assert (cell.status(), cell.why()) == ("asleep", "held")
    cell.expect()
    cell.tell(s.visit(), at=3601)
    assert cell.status() == "waking"
    cell.expect(s.PACKET)


def test_what_is_held_asleep_rests_although_its_policy_wants_it_awake():
    cell = s.up(client1=s.ALWAYS).tell(s.held("asleep", 3600), at=600).expect(s.ASK_GUARDS)
    cell.guards_say().order_given().tell(*s.SERVER_SILENT, at=601).wait_until(3599)
    assert cell.status() == "asleep"
    cell.expect(s.SLEEP)
    assert cell.wait_until(3600).status() == "waking"
    cell.expect(s.PACKET)


def test_who_is_in_may_stay_although_it_is_held_asleep():
    cell = s.up().tell(s.held("asleep", 3600, "client1"), at=10).tell(s.visit(), at=20)
    assert cell.ready()
    assert cell.verdict().startswith("client1: Visited 0 s ago")


# ---- wake now, sleep now -----------------------------------------------------------------------


def test_wake_now_ends_the_holds_that_stand_against_it():
    cell = s.resting().tell(s.held("asleep", 3600), s.held("asleep", 3600, "client1"))
    cell.tell(WakeNow("client1"), at=10)
    assert (cell.status(), cell.wake().trigger) == ("waking", "admin")
    assert (cell.orders(), cell.orders("client1")) == ({}, {"called": None})
    cell.tell(*s.ALL_ANSWER, at=40)
    assert cell.verdict("client1") == "Called by an admin 30 s ago, kept for 10 min more"


def test_wake_now_opens_a_closed_domain_for_as_long_as_it_is_used():
    hours = {"open": [{"days": ["fri"], "from": "08:00", "to": "18:00"}], "idle_minutes": 10}
    cell = s.resting(client1=s.with_policy(type="scheduled", **hours))
    cell.tell(WakeNow("client1"), at=10)
    cell.tell(*s.ALL_ANSWER, at=40)
    assert cell.ready()
    cell.tell(s.visit(), at=300)
    assert cell.tell(s.ping(), at=899).ready()
    assert not cell.wait_until(900).ready()


def test_wake_now_of_a_server_wakes_none_of_its_domains():
    cell = s.resting().tell(WakeNow(), at=10)
    assert (cell.server_status, cell.status()) == ("waking", "asleep")
    cell.tell(s.ping(), at=30)
    assert cell.orders() == {}


def test_wake_now_of_a_server_that_is_awake_changes_nothing():
    cell = s.up()
    assert cell.tell(WakeNow()).orders() == {}


def test_sleep_now_does_not_wait_for_idleness_but_for_the_guards():
    cell = s.up().tell(s.visit(), at=10).tell(SleepNow(), at=20).expect(s.ASK_GUARDS)
    cell.guards_say(s.ALICE_LOGGED_IN)
    assert cell.verdict() == "Nobody needs it, but it is busy: Logged in: alice on pts/0"
    cell.wait_until(80).guards_say().expect(s.ASK_GUARDS, s.SLEEP)


def test_sleep_now_by_force_passes_over_the_guards():
    cell = s.up().tell(s.visit(), at=10).tell(SleepNow(force=True), at=20).expect(s.SLEEP)
    assert cell.status() == "stopping"


def test_a_new_visit_ends_sleep_now():
    cell = s.up().tell(SleepNow(), at=20).tell(s.visit(), at=21)
    cell.guards_say().expect(s.ASK_GUARDS)
    assert cell.verdict() == "client1: Visited 0 s ago, kept for 10 min more"


def test_sleep_now_does_not_stand_against_what_policy_wants_awake():
    cell = s.up(client1=s.ALWAYS).tell(SleepNow(), at=20)
    assert cell.verdict() == "client1: Always on"


def test_sleep_now_of_one_domain_leaves_the_server_to_the_other():
    cell = s.unseen(a=s.on_demand(), b=s.on_demand())
    cell.tell(s.ping(), s.app(domain="a"), s.app(domain="b"), s.visit("b"))
    cell.tell(SleepNow("a"), at=20)
    assert cell.verdict("a") == "Put to sleep by an admin 0 s ago"
    assert cell.verdict().startswith("b: Visited")


def test_sleep_now_is_forgotten_once_the_server_slept():
    cell = s.up().tell(SleepNow(), at=20)
    cell.guards_say().order_given().tell(*s.SERVER_SILENT, at=21).tell(*s.ALL_ANSWER, at=5000)
    assert cell.orders("client1") == {}
    assert cell.verdict().startswith("Nobody needs it, but it is up for 0 s only")


# ---- the latest wins ---------------------------------------------------------------------------


def test_two_holds_that_contradict_each_other_never_stand_together():
    cell = s.resting().tell(s.held("asleep", 3600), s.held("awake", 3600, "client1"))
    assert (cell.orders(), cell.orders("client1")) == ({}, {"awake": 3600})
    cell.tell(s.held("asleep", 1800))
    assert (cell.orders(), cell.orders("client1")) == ({"asleep": 1800}, {})


def test_orders_are_announced_when_they_begin_and_when_they_are_over():
    cell = s.resting().tell(s.held("asleep", 60), s.held("asleep", 30, "client1"))
    cell.wait_until(40).tell(s.held(None)).tell(WakeNow("client1")).tell(
        s.held("asleep", 90, "client1")
    )
    assert [(event.domain, event.override) for event in cell.news(OverrideNoted)] == [
        (None, s.hold("asleep", 60)),
        ("client1", s.hold("asleep", 30)),
        ("client1", None),
        (None, None),
        ("client1", AwakeUntilUnused(s.instant(40))),
        ("client1", s.hold("asleep", 90)),
    ]


def test_sleep_now_while_a_wake_runs_waits_for_its_end():
    cell = s.resting().tell(s.visit(), at=10).tell(SleepNow(), at=11)
    assert cell.status() == "waking"
    cell.tell(*s.ALL_ANSWER, at=40)
    assert cell.verdict().startswith("Nobody needs it; it is asked")


def test_a_server_without_a_way_to_be_woken_says_so_when_it_is_held_awake():
    cell = s.asleep(s.sleepy_server(wake=None), client1=s.on_demand())
    cell.tell(s.held("awake", 7200), at=10).wait_until(11)
    assert cell.server_says == "The server is down and has no way to be woken"


def test_packets_that_cannot_be_sent_are_why_a_held_server_is_not_woken():
    cell = s.resting().tell(s.held("awake", 7200), at=10).wait_until(125)
    cell.tell(s.sent(17, "no such interface")).wait_until(131)
    assert "no such interface" in cell.server_says


def test_a_hold_of_one_domain_says_nothing_of_another():
    cell = s.resting(a=s.on_demand(), b=s.on_demand()).tell(s.held("awake", 60, "a"), at=10)
    cell.tell(s.held("asleep", 60))
    assert (cell.status("a"), cell.status("b")) == ("waking", "asleep")
    assert (cell.orders(), cell.orders("a")) == ({"asleep": 60}, {})


def test_an_order_at_the_very_end_of_a_hold_counts():
    cell = s.resting().tell(s.held("asleep", 60, "client1"), at=10).wait_until(59.9)
    cell.now += 0.1
    assert cell.tell(s.order()).status() == "waking"


def test_force_counts_at_once_or_not_at_all():
    cell = s.resting(a=s.on_demand(), b=s.with_policy(type="always_on"))
    cell.tell(s.ping(), s.app(domain="a"), s.app(domain="b"), SleepNow(force=True), at=20)
    cell.tell(s.held("asleep", 900, "b"), at=400).expect(*s.packets(1, 8), s.ASK_GUARDS)
    cell.guards_say(s.ALICE_LOGGED_IN).expect()


def test_sleep_now_does_not_wait_for_a_pause_after_an_order_that_failed():
    cell = s.up().tell(SleepNow(), at=20)
    cell.guards_say().order_given("Permission denied").tell(*s.ALL_ANSWER, at=21).wait_until(40)
    cell.expect(s.ASK_GUARDS, s.SLEEP)
    cell.tell(SleepNow())
    cell.guards_say().expect(s.ASK_GUARDS, s.SLEEP)


@pytest.mark.parametrize("order", [WakeNow(), s.held("awake", 3600)])
def test_an_order_for_the_whole_server_ends_sleep_now_of_all_that_is_on_it(order):
    cell = s.up().tell(SleepNow(), at=20)
    cell.guards_say(s.ALICE_LOGGED_IN)
    cell.tell(order)
    assert cell.orders("client1") == {}


def test_sleep_now_calls_the_retry_of_a_failed_wake_off():
    cell = s.resting(client1=s.on_demand()).tell(s.visit(), at=10).wait_until(131)
    assert cell.retry_at() is not None
    cell.tell(SleepNow()).wait_until(400)
    assert cell.status() == "failed"
    assert cell.retry_at() is None


def test_a_sleep_now_that_is_over_leaves_the_hold_that_it_was_given_beside():
    hold = s.hold("asleep", 60)
    assert undismissed(dismissed(hold, 5.0)) == hold
    assert undismissed(hold) is hold
    assert undismissed(dismissed(None, 5.0)) is None
