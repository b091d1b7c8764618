"""An admin's orders against each other, against policy, and against what was under way."""

import pytest

from core.dialogue import EPOCH, LOST, Dialogue, app, ping, visit
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
from core.test_holds import BUSY, UP, resting, up
from core.test_policy import CLOSES, HOURS, OPENS
from hall.core.events import HoldNoted
from hall.core.facts import Announced, Called, Dismissed, Held, News

CLOSED = with_policy(type="scheduled", idle_minutes=1, **HOURS)


def unwoken() -> Dialogue:
    """A server that was held awake and did not wake; tried again at 430."""
    return resting().tell(Held(hold("awake", 7200)), at=10).wait_until(131)


def server(cell: Dialogue) -> str:
    """The status of the server."""
    return cell.cell.standing.status.value


# ---- held awake --------------------------------------------------------------------------------


def test_a_server_held_awake_is_looked_at_before_it_is_woken():
    cell = Dialogue(sleepy_server(), {"client1": on_demand()}).tell(Held(hold("awake", 7200)))
    assert cell.packets == []
    assert cell.tell(ping(ok=False), at=1).packets == [1]


def test_a_server_that_could_not_be_woken_says_after_how_many_packets():
    words = "The server did not answer within 120 s of 18 magic packets"
    assert str(unwoken().cell.standing.reason) == words


def test_a_server_that_comes_up_after_its_wake_was_given_up_is_healthy():
    assert server(unwoken().tell(*UP, at=200)) == "healthy"


def test_a_hold_that_is_over_leaves_no_failure():
    cell = resting().tell(Held(hold("awake", 200)), at=10).wait_until(199)
    assert server(cell) == "failed"
    assert server(cell.wait_until(200)) == "asleep"


def test_a_hold_that_is_taken_away_leaves_no_failure():
    assert server(unwoken().tell(Held(None), at=200)) == "asleep"


def test_a_new_hold_wakes_at_once_although_the_last_one_failed():
    cell = unwoken()
    cell.hear()
    assert cell.tell(Held(hold("awake", 9000)), at=200).packets == [1]


def test_the_end_of_a_sleep_told_before_the_next_try_keeps_nobody_busy():
    cell = unwoken().tell(Announced(News.WOKE_UP), at=425).wait_until(440)
    cell.hear()
    assert cell.tell(ping(ok=False)).packets == [1]


def test_a_hold_asleep_ends_the_wake_of_a_hold_awake():
    cell = resting().tell(Held(hold("awake", 7200)), at=10).tell(Held(hold("asleep", 7200)), at=11)
    cell.hear()
    assert (cell.wait_until(60).packets, server(cell)) == ([], "asleep")


def test_a_domain_held_awake_forgets_sleep_now():
    cell = up().tell(visit(), at=10).tell(Dismissed(), at=20)
    guards_say(cell, BUSY).tell(Held(hold("awake", 100), "client1"), at=30).wait_until(100)
    assert verdict(cell).startswith("client1: Visited 1 min ago")


# ---- wake now ----------------------------------------------------------------------------------


def test_wake_now_leaves_the_server_held_awake():
    cell = up().tell(Held(hold("awake", 900)), Called("client1"), at=10)
    assert cell.cell.hold == hold("awake", 900)


def test_wake_now_ends_sleep_now():
    cell = up().tell(Dismissed(), at=20)
    guards_say(cell, BUSY).tell(Called("client1"), at=30)
    assert verdict(cell) == "client1: Called by an admin 0 s ago, kept for 10 min more"


def test_wake_now_opens_a_closed_domain_however_long_the_wake_takes():
    cell = resting(client1=CLOSED).tell(Called("client1"), at=10).tell(*UP, at=110)
    assert cell.ready()
    assert cell.tell(ping(), at=169).ready()
    assert not cell.wait_until(170).ready()


def test_wake_now_of_a_closed_domain_is_tried_again_when_it_failed():
    cell = resting(client1=CLOSED).tell(Called("client1"), at=10).wait_until(131)
    assert cell.status() == "failed"
    assert cell.wait_until(180).status() == "waking"


