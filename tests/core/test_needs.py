"""Who needs a server, how long, and when time alone changes it."""

import pytest

from core.dialogue import (
    EPOCH,
    LOST,
    Dialogue,
    app,
    asleep,
    container,
    docker,
    healthy,
    listed,
    ping,
    visit,
)
from core.resting import (
    asked,
    guards_say,
    hold,
    on_demand,
    sleeps,
    sleepy_server,
    traffic,
    verdict,
    with_policy,
    with_project,
)
from core.test_policy import ALWAYS, DOCKER, HOURS, OPENS, SCHEDULED, both
from core.test_sleeping import UP, idle
from hall.core.events import WakeStarted
from hall.core.facts import Called, Held
from hall.core.report import PortUse, Report, Unread

HASTY = on_demand(idle_minutes=0.05, min_awake_minutes=0)
SEEN = (ping(), docker(), listed(container()), app())


def measured() -> Dialogue:
    """A server with containers, whose traffic was measured at 570 and at 600; visited at 0."""
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": with_project()})
    return cell.tell(*SEEN, visit()).tell(traffic(0), at=570).tell(traffic(10), at=600)


# ---- who needs it ------------------------------------------------------------------------------


def test_a_server_is_not_put_to_sleep_while_a_wake_waits_for_its_project():
    cell = asleep(sleepy_server(), client1=HASTY).tell(visit(), at=1).tell(ping(), at=30)
    assert verdict(cell.wait_until(60)) == "A wake is running"
    assert asked(cell) == 0


def test_a_server_is_not_put_to_sleep_while_it_is_looked_whether_a_wake_is_needed():
    cell = Dialogue(sleepy_server(), {"client1": HASTY}).tell(visit(), ping(), at=1)
    assert asked(cell.wait_until(9)) == 0
    assert verdict(cell.tell(ping())) == "A wake is running"


def test_who_needs_it_for_ever_is_named_before_who_needs_it_for_long():
    cell = Dialogue(sleepy_server(), {"a": on_demand(), "b": ALWAYS})
    cell.tell(ping(), Held(hold("awake", 900), "a"))
    assert verdict(cell) == "b: Always on"


def test_a_server_without_domains_is_left_alone():
    assert verdict(Dialogue(sleepy_server(), {}).tell(ping())) == "No domain is on it"


def test_the_longest_of_the_least_times_counts():
    spec = on_demand(min_awake_minutes=20)
    cell = Dialogue(sleepy_server(), {"a": on_demand(), "b": spec}).tell(ping())
    assert asked(cell.wait_until(1199)) == 0
    assert asked(cell.wait_until(1200)) == 1


def test_a_load_at_the_limit_is_busy():
    assert sleeps(guards_say(idle(), Report(load=0.5))) == 0
    assert sleeps(guards_say(idle(), Report(load=0.49))) == 1


def test_a_named_port_that_is_in_use_is_busy_and_so_is_one_that_cannot_be_read():
    cell = guards_say(idle(), Report(ports=(PortUse(445, 2), PortUse(2049, 1))))
    assert verdict(cell).endswith("busy: Open connections to ports 445 (2), 2049 (1)")
    cell = guards_say(idle(), Report(ports=Unread("its table is hidden")))
    assert verdict(cell).endswith("busy: ports cannot be read: its table is hidden")
    assert sleeps(guards_say(idle(), Report(ports=()))) == 1


@pytest.mark.parametrize(("up_at", "words"), [(900, "Visited"), (911, "Up for")])
def test_what_a_server_was_woken_for_is_told_for_a_while(up_at, words):
    silent = (app(ok=False, domain=name) for name in ("a", "b"))
    cell = both().tell(*[ping(ok=False)] * 3, *silent, at=5).tell(visit("a"), at=10)
    cell.tell(ping(), app(domain="a"), app(domain="b"), at=up_at)
    cell.tell(ping(), at=up_at + 1)
    assert verdict(cell, "a").startswith(words)


def test_a_domain_held_asleep_that_nobody_used_is_not_said_to_be_closed():
    cell = healthy(sleepy_server(), client1=on_demand()).tell(Held(hold("asleep", 900), "client1"))
    assert verdict(cell, "client1") == "Not used yet"


# ---- traffic -----------------------------------------------------------------------------------


def test_one_measure_is_no_measure():
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": with_project()})
    cell.tell(*SEEN).tell(traffic(0), at=601)
    assert verdict(cell).endswith("Their traffic is being measured")


