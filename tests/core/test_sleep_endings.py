"""What ends a sleep order, what is remembered of it, and what a comeback is."""

from core.dialogue import LOST, Dialogue, app, docker, healthy, ping, visit
from core.resting import asked, guards_say, on_demand, order_given, sleepy_server, verdict
from core.test_sleep_weather import unpinged
from core.test_sleeping import UP, asleep, idle, ordered
from hall.core.events import CameBack, PowerNoted, SleepEnded, VerdictChanged
from hall.core.facts import Announced, Dismissed, News
from hall.core.report import Report
from hall.core.rest import Ending

GOING, BACK = Announced(News.GOING_TO_SLEEP), Announced(News.WOKE_UP)


def endings(cell: Dialogue) -> list[Ending]:
    """How the sleep orders of late ended."""
    return [event.ending for event in cell.news(SleepEnded)]


def up(**policy: object) -> Dialogue:
    """A healthy server that may sleep again at once."""
    return healthy(sleepy_server(), client1=on_demand(**{"min_awake_minutes": 0, **policy}))


# ---- silence -----------------------------------------------------------------------------------


def test_the_verdict_says_at_once_that_the_order_went_out():
    assert verdict(guards_say(idle())) == "The sleep order went out 0 s ago"


def test_nothing_that_was_seen_before_the_order_counts_after_it():
    cell = ordered()
    assert cell.check("app") == ("pending", "waits_for_server")
    cell.wait_until(660)
    assert cell.check("network") == ("pending", "not_looked")
    assert not cell.tell(ping()).ready()


def test_an_answer_between_lost_looks_starts_the_count_anew():
    cell = ordered().tell(*LOST[:2], ping(), *LOST[:2], at=602)
    assert cell.status() == "stopping"
    assert cell.tell(ping(ok=False)).status() == "asleep"


def test_the_time_to_fall_silent_counts_from_when_the_order_was_given():
    cell = order_given(guards_say(idle()).wait_until(610)).tell(ping(), at=620)
    assert cell.wait_until(669).status() == "stopping"
    assert endings(cell.wait_until(670)) == [Ending.STAYED]


def test_one_lost_look_after_answers_is_no_sleep_at_the_deadline():
    cell = ordered().tell(ping(), at=602).tell(ping(ok=False), at=659).wait_until(660)
    assert endings(cell) == [Ending.STAYED]


def test_a_server_that_nobody_looked_at_is_not_said_to_sleep():
    assert endings(ordered().wait_until(660)) == [Ending.STAYED]


def test_where_ping_is_filtered_more_looks_must_be_lost():
    cell = unpinged().tell(*[docker(ok=False)] * 5, at=602)
    assert cell.status() == "stopping"
    assert cell.tell(docker(ok=False)).status() == "asleep"


def test_a_server_that_fell_silent_is_failing_and_no_more_awaited():
    assert asleep().check("network") == ("failing", "fell_silent")


def test_what_was_asked_before_the_server_slept_is_not_answered_after():
    cell = idle().tell(GOING, at=601).tell(BACK, at=602).tell(*UP, at=603)
    assert guards_say(cell).cell.guards.read_at is None


def test_what_the_server_said_before_it_slept_is_not_told_after():
    busy = Report(sessions=("alice on pts/0",))
    cell = guards_say(idle(), busy).tell(GOING, at=610).tell(*LOST, at=611).tell(*UP, at=5000)
    cell.news(VerdictChanged)
    cell.wait_until(5301)
    assert [event.reason.code for event in cell.news(VerdictChanged)] == ["server_asking"]


# ---- coming back -------------------------------------------------------------------------------


def test_a_server_that_a_failed_wake_woke_late_did_not_come_back_by_itself():
    cell = asleep().tell(visit(), at=700).wait_until(821)
    assert cell.status() == "failed"
    assert cell.tell(*UP, at=825).news(CameBack) == []


def test_a_wake_before_the_last_sleep_does_not_explain_a_comeback():
    cell = asleep().tell(visit(), at=2000).tell(*UP, at=2030).wait_until(2630)
    order_given(guards_say(cell)).tell(*LOST, at=2631).tell(*UP, at=2640)
    assert len(cell.news(CameBack)) == 1


def test_a_server_that_goes_down_later_by_itself_does_not_come_back_from_its_sleep():
    cell = asleep().tell(*UP, at=4000)
    cell.news(CameBack)
    assert cell.tell(*LOST, at=4010).tell(*UP, at=4020).news(CameBack) == []


def test_a_sleep_of_exactly_the_least_time_lasted():
    cell = order_given(guards_say(idle()), "no route").tell(*UP, at=601).wait_until(901)
    order_given(guards_say(cell)).tell(*LOST, at=902).tell(*UP, at=1202)
    assert (cell.cell.power.strikes, cell.cell.power.trouble) == (0, None)


def test_a_server_that_was_off_is_young_again():
    cell = up(min_awake_minutes=5).tell(*LOST, at=400).tell(*UP, at=5000)
    assert verdict(cell) == "Nobody needs it, but it is up for 0 s only: 5 min more"


# ---- the idle clock ----------------------------------------------------------------------------


def test_the_idle_clock_goes_on_where_it_was_when_the_server_went_down():
    cell = up().tell(visit(), at=100).tell(*LOST, at=500).tell(*UP, at=5000)
    cell.hear()
    assert asked(cell.wait_until(5199)) == 0
    assert asked(cell.wait_until(5200)) == 1


def test_two_sleeps_without_use_between_them_are_both_taken_off():
    cell = up().tell(visit(), at=100).tell(*LOST, at=200).tell(*UP, at=1000)
    cell.tell(*LOST, at=1100).tell(*UP, at=2000).hear()
    assert asked(cell.wait_until(2399)) == 0
    assert asked(cell.wait_until(2400)) == 1


def test_sleeps_that_nobody_saw_begin_do_not_add_up_to_more_than_the_time_since():
    cell = up().tell(visit(), at=100).tell(*LOST, at=200).tell(*UP, at=1000)
    for at in (4000, 7000, 10_000):
        cell.tell(BACK, at=at).tell(*UP)
    cell.hear()
    assert asked(cell.wait_until(10_599)) == 0
    assert asked(cell.wait_until(10_600)) == 1


# ---- what must be remembered -------------------------------------------------------------------


def test_a_pause_that_an_order_ends_is_noted():
    cell = order_given(guards_say(idle()), "no route").tell(*UP, at=601)
    cell.news(PowerNoted)
    noted = cell.tell(Dismissed(), at=700).news(PowerNoted)
    assert [event.power.after for event in noted] == [0.0]


def test_a_sleep_of_a_server_not_yet_seen_up_is_noted():
    cell = up().tell(BACK, at=50).tell(GOING, at=51)
    cell.news(PowerNoted)
    noted = cell.tell(*LOST, at=52).news(PowerNoted)
    assert [(event.power.slept_at, event.power.down_since) for event in noted] == [(cell.now,) * 2]


def test_what_an_admin_forces_passes_over_the_guards_once():
    cell = healthy(sleepy_server(), client1=on_demand()).tell(Dismissed(force=True), at=20)
    assert verdict(cell) == "The sleep order went out 0 s ago"
    order_given(cell).tell(*LOST, at=21).tell(*UP, app(), at=5000).wait_until(5301)
    assert verdict(cell) == "Nobody needs it; it is asked whether it is busy"
