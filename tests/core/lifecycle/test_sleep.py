"""A server that nobody needs is put to sleep: asked first, ordered once, verified by silence."""

import pytest

from hall.core.model.commands import SendSleep
from hall.core.model.events import CameBack, SleepEnded, SleepOrdered, VerdictChanged
from hall.core.model.facts import CommandDone, PowerAnnounced, Visited
from hall.core.model.guards import ConnectionCount, GuardReport, Unreadable
from hall.core.model.power import Ending, PowerNews
from tests.core import scenes as s

SSH = {"key": "key", "user": "hall", "host_key": "ssh-ed25519 " + "A" * 68}


def test_it_is_kept_awake_while_it_was_used_of_late():
    cell = s.up().tell(s.visit(), at=100)
    cell.wait_until(340)
    assert cell.verdict() == "client1: Visited 4 min ago, kept for 6 min more"
    cell.wait_until(699.9).expect()
    cell.expect()


def test_quiet_guards_let_the_order_go_out_once():
    cell = s.idle().guards_say().expect(s.SLEEP)
    cell.wait_until(650).expect()
    assert cell.status() == "stopping"
    assert cell.says() == "Going to sleep"


def test_silence_shows_that_it_sleeps():
    cell = s.slept()
    assert (cell.status(), cell.says()) == ("asleep", "The server is asleep")
    assert [event.ending for event in cell.news(SleepEnded)] == [Ending.SILENT]
    assert cell.verdict() == "Nobody needs it, and it is asleep"


def test_an_answer_after_the_order_proves_nothing_and_lets_nobody_in():
    cell = s.told_to_sleep().tell(*s.ALL_ANSWER, at=602)
    assert cell.status() == "stopping"
    assert not cell.ready()


def test_a_server_that_stays_up_is_said_to_and_left_alone_for_a_while():
    cell = s.told_to_sleep().tell(s.ping(), at=602).tell(*s.ALL_ANSWER, at=660)
    cell.tell(*s.ALL_ANSWER, at=661)
    ended = cell.news(SleepEnded)
    assert [event.ending for event in ended] == [Ending.STAYED]
    assert str(ended[0].reason) == "It was told to sleep, and still answers after 60 s"
    assert cell.status() == "healthy"
    assert cell.verdict().startswith("Nobody needs it. It was told to sleep, and still answers")
    cell.wait_until(959).expect()
    cell.expect()
    cell.wait_until(961).expect(s.ASK_GUARDS)


def test_each_order_that_does_not_last_makes_the_next_one_wait_twice_as_long():
    cell, waits = s.told_to_sleep(), []
    for _ in range(9):
        order_at = cell.now
        cell.tell(s.ping(), at=order_at + 59)
        cell.tell(*s.ALL_ANSWER, at=order_at + 60)
        waits.append(cell.next_try - cell.now)
        cell.tell(*s.ALL_ANSWER)
        cell.wait_until(cell.next_try)
        cell.guards_say().order_given()
    assert waits == [300, 600, 1200, 2400, 4800, 9600, 19200, 21600, 21600]
    cell.expect(
        s.ASK_GUARDS,
        s.SLEEP,
        s.ASK_GUARDS,
        s.SLEEP,
        s.ASK_GUARDS,
        s.SLEEP,
        s.ASK_GUARDS,
        s.SLEEP,
        s.ASK_GUARDS,
        s.SLEEP,
        s.ASK_GUARDS,
        s.SLEEP,
        s.ASK_GUARDS,
        s.SLEEP,
        s.ASK_GUARDS,
        s.SLEEP,
        s.ASK_GUARDS,
        s.SLEEP,
    )


def test_a_refused_order_is_told_in_its_own_words():
    cell = s.idle().guards_say().order_given("Permission denied").tell(*s.ALL_ANSWER, at=601)
    assert cell.status() == "healthy"
    assert "It could not be told to sleep: Permission denied; the next try is in" in cell.verdict()
    cell.expect(s.SLEEP)


def test_a_refused_order_after_which_it_falls_silent_all_the_same_counts_as_sleep():
    cell = s.idle().guards_say().tell(*s.SERVER_SILENT, at=601)
    assert cell.status() == "stopping"
    cell.order_given("no answer in time")
    assert cell.status() == "asleep"
    cell.expect(s.SLEEP)


def test_a_server_that_comes_back_by_itself_at_once_is_told_and_waited_for():
    cell = s.slept().tell(*s.ALL_ANSWER, at=640)
    came_back = cell.news(CameBack)
    assert str(came_back[0].reason) == "It came back after 39 s, without a wake order of Hall's"
    cell.wait_until(640 + 600)
    assert cell.verdict().startswith("Nobody needs it; it is asked")
    assert cell.failed_sleeps == 1
    cell.expect(*[s.ASK_GUARDS] * 6)


