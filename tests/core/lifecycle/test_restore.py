"""What a new start of Hall knows of a server's sleeping, of use, and of an admin's orders."""

from typing import Any

from hall.core.model.events import CameBack
from hall.core.model.facts import WakeNow
from hall.core.model.override import AsleepUntilUsed, AwakeUntilUnused
from hall.core.model.reason import because
from tests.core import scenes as s

STAYED = because("sleep_stayed", seconds=60)
USED = {"client1": ("traffic", -300), "gone": ("visit", 0)}
FAR_AHEAD = 9_000_000


def begun(**memory: Any) -> s.Dialogue:  # noqa: ANN401 - what a dialogue may remember
    """A Hall that starts with this memory of its server."""
    return s.unseen().remember(**memory)


def test_the_last_use_counts_after_a_restart():
    cell = begun(used=USED, up_since=-4000).tell(*s.ALL_ANSWER)
    assert cell.verdict() == "client1: Its containers had traffic 5 min ago, kept for 5 min more"
    cell.wait_until(299).expect()
    cell.wait_until(300).expect(s.ASK_GUARDS)


def test_a_server_is_watched_for_the_least_time_before_it_may_sleep():
    cell = begun(up_since=-9000).tell(*s.ALL_ANSWER)
    assert cell.verdict() == "Nobody needs it, but it is up for 0 s only: 5 min more"


def test_a_server_that_is_not_up_any_more_counts_from_when_it_is():
    cell = begun(up_since=-9000).tell(*s.SERVER_SILENT).tell(*s.ALL_ANSWER, at=100)
    assert cell.up_since == 100


def test_sleeps_that_did_not_last_are_remembered():
    cell = begun(up_since=-9000, failed_sleeps=3, next_try=900, trouble=STAYED).tell(*s.ALL_ANSWER)
    cell.wait_until(301)
    assert cell.verdict().startswith("Nobody needs it. It was told to sleep, and still answers")


def test_holds_stand_and_expire_after_a_restart():
    orders = {
        None: s.hold("asleep", 500),
        "client1": s.hold("awake", 900),
        "x": s.hold("asleep", 9),
    }
    cell = begun(orders=orders)
    assert (cell.orders(), cell.orders("client1")) == ({"asleep": 500}, {"awake": 900})
    cell.tell(*s.ALL_ANSWER).wait_until(901)
    assert (cell.orders(), cell.orders("client1")) == ({}, {})


def test_wake_now_and_sleep_now_still_count():
    called = begun(orders={"client1": AwakeUntilUnused(s.instant(-5))})
    assert called.orders("client1") == {"called": None}
    dismissed = begun(orders={"client1": AsleepUntilUsed(s.instant(0))})
    dismissed.tell(*s.ALL_ANSWER).expect(s.ASK_GUARDS)


def test_a_server_called_of_late_is_woken_on():
    cell = begun(orders={None: AwakeUntilUnused(s.instant(-30))}).tell(s.ping(ok=False))
    cell.expect(s.PACKET)
    assert begun(orders={None: AwakeUntilUnused(s.instant(-3000))}).orders() == {}


def test_a_sleep_order_that_was_out_is_not_sent_again():
    cell = begun(slept_by_order_at=-5)
    assert cell.status() == "stopping"
    cell.tell(*s.SERVER_SILENT).expect()
    assert cell.status() == "asleep"


def test_a_sleep_order_of_long_ago_says_nothing():
    assert begun(slept_by_order_at=-5000).status() == "unknown"


def test_what_must_be_remembered_is_announced():
    cell = s.unseen().tell(*s.ALL_ANSWER, at=3)
    assert [kept.up_since for kept in cell.power_kept()] == [3]
    cell.tell(s.visit(), at=10).tell(s.held("asleep", 60), WakeNow("client1"))
    assert cell.orders() == {}


def test_what_is_wanted_is_known_before_anything_was_told():
    cell = begun(orders={"client1": s.hold("asleep", 500)})
    assert (cell.closed(), cell.why()) == (("held", 500), "held")


def test_containers_that_hall_stopped_are_at_rest_after_a_restart():
    assert begun(rested={"client1": -50, "x": -50}).rested_at() == -50


def test_a_record_from_the_future_keeps_nothing_awake():
    trouble = {"failed_sleeps": 2, "next_try": FAR_AHEAD, "trouble": STAYED}
    cell = begun(used={"client1": ("visit", FAR_AHEAD)}, up_since=FAR_AHEAD, **trouble)
    cell.tell(*s.ALL_ANSWER)
    assert (cell.used_at(), cell.up_since, cell.next_try) == (0, 0, 600)


def test_an_order_from_the_future_was_given_now_at_the_latest():
    called = begun(orders={"client1": AwakeUntilUnused(s.instant(500))}, used=USED).tell(
        s.ping(ok=False)
    )
    assert called.wait_until(299).orders("client1") == {"called": None}
    assert called.wait_until(301).orders("client1") == {}
    dismissed = begun(orders={"client1": AsleepUntilUsed(s.instant(500))})
    assert dismissed.verdict("client1") == "Put to sleep by an admin 0 s ago"
    assert begun(rested={"client1": 500}).rested_at() == 0


def test_orders_from_the_future_are_not_carried_out():
    assert begun(slept_by_order_at=500).order_out is None
    assert begun(orders={None: AwakeUntilUnused(s.instant(500))}).orders() == {}


def test_what_the_server_is_wanted_for_is_known_before_anything_was_told():
    cell = begun(orders={None: s.hold("awake", 500)})
    assert cell.verdict() == "Held awake by an admin for 8 min more"


def test_a_server_up_before_the_restart_is_up_since_then():
    assert begun(up_since=-4000).tell(*s.ALL_ANSWER).up_since == -4000


def test_a_server_that_hall_was_waking_before_the_restart_did_not_come_back_by_itself():
    cell = s.resting().tell(s.visit()).restart().remember(slept_at=-40)
    assert cell.tell(*s.ALL_ANSWER, at=1).news(CameBack) == []


def test_containers_at_rest_of_a_domain_that_is_always_on_now_may_run():
    always = s.with_project().model_copy(update={"policy": s.ALWAYS.policy})
    cell = s.unseen_with_docker(client1=always).remember(rested={"client1": 0})
    cell.tell(*s.ALL_ANSWER)
    assert (cell.status(), cell.rested_at()) == ("healthy", None)


def test_a_sleep_that_the_record_has_in_the_future_began_now_at_the_latest():
    cell = begun(slept_at=FAR_AHEAD, down_since=FAR_AHEAD, used=USED).tell(*s.ALL_ANSWER, at=5)
    words = [str(event.reason) for event in cell.news(CameBack)]
    assert words == ["It came back after 5 s, without a wake order of Hall's"]
    assert cell.slept_since_use_s() == 5
