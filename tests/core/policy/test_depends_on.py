"""Who needs a server, how long, and when time alone changes it."""

import pytest

from hall.core.model.events import WakeStarted
from hall.core.model.facts import WakeNow
from hall.core.model.guards import GuardReport, PortUse, Unreadable
from tests.core import scenes as s

HASTY = s.on_demand(idle_minutes=0.05, min_awake_minutes=0)


# ---- who needs it ------------------------------------------------------------------------------


def test_a_server_is_not_put_to_sleep_while_a_wake_waits_for_its_project():
    cell = s.resting(client1=HASTY).tell(s.visit(), at=1).tell(s.ping(), at=30)
    assert cell.wait_until(60).verdict() == "A wake is running"
    cell.expect(*s.packets(1, 9))


def test_a_server_is_not_put_to_sleep_while_it_is_looked_whether_a_wake_is_needed():
    cell = s.unseen(client1=HASTY).tell(s.visit(), s.ping(), at=1)
    cell.wait_until(9).expect()
    assert cell.tell(s.ping()).verdict() == "A wake is running"


def test_who_needs_it_for_ever_is_named_before_who_needs_it_for_long():
    cell = s.unseen(a=s.on_demand(), b=s.ALWAYS)
    cell.tell(s.ping(), s.held("awake", 900, "a"))
    assert cell.verdict() == "b: Always on"


def test_a_server_without_domains_is_left_alone():
    assert s.Dialogue(s.sleepy_server(), {}).tell(s.ping()).verdict() == "No domain is on it"


def test_the_longest_of_the_least_times_counts():
    spec = s.on_demand(min_awake_minutes=20)
    cell = s.unseen(a=s.on_demand(), b=spec).tell(s.ping())
    cell.wait_until(1199).expect()
    cell.wait_until(1200).expect(s.ASK_GUARDS)


def test_a_load_at_the_limit_is_busy():
    s.idle().guards_say(GuardReport(load=0.5)).expect()
    s.idle().guards_say(GuardReport(load=0.49)).expect(s.SLEEP)


def test_a_named_port_that_is_in_use_is_busy_and_so_is_one_that_cannot_be_read():
    cell = s.idle().guards_say(GuardReport(ports=(PortUse(445, 2), PortUse(2049, 1))))
    assert cell.verdict().endswith("busy: Open connections to ports 445 (2), 2049 (1)")
    cell = s.idle().guards_say(GuardReport(ports=Unreadable("its table is hidden")))
    assert cell.verdict().endswith("busy: ports cannot be read: its table is hidden")
    s.idle().guards_say(GuardReport(ports=())).expect(s.SLEEP)


@pytest.mark.parametrize(("up_at", "words"), [(900, "Visited"), (911, "Up for")])
def test_what_a_server_was_woken_for_is_told_for_a_while(up_at, words):
    silent = (s.app(ok=False, domain=name) for name in ("a", "b"))
    cell = s.two_on_demand().tell(*s.NETWORK_SILENT, *silent, at=5).tell(s.visit("a"), at=10)
    cell.tell(s.ping(), s.app(domain="a"), s.app(domain="b"), at=up_at)
    cell.tell(s.ping(), at=up_at + 1)
    assert cell.verdict("a").startswith(words)


def test_a_domain_held_asleep_that_nobody_used_is_not_said_to_be_closed():
    cell = s.up()
    cell.tell(s.held("asleep", 900, "client1"))
    assert cell.verdict("client1") == "Not used yet"


# ---- traffic -----------------------------------------------------------------------------------


def test_one_measure_is_no_measure():
    cell = s.unseen_with_docker(client1=s.with_project())
    cell.tell(*s.ALL_ANSWER).tell(s.traffic(0), at=601)
    assert cell.verdict().endswith("Their traffic is being measured")


def test_a_measure_after_one_that_failed_is_the_first():
    cell = s.measured().tell(s.traffic(None, why="gone"), at=610).tell(s.traffic(10), at=640)
    assert cell.verdict().endswith("Their traffic is being measured")


def test_two_measures_at_the_same_instant_say_nothing():
    cell = s.measured().tell(s.traffic(10))
    assert cell.verdict().endswith("Their traffic is being measured")