def test_a_server_woken_by_somebody_else_later_counts_from_then():
    cell = s.slept().tell(*s.ALL_ANSWER, at=4000)
    assert cell.failed_sleeps == 0
    assert cell.verdict() == "Nobody needs it, but it is up for 0 s only: 5 min more"


def test_the_idle_clock_does_not_run_through_a_sleep():
    cell = s.slept().tell(s.visit(), at=9000).tell(*s.ALL_ANSWER, at=9030)
    assert cell.ready()
    cell.wait_until(9629).expect(*s.packets(1, 9))
    cell.expect()
    cell.wait_until(9630).expect(s.ASK_GUARDS)


def test_who_waited_longer_than_the_idle_time_is_needed_from_the_moment_of_entry():
    spec = s.on_demand(idle_minutes=1, min_awake_minutes=0)
    cell = s.unseen(client1=spec).tell(s.visit(), s.ping(ok=False))
    cell.tell(s.ping(), at=10).tell(*s.ALL_ANSWER, at=85)
    assert cell.verdict() == "client1: Visited 1 min ago, kept for 1 min more"
    cell.wait_until(144).expect(*s.packets(1, 7))
    cell.wait_until(145).expect(s.ASK_GUARDS)


def test_it_stays_up_for_the_least_time_although_nobody_needs_it():
    spec = s.on_demand(idle_minutes=1, min_awake_minutes=15)
    cell = s.up(client1=spec).wait_until(300)
    assert cell.verdict() == "Nobody needs it, but it is up for 5 min only: 10 min more"
    cell.wait_until(899).expect()
    cell.wait_until(900).expect(s.ASK_GUARDS)


def test_a_server_without_a_way_to_sleep_says_so():
    cell = s.healthy(s.sleepy_server(sleep=None), client1=s.on_demand()).wait_until(700)
    cell.tell(s.ping())
    assert cell.verdict() == ("Nobody needs it, but it has no way to be put to sleep")


def test_every_new_reason_is_announced_once():
    cell = s.up()
    cell.tell(s.visit(), at=10).tell(s.ping(), at=20).tell(s.ping(), at=30).wait_until(620)
    codes = [event.reason.code for event in cell.news(VerdictChanged)]
    assert codes == ["server_young", "server_needed", "server_asking"]


# ---- guards ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (GuardReport(sessions=("alice on pts/0",)), "Logged in: alice on pts/0"),
        (GuardReport(load=Unreadable("no such file")), "load cannot be read: no such file"),
        (GuardReport(sessions=Unreadable("no who")), "sessions cannot be read: no who"),
        (GuardReport(connections=Unreadable("denied")), "connections cannot be read: denied"),
        (None, "The server cannot be asked: no answer in time"),
    ],
)
def test_a_busy_server_stays_awake_and_says_why(report, words):
    cell = s.idle().guards_say(report, "no answer in time").expect()
    assert cell.verdict() == f"Nobody needs it, but it is busy: {words}"
    cell.wait_until(659).expect()
    cell.wait_until(660).guards_say().expect(s.ASK_GUARDS, s.SLEEP)


def test_an_answer_that_came_too_late_is_asked_for_again():
    cell = s.idle().wait_until(660).expect(s.ASK_GUARDS)
    cell.tell(s.visit()).wait_until(700)
    cell.guards_say().expect()


def test_what_the_server_said_before_the_last_visit_does_not_count():
    cell = s.idle().tell(s.visit(), at=601)
    cell.guards_say().expect()
    cell.wait_until(1201).expect(s.ASK_GUARDS)
    cell.expect()


def test_an_answer_nobody_asked_for_is_not_taken():
    cell = s.up()
    assert cell.guards_say().guards_heard is False


# ---- a visitor who comes while it goes to sleep -----------------------------------------------


def test_a_visitor_who_comes_while_it_goes_to_sleep_is_let_in_after_it():
    cell = s.told_to_sleep().tell(s.visit(), at=601)
    assert (cell.status(), cell.why()) == ("waking", "wake_overtakes")
    cell.tell(*s.SERVER_SILENT, at=602)
    assert (cell.status(), cell.why()) == ("waking", "wake_sent")
    cell.expect(*s.packets(1, 3), s.PACKET)
    assert cell.tell(*s.ALL_ANSWER, at=630).ready()
    assert cell.news(CameBack) == []
    cell.expect(*s.packets(2, 9))