def test_a_measure_after_one_that_failed_is_the_first():
    cell = measured().tell(traffic(None, why="gone"), at=610).tell(traffic(10), at=640)
    assert verdict(cell).endswith("Their traffic is being measured")


def test_two_measures_at_the_same_instant_say_nothing():
    cell = measured().tell(traffic(10))
    assert verdict(cell).endswith("Their traffic is being measured")


def test_a_measure_counts_for_ninety_seconds():
    cell = measured().tell(ping(), at=690)
    assert verdict(cell) == "Nobody needs it; it is asked whether it is busy"
    assert "not known" in verdict(cell.tell(ping(), at=690.1))


def test_all_that_a_new_counter_counted_is_traffic():
    cell = measured().tell(traffic(500_000_000), at=630).tell(traffic(200_000), at=660)
    assert cell.domain().activity.at == EPOCH + 660
    cell.tell(traffic(100), at=690)
    assert cell.domain().activity.at == EPOCH + 660


def test_a_measure_from_before_the_server_was_lost_is_forgotten():
    cell = measured().tell(*LOST, at=610).tell(*SEEN, at=620).tell(traffic(20), at=630)
    assert verdict(cell).endswith("Their traffic is being measured")


def test_a_measure_that_comes_after_docker_was_lost_is_not_taken():
    cell = measured().tell(*LOST, at=610).tell(traffic(20), at=611)
    assert cell.domain().activity.traffic is None


# ---- alarms ------------------------------------------------------------------------------------


def test_a_wake_by_policy_that_failed_is_tried_again_in_its_own_time():
    cell = asleep(sleepy_server(), client1=ALWAYS).wait_until(400)
    assert [round(event.at - EPOCH) for event in cell.news(WakeStarted)] == [0, 140, 300]


def test_pushes_start_anew_after_two_quiet_hours():
    cell = asleep(sleepy_server(), client1=ALWAYS).tell(*UP, at=10).tell(*LOST, at=20)
    cell.tell(*UP, at=70).tell(*LOST, at=8000).tell(*UP, at=8010)
    assert cell.domain().pushes == 1
    cell.tell(*LOST, at=8020).news(WakeStarted)
    assert [event.at for event in cell.wait_until(8060).news(WakeStarted)] == [EPOCH + 8060]


def test_a_hold_on_a_server_that_cannot_be_put_to_sleep_ends_by_itself():
    cell = healthy(sleepy_server(sleep=None), client1=on_demand())
    assert cell.tell(Held(hold("awake", 60))).wait_until(61).cell.hold is None


def test_a_schedule_on_a_server_that_cannot_be_put_to_sleep_is_kept():
    cell = asleep(sleepy_server(sleep=None), client1=SCHEDULED).wait_until(OPENS - 419)
    assert cell.status() == "waking"


def test_wake_now_that_failed_is_not_tried_again():
    cell = asleep(sleepy_server(), client1=on_demand()).tell(Called(), at=10).wait_until(131)
    cell.hear()
    assert cell.wait_until(2000).packets == []
    assert cell.cell.standing.status == "failed"


def test_a_hold_over_an_opening_lasts_to_its_end():
    cell = asleep(sleepy_server(), client1=SCHEDULED)
    cell.tell(Held(hold("asleep", OPENS + 60), "client1"), at=10).wait_until(OPENS + 59)
    assert (cell.status(), cell.packets) == ("asleep", [])
    assert cell.wait_until(OPENS + 60).status() == "waking"


@pytest.mark.parametrize("spec", [with_policy, with_project])
def test_an_opening_that_comes_while_it_is_in_use_or_may_be_is_told(spec):
    hours = {"type": "scheduled", "outside": "on_demand", "idle_minutes": 30, **HOURS}
    policy = with_policy(**hours).policy
    made = spec(**hours) if spec is with_policy else spec().model_copy(update={"policy": policy})
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": made}).tell(*SEEN)
    cell.tell(visit(), at=OPENS - 900).wait_until(OPENS - 419)
    assert verdict(cell, "client1").startswith("Opens in 6 min")


def test_a_busy_server_is_asked_again_after_a_minute_and_not_before():
    cell = guards_say(idle(), Report(sessions=("alice on pts/0",)))
    assert (cell.cell.verdict.changes_at, cell.alarm) == (EPOCH + 660, 660)