def test_a_measure_counts_for_ninety_seconds():
    cell = s.measured().wait_until(689)
    assert cell.verdict() == "Nobody needs it; it is asked whether it is busy"
    assert "not known" in cell.wait_until(690).verdict()


def test_an_old_measure_is_noticed_though_nothing_is_told():
    cell = s.measured()
    assert "not known" in cell.wait_until(5000).verdict()


def test_all_that_a_new_counter_counted_is_traffic():
    cell = s.measured().tell(s.traffic(500_000_000), at=630).tell(s.traffic(200_000), at=660)
    assert cell.used_at() == 660
    cell.tell(s.traffic(100), at=690)
    assert cell.used_at() == 660


def test_a_measure_from_before_the_server_was_lost_is_forgotten():
    cell = s.measured().tell(*s.SERVER_SILENT, at=610).tell(*s.ALL_ANSWER, at=620)
    cell.tell(s.traffic(20), at=630)
    assert cell.verdict().endswith("Their traffic is being measured")


def test_a_measure_that_comes_after_docker_was_lost_is_not_taken():
    cell = s.measured().tell(*s.SERVER_SILENT, at=610).tell(s.traffic(20), at=611)
    assert not cell.measured()


# ---- alarms ------------------------------------------------------------------------------------


def test_a_wake_by_policy_that_failed_is_tried_again_in_its_own_time():
    cell = s.resting(client1=s.ALWAYS).wait_until(400)
    assert [round(s.second(event.at)) for event in cell.news(WakeStarted)] == [0, 140, 300]


def test_pushes_start_anew_after_two_quiet_hours():
    cell = s.resting(client1=s.ALWAYS).tell(*s.ALL_ANSWER, at=10)
    cell.tell(*s.SERVER_SILENT, at=20)
    cell.tell(*s.ALL_ANSWER, at=70).tell(*s.SERVER_SILENT, at=8000).tell(*s.ALL_ANSWER, at=8010)
    cell.tell(*s.SERVER_SILENT, at=8020).news(WakeStarted)
    assert [s.second(event.at) for event in cell.wait_until(8060).news(WakeStarted)] == [8060]


def test_a_hold_on_a_server_that_cannot_be_put_to_sleep_ends_by_itself():
    cell = s.healthy(s.sleepy_server(sleep=None), client1=s.on_demand())
    assert cell.tell(s.held("awake", 60)).wait_until(61).orders() == {}


def test_a_schedule_on_a_server_that_cannot_be_put_to_sleep_is_kept():
    cell = s.asleep(s.sleepy_server(sleep=None), client1=s.SCHEDULED).wait_until(s.OPENS - 419)
    assert cell.status() == "waking"


def test_wake_now_that_failed_is_not_tried_again():
    cell = s.resting().tell(WakeNow(), at=10).wait_until(131).expect(*s.packets(1, 18))
    cell.wait_until(2000).expect()
    assert cell.server_status == "failed"


def test_a_hold_over_an_opening_lasts_to_its_end():
    cell = s.resting(client1=s.SCHEDULED)
    cell.tell(s.held("asleep", s.OPENS + 60, "client1"), at=10).wait_until(s.OPENS + 59)
    assert cell.status() == "asleep"
    cell.expect()
    assert cell.wait_until(s.OPENS + 60).status() == "waking"
    cell.expect(s.PACKET)


@pytest.mark.parametrize("spec", [s.with_policy, s.with_project])
def test_an_opening_that_comes_while_it_is_in_use_or_may_be_is_told(spec):
    hours = {"type": "scheduled", "outside": "on_demand", "idle_minutes": 30, **s.HOURS}
    policy = s.with_policy(**hours).policy
    made = spec(**hours) if spec is s.with_policy else spec().model_copy(update={"policy": policy})
    cell = s.unseen_with_docker(client1=made).tell(*s.ALL_ANSWER)
    cell.tell(s.visit(), at=s.OPENS - 900).wait_until(s.OPENS - 419)
    assert cell.verdict("client1").startswith("Opens in 6 min")


def test_a_busy_server_is_asked_again_after_a_minute_and_not_before():
    cell = s.idle().guards_say(GuardReport(sessions=("alice on pts/0",)))
    assert (cell.verdict_turns_at, cell.alarm) == (660, 660)
