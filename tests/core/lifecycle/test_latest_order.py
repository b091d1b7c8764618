"""An admin's orders against each other, against policy, and against what was under way."""

import pytest

from hall.core.model.events import OverrideNoted
from hall.core.model.facts import PowerAnnounced, SleepNow, WakeNow
from hall.core.model.override import AsleepUntilUsed, AwakeUntilUnused
from hall.core.model.power import PowerNews
from tests.core import scenes as s

CLOSED = s.with_policy(type="scheduled", idle_minutes=1, **s.HOURS)


def unwoken() -> s.Dialogue:
    """A server that was held awake and did not wake; tried again at 430."""
    return s.resting().tell(s.held("awake", 7200), at=10).wait_until(131)


# ---- held awake --------------------------------------------------------------------------------


def test_a_server_held_awake_is_looked_at_before_it_is_woken():
    cell = s.unseen().tell(s.held("awake", 7200)).expect()
    cell.tell(s.ping(ok=False), at=1).expect(s.PACKET)


def test_a_server_that_could_not_be_woken_says_after_how_many_packets():
    words = "The server did not answer within 120 s of 18 magic packets"
    assert unwoken().server_says == words


def test_a_server_that_comes_up_after_its_wake_was_given_up_is_healthy():
    assert unwoken().tell(*s.ALL_ANSWER, at=200).server_status == "healthy"


def test_a_hold_that_is_over_leaves_no_failure():
    cell = s.resting().tell(s.held("awake", 200), at=10).wait_until(199)
    assert cell.server_status == "failed"
    assert cell.wait_until(200).server_status == "asleep"


def test_a_hold_that_is_taken_away_leaves_no_failure():
    assert unwoken().tell(s.held(None), at=200).server_status == "asleep"


def test_a_new_hold_wakes_at_once_although_the_last_one_failed():
    cell = unwoken()
    cell.expect(*s.packets(1, 18))
    cell.tell(s.held("awake", 9000), at=200).expect(s.PACKET)


def test_the_end_of_a_sleep_told_before_the_next_try_keeps_nobody_busy():
    cell = unwoken().tell(PowerAnnounced(PowerNews.WOKE_UP), at=425).wait_until(440)
    cell.expect(*s.packets(1, 18))
    cell.tell(s.ping(ok=False)).expect(s.PACKET)


def test_a_hold_asleep_ends_the_wake_of_a_hold_awake():
    cell = s.resting().tell(s.held("awake", 7200), at=10).tell(s.held("asleep", 7200), at=11)
    cell.expect(*s.packets(1, 3))
    cell.wait_until(60).expect()
    assert cell.server_status == "asleep"


def test_a_server_held_asleep_ends_wake_now_of_its_domains():
    cell = s.resting().tell(WakeNow("client1"), s.held("asleep", 60))
    assert (cell.orders(), cell.orders("client1")) == ({"asleep": 60}, {})


def test_sleep_now_outlasts_a_hold_asleep_and_both_end_with_a_hold_awake():
    cell = s.resting().tell(SleepNow("client1"), s.held("asleep", 60, "client1"))
    assert cell.orders("client1") == {"asleep": 60, "dismissed": None}
    assert cell.wait_until(61).orders("client1") == {"dismissed": None}
    cell.tell(s.held("asleep", 90, "client1"), s.held(None, domain="client1"))
    assert cell.orders("client1") == {"dismissed": None}
    assert cell.tell(s.held("awake", 90, "client1")).orders("client1") == {"awake": 90}


def test_no_hold_to_take_away_leaves_the_other_orders():
    cell = s.resting().tell(WakeNow(), WakeNow("client1"))
    cell.tell(s.held(None), s.held(None, domain="client1"))
    assert (cell.orders(), cell.orders("client1")) == ({"called": None}, {"called": None})


def test_a_domain_held_awake_forgets_sleep_now():
    cell = s.up().tell(s.visit(), at=10).tell(SleepNow(), at=20)
    cell.guards_say(s.ALICE_LOGGED_IN).tell(s.held("awake", 100, "client1"), at=30).wait_until(100)
    assert cell.verdict().startswith("client1: Visited 1 min ago")


# ---- wake now ----------------------------------------------------------------------------------


def test_wake_now_leaves_the_server_held_awake():
    cell = s.up().tell(s.held("awake", 900), WakeNow("client1"), at=10)
    assert cell.orders() == {"awake": 900}


def test_wake_now_ends_sleep_now():
    cell = s.up().tell(SleepNow(), at=20)
    cell.guards_say(s.ALICE_LOGGED_IN).tell(WakeNow("client1"), at=30)
    assert cell.verdict() == "client1: Called by an admin 0 s ago, kept for 10 min more"


def test_wake_now_is_over_with_its_use_also_while_its_hours_keep_it_awake():
    day = {"open": [{"days": ["tue"], "from": "20:00", "to": "24:00"}], "idle_minutes": 10}
    cell = s.healthy(client1=s.with_policy(type="scheduled", **day)).tell(WakeNow("client1"), at=10)
    assert cell.wait_until(609).orders("client1") == {"called": None}
    assert cell.wait_until(611).orders("client1") == {}


def test_wake_now_opens_a_closed_domain_however_long_the_wake_takes():
    cell = s.resting(client1=CLOSED).tell(WakeNow("client1"), at=10).tell(*s.ALL_ANSWER, at=110)
    assert cell.ready()
    assert cell.tell(s.ping(), at=169).ready()
    assert not cell.wait_until(170).ready()


