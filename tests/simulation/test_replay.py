"""Days that can be worked out by hand."""

import pytest

from hall.simulation.times import told_times
from hall.simulation.variants import variants
from tests.simulation.houses import (
    DAY_S,
    DOCKER_S,
    HOUR_S,
    NETWORK_S,
    OWN_S,
    SILENT_S,
    a_house,
    a_server,
    oclock,
    office_hours,
    on_demand,
    play,
)

BOOT_S = NETWORK_S + DOCKER_S + OWN_S
ALWAYS = {"type": "always_on"}


def test_a_visit_a_day_keeps_the_server_awake_for_its_boot_and_the_idle_time():
    outcome = play(a_house(on_demand(30)), {"a": oclock(12, 36, 60)}, days=3)
    assert outcome.awake_s == 3 * (BOOT_S + 30 * 60 + SILENT_S)
    assert (outcome.wakes, outcome.lasted_s) == (3, 3 * DAY_S)
    assert outcome.waits_s == (BOOT_S, BOOT_S, BOOT_S)


def test_nobody_comes_and_it_sleeps_all_day():
    outcome = play(a_house(on_demand()), {})
    assert (outcome.awake_s, outcome.wakes, outcome.visits) == (0, 0, 0)


def test_who_comes_during_the_boot_waits_for_the_rest_of_it():
    noon = 12 * HOUR_S
    outcome = play(a_house(on_demand(5)), {"a": [noon, noon + 10, noon + 59, noon + 60]})
    assert outcome.waits_s == (60, 50, 1)
    assert outcome.at_once == 1
    assert outcome.awake_s == 60 + 5 * 60 + SILENT_S


def test_the_idle_time_counts_from_the_last_visit():
    noon = 12 * HOUR_S
    visits = [noon + minutes * 60 for minutes in (0, 20, 40, 50)]
    outcome = play(a_house(on_demand(30)), {"a": visits})
    assert outcome.awake_s == (50 + 30) * 60 + SILENT_S
    assert (outcome.wakes, outcome.at_once) == (1, 3)


def test_a_server_stays_awake_at_least_as_long_as_its_policy_says():
    outcome = play(a_house(on_demand(5, least=45)), {"a": oclock(12)})
    assert outcome.awake_s == NETWORK_S + 45 * 60 + SILENT_S


def test_who_comes_while_it_falls_asleep_waits_for_that_and_for_the_next_boot():
    noon, asleep_at = 12 * HOUR_S, 12 * HOUR_S + BOOT_S + 30 * 60
    outcome = play(a_house(on_demand(30)), {"a": [noon, asleep_at + 1]})
    assert outcome.wakes == 2
    assert outcome.waits_s == (BOOT_S, SILENT_S - 1 + BOOT_S)


def test_a_server_is_awake_while_any_of_its_domains_is_used():
    policies = (on_demand(10), on_demand(60))
    outcome = play(a_house(*policies), {"a": oclock(12, 12.5), "b": oclock(12.1)})
    assert outcome.wakes == 1
    assert outcome.awake_s == (6 + 60) * 60 + SILENT_S


def test_a_report_of_use_keeps_it_awake_and_wakes_nobody():
    noon = 12 * HOUR_S
    outcome = play(a_house(on_demand(30)), {"a": [noon]}, uses={"a": [HOUR_S, noon + 1200]})
    assert (outcome.wakes, outcome.visits) == (1, 1)
    assert outcome.awake_s == 1200 + 30 * 60 + SILENT_S


def test_always_on_nobody_waits_after_the_first_boot():
    outcome = play(a_house(ALWAYS), {"a": [10, 60, *oclock(3, 12, 23)]})
    assert (outcome.wakes, outcome.awake_s) == (1, DAY_S)
    assert outcome.waits_s == (50,)
    assert outcome.at_once == 4


def test_a_visit_outside_the_opening_hours_is_turned_away():
    outcome = play(a_house(office_hours()), {"a": oclock(7, 8, 12, 19, 20)})
    assert (outcome.closed, outcome.at_once, outcome.waits_s) == (3, 2, ())
    assert outcome.wakes == 1


def test_it_is_ready_by_the_opening_and_sleeps_after_it():
    outcome = play(a_house(office_hours(idle_minutes=30)), {}, days=7)
    ahead_s = 2 * 60 + BOOT_S
    assert outcome.wakes == 5
    assert outcome.awake_s == pytest.approx(5 * (ahead_s + 10 * HOUR_S + SILENT_S))


def test_outside_the_hours_a_visit_may_wake_it_all_the_same():
    policy = office_hours(outside="on_demand", idle_minutes=30)
    outcome = play(a_house(policy), {"a": oclock(20)})
    assert (outcome.closed, outcome.waits_s, outcome.wakes) == (0, (BOOT_S,), 2)


def test_in_hours_that_permit_a_visit_wakes_it_and_nobody_else_does():
    policy = office_hours(inside="on_demand", idle_minutes=30)
    outcome = play(a_house(policy), {"a": oclock(7, 9, 20)})
    assert (outcome.closed, outcome.waits_s, outcome.wakes) == (2, (BOOT_S,), 1)
    assert outcome.awake_s == pytest.approx(BOOT_S + 30 * 60 + SILENT_S)


def test_on_demand_hours_that_permit_stay_and_those_that_demand_do_not():
    house = a_house(office_hours(inside="on_demand"), office_hours(), on_demand(5))
    found = {one.name: one.policies for one in variants(house)}["on demand, 60 min"]
    assert {name: (one.type, one.idle_minutes) for name, one in found.items()} == {
        "a": ("scheduled", 60),
        "b": ("on_demand", 60),
        "c": ("on_demand", 60),
    }


def test_containers_that_were_stopped_are_waited_for():
    resting = on_demand(60, stop_containers_after=10)
    outcome = play(a_house(resting, ALWAYS), {"a": oclock(12, 12.5)})
    assert outcome.waits_s == (OWN_S,) * 2
    assert (outcome.wakes, outcome.awake_s) == (1, DAY_S)


def test_a_server_without_a_way_to_sleep_is_up_all_the_time():
    house = a_house(on_demand(), server=a_server(sleep=None))
    outcome = play(house, {"a": oclock(0, 12)})
    assert (outcome.awake_s, outcome.wakes, outcome.at_once) == (DAY_S, 0, 2)


def test_a_boot_longer_than_its_deadline_turns_visitors_away():
    house = a_house(on_demand(), server=a_server(deadlines={"network": 30}, retry={"attempts": 1}))
    outcome = play(house, {"a": oclock(12)}, times=told_times(house, 100))
    assert (outcome.failed, outcome.waits_s, outcome.wakes) == (1, (), 1)


def test_who_waits_at_the_end_is_still_let_in():
    outcome = play(a_house(on_demand()), {"a": [DAY_S - 10]})
    assert (outcome.awake_s, outcome.waits_s) == (10, (BOOT_S,))


def test_visits_outside_the_days_do_not_count():
    outcome = play(a_house(on_demand()), {"a": [-5, DAY_S, DAY_S + 5]})
    assert (outcome.visits, outcome.wakes) == (0, 0)