def test_no_wake_order_leaves_while_the_sleep_order_is_on_its_way():
    cell = s.idle().guards_say().tell(s.visit(), at=601).wait_until(603).expect(s.SLEEP)
    cell.order_given().expect(s.PACKET)


def test_a_visitor_goes_in_when_the_server_stays_up_after_all():
    cell = s.told_to_sleep(deadlines={"sleep": 30}).tell(s.visit(), at=601)
    for second in (605, 615, 629):
        assert not cell.tell(*s.ALL_ANSWER, at=second).ready()
    cell.wait_until(630).tell(*s.ALL_ANSWER)
    assert cell.ready()
    assert [event.ending for event in cell.news(SleepEnded)] == [Ending.STAYED]
    cell.expect(*s.packets(1, 9))


def test_a_wake_that_began_on_a_sleep_order_teaches_no_boot_time():
    cell = s.told_to_sleep().tell(s.visit(), at=601).tell(*s.SERVER_SILENT, at=602)
    cell.tell(*s.ALL_ANSWER, at=630)
    assert cell.ready()
    assert cell.history() == ()
    cell.expect(*s.packets(1, 3), *s.packets(1, 9))


def test_it_is_never_ordered_to_sleep_while_a_wake_is_asked_for_or_runs():
    cell = s.idle().tell(s.app(ok=False)).tell(Visited("client1"))
    cell.guards_say().expect()


# ---- what the server announces by itself -------------------------------------------------------


def test_a_server_that_announces_its_sleep_is_believed_and_watched():
    cell = s.up()
    cell.tell(PowerAnnounced(PowerNews.GOING_TO_SLEEP), at=50)
    assert (cell.status(), cell.why()) == ("stopping", "sleep_announced")
    ordered_events = cell.news(SleepOrdered)
    assert [event.announced for event in ordered_events] == [True]
    assert cell.tell(*s.SERVER_SILENT, at=51).status() == "asleep"


def test_an_announcement_after_the_order_is_no_second_sleep():
    cell = s.told_to_sleep().tell(PowerAnnounced(PowerNews.GOING_TO_SLEEP), at=601)
    assert len(cell.news(SleepOrdered)) == 1
    assert cell.tell(*s.SERVER_SILENT, at=602).status() == "asleep"


def test_a_server_that_says_it_is_back_is_looked_at_anew():
    cell = s.up().tell(s.visit(), at=200)
    cell.tell(PowerAnnounced(PowerNews.WOKE_UP), at=300)
    assert not cell.ready()
    assert cell.tell(*s.ALL_ANSWER, at=300.1).ready()
    assert cell.up_since == cell.now


def test_a_sleep_too_short_to_be_seen_is_known_by_the_announcement_of_its_end():
    cell = s.told_to_sleep().tell(PowerAnnounced(PowerNews.WOKE_UP), at=603)
    assert [event.ending for event in cell.news(SleepEnded)] == [Ending.SILENT]
    cell.tell(*s.ALL_ANSWER, at=603.1)
    assert cell.failed_sleeps == 1


def test_a_server_that_was_silent_and_said_nothing_more_is_taken_to_sleep_at_the_deadline():
    cell = s.told_to_sleep().tell(s.ping(ok=False), at=602).wait_until(660)
    assert cell.status() == "asleep"


def test_what_came_of_another_order_than_the_one_that_is_out_says_nothing():
    cell = s.idle().guards_say().tell(CommandDone(SendSleep("main", "another", 60)))
    assert cell.order_out == "on its way"
    cell.expect(s.SLEEP)


def test_a_busy_load_is_told_with_its_limit():
    cell = s.idle().guards_say(GuardReport(load=0.72))
    assert cell.verdict().endswith("Load 0.72 per CPU, expected under 0.5")
    cell.wait_until(660).guards_say(GuardReport(load=0.1)).expect(s.ASK_GUARDS, s.SLEEP)


def test_any_load_may_be_allowed():
    s.idle(guards={"load": None}, ssh=SSH).guards_say(GuardReport(load=9.0)).expect(s.SLEEP)


def test_all_that_is_busy_is_named_and_what_is_too_much_is_counted():
    many = tuple(f"user{n} on pts/{n}" for n in range(7))
    cell = s.idle().guards_say(
        GuardReport(sessions=many, inhibitors=("apt",), connections=(ConnectionCount("web", 2),))
    )
    words = cell.verdict()
    assert "user4 on pts/4 +2; Sleep is inhibited by apt; Open connections into web (2)" in words
