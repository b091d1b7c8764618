"""A server that nobody needs is put to sleep: asked first, ordered once, verified by silence."""

import pytest

from core.dialogue import LOST, Dialogue, app, healthy, ping, visit
from core.resting import (
    asked,
    guards_say,
    on_demand,
    order_given,
    sleeps,
    sleepy_server,
    verdict,
)
from hall.core.commands import SendSleep
from hall.core.events import CameBack, SleepEnded, SleepOrdered, VerdictChanged
from hall.core.facts import Announced, Carried, News, Visited
from hall.core.report import Connections, Report, Unread
from hall.core.rest import Ending

UP = (ping(), app())
SSH = {"key": "key", "user": "hall", "host_key": "ssh-ed25519 " + "A" * 68}


def idle(**changes: object) -> Dialogue:
    """A healthy server whose only domain was last used ten minutes ago: the guards are asked."""
    cell = healthy(sleepy_server(**changes), client1=on_demand()).tell(visit()).wait_until(600)
    assert verdict(cell) == "Nobody needs it; it is asked whether it is busy"
    assert asked(cell) == 1
    return cell


def ordered(**changes: object) -> Dialogue:
    """The same, a moment after the sleep order was given."""
    cell = order_given(guards_say(idle(**changes)))
    assert sleeps(cell) == 1
    return cell


def asleep(**changes: object) -> Dialogue:
    """The same, silent after a second."""
    return ordered(**changes).tell(*LOST, at=601)


def test_it_is_kept_awake_while_it_was_used_of_late():
    cell = healthy(sleepy_server(), client1=on_demand()).tell(visit(), at=100).wait_until(340)
    assert verdict(cell) == "client1: Visited 4 min ago, kept for 6 min more"
    cell.wait_until(699.9)
    assert (asked(cell), sleeps(cell)) == (0, 0)


def test_quiet_guards_let_the_order_go_out_once():
    cell = guards_say(idle())
    assert sleeps(cell) == 1
    cell.wait_until(650)
    assert sleeps(cell) == 0
    assert cell.status() == "stopping"
    assert cell.says() == "The sleep order is out, silence is awaited"


def test_silence_shows_that_it_sleeps():
    cell = asleep()
    assert (cell.status(), cell.says()) == ("asleep", "The server is asleep")
    assert [event.ending for event in cell.news(SleepEnded)] == [Ending.SILENT]
    assert verdict(cell) == "Nobody needs it, and it is asleep"


def test_an_answer_after_the_order_proves_nothing_and_lets_nobody_in():
    cell = ordered().tell(*UP, at=602)
    assert cell.status() == "stopping"
    assert not cell.ready()


def test_a_server_that_stays_up_is_said_to_and_left_alone_for_a_while():
    cell = ordered().tell(ping(), at=602).tell(*UP, at=660).tell(*UP, at=661)
    ended = cell.news(SleepEnded)
    assert [event.ending for event in ended] == [Ending.STAYED]
    assert str(ended[0].reason) == "It was told to sleep, and still answers after 60 s"
    assert cell.status() == "healthy"
    assert verdict(cell).startswith("Nobody needs it. It was told to sleep, and still answers")
    cell.wait_until(959)
    assert (asked(cell), sleeps(cell)) == (0, 0)
    cell.wait_until(961)
    assert asked(cell) == 1


def test_each_order_that_does_not_last_makes_the_next_one_wait_twice_as_long():
    cell, waits = ordered(), []
    for _ in range(9):
        order_at = cell.cell.sleep.ordered_at
        cell.tell(ping(), at=order_at + 59 - 1_700_000_000)
        cell.tell(*UP, at=order_at + 60 - 1_700_000_000)
        waits.append(cell.cell.power.after - cell.now)
        cell.tell(*UP)
        cell.wait_until(cell.cell.power.after - 1_700_000_000)
        order_given(guards_say(cell))
    assert waits == [300, 600, 1200, 2400, 4800, 9600, 19200, 21600, 21600]


def test_a_refused_order_is_told_in_its_own_words():
    cell = order_given(guards_say(idle()), "Permission denied").tell(*UP, at=601)
    assert cell.status() == "healthy"
    assert "It could not be told to sleep: Permission denied; the next try is in" in verdict(cell)


def test_a_refused_order_after_which_it_falls_silent_all_the_same_counts_as_sleep():
    cell = guards_say(idle()).tell(*LOST, at=601)
    assert cell.status() == "stopping"
    order_given(cell, "no answer in time")
    assert cell.status() == "asleep"


