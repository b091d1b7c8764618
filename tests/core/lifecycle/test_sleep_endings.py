"""What ends a sleep order, what is remembered of it, and what a comeback is."""

from hall.core.model.events import CameBack, PowerNoted, SleepEnded, VerdictChanged
from hall.core.model.facts import PowerAnnounced, SleepNow
from hall.core.model.guards import GuardReport
from hall.core.model.power import Ending, PowerNews
from tests.core import scenes as s

GOING, BACK = PowerAnnounced(PowerNews.GOING_TO_SLEEP), PowerAnnounced(PowerNews.WOKE_UP)


def endings(cell: s.Dialogue) -> list[Ending]:
    """How the sleep orders of late ended."""
    return [event.ending for event in cell.news(SleepEnded)]


def hasty(**policy: object) -> s.Dialogue:
    """A healthy server that may sleep again at once."""
    return s.up(client1=s.on_demand(**{"min_awake_minutes": 0, **policy}))


# ---- silence -----------------------------------------------------------------------------------


def test_the_verdict_says_at_once_that_the_order_went_out():
    cell = s.idle().guards_say().expect(s.SLEEP)
    assert cell.verdict() == "The sleep order went out 0 s ago"


def test_nothing_that_was_seen_before_the_order_counts_after_it():
    cell = s.told_to_sleep()
    assert cell.check("app") == ("pending", "waits_for_server")
    cell.wait_until(660)
    assert cell.check("network") == ("pending", "not_looked")
    assert not cell.tell(s.ping()).ready()


def test_an_answer_between_lost_looks_starts_the_count_anew():
    cell = s.told_to_sleep().tell(*s.SERVER_SILENT[:2], s.ping(), *s.SERVER_SILENT[:2], at=602)
    assert cell.status() == "stopping"
    assert cell.tell(s.ping(ok=False)).status() == "asleep"


def test_the_time_to_fall_silent_counts_from_when_the_order_was_given():
    cell = s.idle().guards_say().wait_until(610).order_given().tell(s.ping(), at=620)
    assert cell.wait_until(669).status() == "stopping"
    assert endings(cell.wait_until(670)) == [Ending.STAYED]
    cell.expect(s.SLEEP)


def test_one_lost_look_after_answers_is_no_sleep_at_the_deadline():
    cell = s.told_to_sleep().tell(s.ping(), at=602).tell(s.ping(ok=False), at=659).wait_until(660)
    assert endings(cell) == [Ending.STAYED]


def test_a_server_that_nobody_looked_at_is_not_said_to_sleep():
    assert endings(s.told_to_sleep().wait_until(660)) == [Ending.STAYED]


def test_where_ping_is_filtered_more_looks_must_be_lost():
    cell = s.unpinged_and_told_to_sleep().tell(*[s.docker(ok=False)] * 5, at=602)
    assert cell.status() == "stopping"
    assert cell.tell(s.docker(ok=False)).status() == "asleep"


def test_a_server_that_fell_silent_is_failing_and_no_more_awaited():
    assert s.slept().check("network") == ("failing", "fell_silent")


def test_what_was_asked_before_the_server_slept_is_not_answered_after():
    cell = s.idle().tell(GOING, at=601).tell(BACK, at=602).tell(*s.ALL_ANSWER, at=603)
    assert cell.guards_say().guards_heard is False


def test_what_the_server_said_before_it_slept_is_not_told_after():
    busy = GuardReport(sessions=("alice on pts/0",))
    cell = s.idle().guards_say(busy).tell(GOING, at=610).tell(*s.SERVER_SILENT, at=611)
    cell.tell(*s.ALL_ANSWER, at=5000)
    cell.news(VerdictChanged)
    cell.wait_until(5301)
    assert [event.reason.code for event in cell.news(VerdictChanged)] == ["server_asking"]
    cell.expect(s.ASK_GUARDS)


# ---- coming back -------------------------------------------------------------------------------


def test_a_server_that_a_failed_wake_woke_late_did_not_come_back_by_itself():
    cell = s.slept().tell(s.visit(), at=700).wait_until(821)
    assert cell.status() == "failed"
    assert cell.tell(*s.ALL_ANSWER, at=825).news(CameBack) == []
    cell.expect(*s.packets(1, 18))