def test_wake_now_counts_until_it_is_known_whether_a_wake_is_needed():
    spec = with_policy(type="scheduled", **{**HOURS, "idle_minutes": 0.05})
    cell = Dialogue(sleepy_server(), {"client1": spec}).tell(Called("client1")).tell(ping(), at=5)
    assert cell.wait_until(10).status() == "waking"


def test_wake_now_and_a_hold_that_end_together_are_both_over():
    cell = resting().tell(Called("client1"), at=10).tell(*UP, at=40)
    cell.tell(Held(hold("awake", 640), "client1"), at=50).wait_until(640)
    assert (cell.domain().hold, cell.domain().called_at) == (None, None)


# ---- sleep now ---------------------------------------------------------------------------------


def test_sleep_now_closes_what_wake_now_opened():
    cell = resting(client1=CLOSED).tell(Called("client1"), at=10).tell(*UP, at=40)
    assert not cell.tell(Dismissed(), at=50).ready()


def test_sleep_now_calls_a_wish_off_that_was_not_decided():
    cell = Dialogue(sleepy_server(), {"client1": on_demand()}).tell(visit(), Dismissed())
    assert cell.wait_until(60).packets == []


def test_sleep_now_asks_the_guards_anew_while_an_older_answer_is_awaited():
    cell = up().tell(visit()).wait_until(600).tell(visit(), at=601).tell(Dismissed(), at=602)
    assert asked(cell) == 2


def test_sleep_now_does_not_act_on_what_the_guards_said_before():
    cell = up().tell(visit()).wait_until(600).tell(visit(), at=601)
    guards_say(cell).tell(Dismissed(), at=602)
    assert (asked(cell), cell.status()) == (2, "healthy")


def test_sleep_now_of_a_domain_forces_nothing():
    assert asked(up().tell(Dismissed("client1", force=True), at=20)) == 1


def test_sleep_now_is_not_kept_for_what_policy_wants_awake():
    spec = with_policy(type="scheduled", **HOURS)
    cell = resting(client1=spec).wait_until(OPENS).tell(*UP).tell(visit(), at=CLOSES - 60)
    cell.tell(Dismissed()).wait_until(CLOSES)
    assert verdict(cell).startswith("client1: Visited 1 min ago")


def test_sleep_now_of_one_domain_does_not_shorten_the_time_the_server_stays_up():
    cell = Dialogue(sleepy_server(), {"a": on_demand(), "b": on_demand()})
    cell.tell(ping(), app(domain="a"), app(domain="b")).tell(Dismissed("a"), at=20)
    assert verdict(cell) == "Nobody needs it, but it is up for 20 s only: 4 min more"
    assert asked(cell.tell(Dismissed("b"), at=21)) == 1


def test_a_server_held_awake_while_it_is_asked_is_asked_anew_after():
    cell = up().tell(visit()).wait_until(600).tell(Held(hold("awake", 620)), at=601)
    assert (asked(cell), sleeps(guards_say(cell))) == (1, 0)
    assert (asked(cell.wait_until(620)), cell.status()) == (1, "healthy")


# ---- the record --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ((Dismissed(),), [("client1", "dismissed", None)]),
        ((Called(),), [(None, "called", None)]),
        (
            (Held(hold("asleep", 60)), Held(hold("asleep", 90))),
            [(None, "asleep", EPOCH + 60), (None, "asleep", EPOCH + 90)],
        ),
    ],
)
def test_every_order_is_noted_with_its_end(facts, told):
    cell = resting().tell(*facts, at=10)
    assert [(event.domain, event.kind, event.until) for event in cell.news(HoldNoted)] == told


def test_wake_now_of_a_server_that_goes_to_sleep_wakes_it_after():
    cell = up().tell(Dismissed(), at=20)
    order_given(guards_say(cell)).tell(Called(), at=21).hear()
    assert cell.tell(*LOST, at=22).packets[-1] == 1