def test_a_server_that_comes_back_by_itself_at_once_is_told_and_waited_for():
    cell = asleep().tell(*UP, at=640)
    came_back = cell.news(CameBack)
    assert str(came_back[0].reason) == "It came back after 39 s, without a wake order of Hall's"
    cell.wait_until(640 + 600)
    assert verdict(cell).startswith("Nobody needs it; it is asked")
    assert cell.cell.power.strikes == 1


def test_a_server_woken_by_somebody_else_later_counts_from_then():
    cell = asleep().tell(*UP, at=4000)
    assert cell.cell.power.strikes == 0
    assert verdict(cell) == "Nobody needs it, but it is up for 0 s only: 5 min more"


def test_the_idle_clock_does_not_run_through_a_sleep():
    cell = asleep().tell(visit(), at=9000).tell(*UP, at=9030)
    assert cell.ready()
    cell.wait_until(9629)
    assert (asked(cell), sleeps(cell)) == (0, 0)
    assert asked(cell.wait_until(9630)) == 1


def test_who_waited_longer_than_the_idle_time_is_needed_from_the_moment_of_entry():
    spec = on_demand(idle_minutes=1, min_awake_minutes=0)
    cell = Dialogue(sleepy_server(), {"client1": spec}).tell(visit(), ping(ok=False))
    cell.tell(ping(), at=10).tell(*UP, at=85)
    assert verdict(cell) == "client1: Visited 1 min ago, kept for 1 min more"
    assert asked(cell.wait_until(144)) == 0
    assert asked(cell.wait_until(145)) == 1


def test_it_stays_up_for_the_least_time_although_nobody_needs_it():
    spec = on_demand(idle_minutes=1, min_awake_minutes=15)
    cell = healthy(sleepy_server(), client1=spec).wait_until(300)
    assert verdict(cell) == "Nobody needs it, but it is up for 5 min only: 10 min more"
    assert asked(cell.wait_until(899)) == 0
    assert asked(cell.wait_until(900)) == 1


def test_a_server_without_a_way_to_sleep_says_so():
    cell = healthy(sleepy_server(sleep=None), client1=on_demand()).wait_until(700)
    assert verdict(cell.tell(ping())) == ("Nobody needs it, but it has no way to be put to sleep")


def test_every_new_reason_is_announced_once():
    cell = healthy(sleepy_server(), client1=on_demand())
    cell.tell(visit(), at=10).tell(ping(), at=20).tell(ping(), at=30).wait_until(620)
    codes = [event.reason.code for event in cell.news(VerdictChanged)]
    assert codes == ["server_young", "server_needed", "server_asking"]


# ---- guards ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report(sessions=("alice on pts/0",)), "Logged in: alice on pts/0"),
        (Report(load=Unread("no such file")), "load cannot be read: no such file"),
        (Report(sessions=Unread("no who")), "sessions cannot be read: no who"),
        (Report(connections=Unread("denied")), "connections cannot be read: denied"),
        (None, "The server cannot be asked: no answer in time"),
    ],
)
def test_a_busy_server_stays_awake_and_says_why(report, words):
    cell = guards_say(idle(), report, "no answer in time")
    assert sleeps(cell) == 0
    assert verdict(cell) == f"Nobody needs it, but it is busy: {words}"
    assert asked(cell.wait_until(659)) == 0
    guards_say(cell.wait_until(660))
    assert sleeps(cell) == 1


def test_an_answer_that_came_too_late_is_asked_for_again():
    cell = idle().wait_until(660)
    assert asked(cell) == 1
    number = cell.cell.guards.number
    cell.tell(visit()).wait_until(700)
    assert sleeps(guards_say(cell)) == 0
    assert number == 2


def test_what_the_server_said_before_the_last_visit_does_not_count():
    cell = idle().tell(visit(), at=601)
    assert sleeps(guards_say(cell)) == 0
    cell.wait_until(1201)
    assert asked(cell) == 1
    assert sleeps(cell) == 0


def test_an_answer_nobody_asked_for_is_not_taken():
    cell = healthy(sleepy_server(), client1=on_demand())
    assert guards_say(cell).cell.guards.read_at is None


# ---- a visitor who comes while it goes to sleep -----------------------------------------------


