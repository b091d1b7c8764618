"""Two records, one later than the other: what counts as lost."""

from dataclasses import replace

from tests.lab.record import Record, Row

WAKE: Row = {"id": "one", "packets": 2, "ended_at": None, "outcome": None}
STAGE: Row = {"wake_id": "one", "name": "docker", "took_s": None, "waited": 1, "reached_at": None}
VISIT: Row = {"at": 1.0, "domain": "client1", "kind": "visit"}
RECORD = Record(wakes=[WAKE], stages=[STAGE], transitions=[], visits=[VISIT, VISIT], refusals=[])


def test_a_wake_that_went_on_has_lost_nothing():
    stage = STAGE | {"took_s": 0.0, "waited": 0, "reached_at": 9.0}
    wake = WAKE | {"packets": 3, "ended_at": 9.0, "outcome": "ready"}
    assert RECORD.lost_in(replace(RECORD, wakes=[wake], stages=[stage])) == []


def test_an_end_that_is_forgotten_is_lost():
    ended = WAKE | {"ended_at": 9.0, "outcome": "ready"}
    assert replace(RECORD, wakes=[ended]).lost_in(RECORD) == [ended]


def test_a_stage_that_is_forgotten_is_lost():
    reached = STAGE | {"took_s": 0.5, "reached_at": 9.0}
    assert replace(RECORD, stages=[reached]).lost_in(RECORD) == [reached]


def test_packets_do_not_become_fewer():
    assert RECORD.lost_in(replace(RECORD, wakes=[WAKE | {"packets": 1}])) == [WAKE]


def test_one_of_two_equal_visits_is_lost():
    assert RECORD.lost_in(replace(RECORD, visits=[VISIT])) == [VISIT]