def test_a_wake_before_the_last_sleep_does_not_explain_a_comeback():
    cell = s.slept().tell(s.visit(), at=2000).tell(*s.ALL_ANSWER, at=2030).wait_until(2630)
    cell.guards_say().order_given().tell(*s.SERVER_SILENT, at=2631).tell(*s.ALL_ANSWER, at=2640)
    assert len(cell.news(CameBack)) == 1
    cell.expect(*s.packets(1, 9), s.ASK_GUARDS, s.SLEEP)


def test_a_server_that_goes_down_later_by_itself_does_not_come_back_from_its_sleep():
    cell = s.slept().tell(*s.ALL_ANSWER, at=4000)
    cell.news(CameBack)
    assert cell.tell(*s.SERVER_SILENT, at=4010).tell(*s.ALL_ANSWER, at=4020).news(CameBack) == []


def test_a_sleep_of_exactly_the_least_time_lasted():
    cell = s.idle().guards_say().order_given("no route").tell(*s.ALL_ANSWER, at=601).wait_until(901)
    cell.guards_say().order_given().tell(*s.SERVER_SILENT, at=902).tell(*s.ALL_ANSWER, at=1202)
    assert (cell.failed_sleeps, cell.next_try) == (0, None)
    cell.expect(s.SLEEP, s.ASK_GUARDS, s.SLEEP)


def test_a_server_that_was_off_is_young_again():
    cell = hasty(min_awake_minutes=5).tell(*s.SERVER_SILENT, at=400).tell(*s.ALL_ANSWER, at=5000)
    assert cell.verdict() == "Nobody needs it, but it is up for 0 s only: 5 min more"


# ---- the idle clock ----------------------------------------------------------------------------


def test_the_idle_clock_goes_on_where_it_was_when_the_server_went_down():
    cell = hasty().tell(s.visit(), at=100).tell(*s.SERVER_SILENT, at=500)
    cell.tell(*s.ALL_ANSWER, at=5000)
    cell.expect(s.ASK_GUARDS, s.ASK_GUARDS)
    cell.wait_until(5199).expect()
    cell.wait_until(5200).expect(s.ASK_GUARDS)


def test_two_sleeps_without_use_between_them_are_both_taken_off():
    cell = hasty().tell(s.visit(), at=100).tell(*s.SERVER_SILENT, at=200)
    cell.tell(*s.ALL_ANSWER, at=1000)
    cell.tell(*s.SERVER_SILENT, at=1100).tell(*s.ALL_ANSWER, at=2000).expect(
        s.ASK_GUARDS, s.ASK_GUARDS
    )
    cell.wait_until(2399).expect()
    cell.wait_until(2400).expect(s.ASK_GUARDS)


def test_sleeps_that_nobody_saw_begin_do_not_add_up_to_more_than_the_time_since():
    cell = hasty().tell(s.visit(), at=100).tell(*s.SERVER_SILENT, at=200)
    cell.tell(*s.ALL_ANSWER, at=1000)
    for at in (4000, 7000, 10_000):
        cell.tell(BACK, at=at).tell(*s.ALL_ANSWER)
    cell.heard()
    cell.wait_until(10_599).expect()
    cell.wait_until(10_600).expect(s.ASK_GUARDS)


# ---- what must be remembered -------------------------------------------------------------------


def test_a_pause_that_an_order_ends_is_noted():
    cell = s.idle().guards_say().order_given("no route").tell(*s.ALL_ANSWER, at=601)
    cell.news(PowerNoted)
    assert [kept.next_try for kept in cell.tell(SleepNow(), at=700).power_kept()] == [None]
    cell.expect(s.SLEEP, s.ASK_GUARDS)


def test_a_sleep_of_a_server_not_yet_seen_up_is_noted():
    cell = hasty().tell(BACK, at=50).tell(GOING, at=51)
    cell.news(PowerNoted)
    [kept] = cell.tell(*s.SERVER_SILENT, at=52).power_kept()
    assert (kept.slept_at, kept.down_since) == (52, 52)


def test_what_an_admin_forces_passes_over_the_guards_once():
    cell = s.up().tell(SleepNow(force=True), at=20)
    assert cell.verdict() == "The sleep order went out 0 s ago"
    cell.order_given().tell(*s.SERVER_SILENT, at=21).tell(*s.ALL_ANSWER, s.app(), at=5000)
    cell.wait_until(5301)
    assert cell.verdict() == "Nobody needs it; it is asked whether it is busy"