def test_a_visitor_who_comes_while_it_goes_to_sleep_is_let_in_after_it():
    cell = ordered().tell(visit(), at=601)
    assert (cell.status(), cell.why()) == ("waking", "wake_overtakes")
    cell.tell(*LOST, at=602)
    assert (cell.status(), cell.why()) == ("waking", "wake_sent")
    assert cell.packets
    assert cell.tell(*UP, at=630).ready()
    assert cell.news(CameBack) == []


def test_no_wake_order_leaves_while_the_sleep_order_is_on_its_way():
    cell = guards_say(idle()).tell(visit(), at=601).wait_until(603)
    assert cell.packets == []
    order_given(cell)
    assert cell.packets == [1]


def test_a_visitor_goes_in_when_the_server_stays_up_after_all():
    cell = ordered(deadlines={"sleep": 30}).tell(visit(), at=601)
    for second in (605, 615, 629):
        assert not cell.tell(*UP, at=second).ready()
    cell.wait_until(630).tell(*UP)
    assert cell.ready()
    assert [event.ending for event in cell.news(SleepEnded)] == [Ending.STAYED]


def test_a_wake_that_began_on_a_sleep_order_teaches_no_boot_time():
    cell = ordered().tell(visit(), at=601).tell(*LOST, at=602).tell(*UP, at=630)
    assert cell.ready()
    assert cell.domain().history == ()


def test_it_is_never_ordered_to_sleep_while_a_wake_is_asked_for_or_runs():
    cell = idle().tell(app(ok=False)).tell(Visited("client1"))
    assert sleeps(guards_say(cell)) == 0


# ---- what the server announces by itself -------------------------------------------------------


def test_a_server_that_announces_its_sleep_is_believed_and_watched():
    cell = healthy(sleepy_server(), client1=on_demand())
    cell.tell(Announced(News.GOING_TO_SLEEP), at=50)
    assert (cell.status(), cell.why()) == ("stopping", "sleep_announced")
    ordered_events = cell.news(SleepOrdered)
    assert [event.announced for event in ordered_events] == [True]
    assert cell.tell(*LOST, at=51).status() == "asleep"


def test_an_announcement_after_the_order_is_no_second_sleep():
    cell = ordered().tell(Announced(News.GOING_TO_SLEEP), at=601)
    assert len(cell.news(SleepOrdered)) == 1
    assert cell.tell(*LOST, at=602).status() == "asleep"


def test_a_server_that_says_it_is_back_is_looked_at_anew():
    cell = healthy(sleepy_server(), client1=on_demand()).tell(visit(), at=200)
    cell.tell(Announced(News.WOKE_UP), at=300)
    assert not cell.ready()
    assert cell.tell(*UP, at=300.1).ready()
    assert cell.cell.power.up_since == cell.now


def test_a_sleep_too_short_to_be_seen_is_known_by_the_announcement_of_its_end():
    cell = ordered().tell(Announced(News.WOKE_UP), at=603)
    assert [event.ending for event in cell.news(SleepEnded)] == [Ending.SILENT]
    cell.tell(*UP, at=603.1)
    assert cell.cell.power.strikes == 1


def test_a_server_that_was_silent_and_said_nothing_more_is_taken_to_sleep_at_the_deadline():
    cell = ordered().tell(ping(ok=False), at=602).wait_until(660)
    assert cell.status() == "asleep"


def test_what_came_of_another_order_than_the_one_that_is_out_says_nothing():
    cell = guards_say(idle()).tell(Carried(SendSleep("main", "another", 60)))
    assert cell.cell.sleep is not None
    assert cell.cell.sleep.carried_at is None


def test_a_busy_load_is_told_with_its_limit():
    cell = guards_say(idle(), Report(load=0.72))
    assert verdict(cell).endswith("Load 0.72 per CPU, expected under 0.5")
    assert sleeps(guards_say(cell.wait_until(660), Report(load=0.1))) == 1


def test_any_load_may_be_allowed():
    cell = guards_say(idle(guards={"load": None}, ssh=SSH), Report(load=9.0))
    assert sleeps(cell) == 1


def test_all_that_is_busy_is_named_and_what_is_too_much_is_counted():
    many = tuple(f"user{n} on pts/{n}" for n in range(7))
    cell = guards_say(
        idle(), Report(sessions=many, inhibitors=("apt",), connections=(Connections("web", 2),))
    )
    words = verdict(cell)
    assert "user4 on pts/4 +2; Sleep is inhibited by apt; Open connections into web (2)" in words