def test_wake_now_of_a_closed_domain_is_tried_again_when_it_failed():
    cell = s.resting(client1=CLOSED).tell(WakeNow("client1"), at=10).wait_until(131)
    assert cell.status() == "failed"
    assert cell.wait_until(180).status() == "waking"


def test_wake_now_counts_until_it_is_known_whether_a_wake_is_needed():
    spec = s.with_policy(type="scheduled", **{**s.HOURS, "idle_minutes": 0.05})
    cell = s.unseen(client1=spec).tell(WakeNow("client1")).tell(s.ping(), at=5)
    assert cell.wait_until(10).status() == "waking"


def test_wake_now_and_a_hold_that_end_together_are_both_over():
    cell = s.resting().tell(WakeNow("client1"), at=10).tell(*s.ALL_ANSWER, at=40)
    cell.tell(s.held("awake", 640, "client1"), at=50).wait_until(640)
    assert cell.orders("client1") == {}


# ---- sleep now ---------------------------------------------------------------------------------


def test_sleep_now_closes_what_wake_now_opened():
    cell = s.resting(client1=CLOSED).tell(WakeNow("client1"), at=10).tell(*s.ALL_ANSWER, at=40)
    assert not cell.tell(SleepNow(), at=50).ready()


def test_sleep_now_calls_a_wish_off_that_was_not_decided():
    cell = s.unseen().tell(s.visit(), SleepNow())
    cell.wait_until(60).expect()


def test_sleep_now_asks_the_guards_anew_while_an_older_answer_is_awaited():
    cell = s.up().tell(s.visit()).wait_until(600).tell(s.visit(), at=601).tell(SleepNow(), at=602)
    cell.expect(s.ASK_GUARDS, s.ASK_GUARDS)


def test_sleep_now_does_not_act_on_what_the_guards_said_before():
    cell = s.up().tell(s.visit()).wait_until(600).tell(s.visit(), at=601)
    cell.guards_say().tell(SleepNow(), at=602).expect(s.ASK_GUARDS, s.ASK_GUARDS)
    assert cell.status() == "healthy"


def test_sleep_now_of_a_domain_forces_nothing():
    s.up().tell(SleepNow("client1", force=True), at=20).expect(s.ASK_GUARDS)


def test_sleep_now_is_not_kept_for_what_policy_wants_awake():
    spec = s.with_policy(type="scheduled", **s.HOURS)
    cell = s.resting(client1=spec).wait_until(s.OPENS).tell(*s.ALL_ANSWER)
    cell.tell(s.visit(), at=s.CLOSES - 60)
    cell.tell(SleepNow()).wait_until(s.CLOSES)
    assert cell.verdict().startswith("client1: Visited 1 min ago")


def test_sleep_now_of_one_domain_does_not_shorten_the_time_the_server_stays_up():
    cell = s.unseen(a=s.on_demand(), b=s.on_demand())
    cell.tell(s.ping(), s.app(domain="a"), s.app(domain="b")).tell(SleepNow("a"), at=20)
    assert cell.verdict() == "Nobody needs it, but it is up for 20 s only: 4 min more"
    cell.tell(SleepNow("b"), at=21).expect(s.ASK_GUARDS)


def test_a_server_held_awake_while_it_is_asked_is_asked_anew_after():
    cell = s.up().tell(s.visit()).wait_until(600).tell(s.held("awake", 620), at=601)
    cell.expect(s.ASK_GUARDS)
    cell.guards_say().expect()
    cell.wait_until(620).expect(s.ASK_GUARDS)
    assert cell.status() == "healthy"


# ---- the record --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ((SleepNow(),), [("client1", AsleepUntilUsed(s.instant(10)))]),
        ((WakeNow(),), [(None, AwakeUntilUnused(s.instant(10)))]),
        (
            (s.held("asleep", 60), s.held("asleep", 90)),
            [(None, s.hold("asleep", 60)), (None, s.hold("asleep", 90))],
        ),
    ],
)
def test_every_order_is_noted_with_its_end(facts, told):
    cell = s.resting().tell(*facts, at=10)
    assert [(event.domain, event.override) for event in cell.news(OverrideNoted)] == told


def test_wake_now_of_a_server_that_goes_to_sleep_wakes_it_after():
    cell = s.up().tell(SleepNow(), at=20)
    cell.guards_say().order_given().tell(WakeNow(), at=21).expect(s.ASK_GUARDS, s.SLEEP, s.PACKET)
    cell.tell(*s.SERVER_SILENT, at=22).expect(*s.packets(2, 3), s.PACKET)


def test_wake_now_of_a_server_that_a_domain_wakes_joins_that_wake():
    cell = s.resting().tell(s.visit()).wait_until(5).tell(WakeNow()).wait_until(6)
    cell.expect(*s.packets(1, 6))


def test_a_server_held_awake_that_stays_up_after_its_sleep_order_is_not_given_up():
    cell = s.told_to_sleep(deadlines={"network": 60, "sleep": 120})
    cell.tell(s.held("awake", 3600)).tell(s.ping(), at=719).wait_until(721)
    cell.tell(*s.ALL_ANSWER)
    assert (cell.status(), cell.verdict()[:17]) == ("healthy", "Held awake by an ")
