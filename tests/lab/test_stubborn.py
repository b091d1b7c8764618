"""A server that does not sleep when told, or not for long: journalled, shown, and left alone."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.lab.calls import let_in, server_seen, until, verdict_soon
from tests.lab.gateway import Gateway
from tests.lab.look import soon
from tests.lab.record import read_record
from tests.lab.server import LabServer
from tests.lab.ways import ALL_DOORS, resting_by

pytestmark = [pytest.mark.lab, pytest.mark.slow]

BACKOFF_S = 300


def pause(hall: Gateway) -> float:
    """Seconds until the next order."""
    told = server_seen(hall)
    due, now = told["power"]["next_try_at"], told["server_time"]
    return (datetime.fromisoformat(due) - datetime.fromisoformat(now)).total_seconds()


def strikes(hall: Gateway) -> int:
    return int(server_seen(hall)["power"]["strikes"])


def codes(hall: Gateway) -> list[str]:
    return [row["code"] for row in read_record(hall.data).verdicts]


def orders(one: LabServer) -> int:
    return sum(event.kind == "told" for event in one.events())


def test_a_server_that_ignores_the_order_is_told_once_and_then_left_alone(dozing, tmp_path):
    dozing.become(replace(ALL_DOORS, sleeps="never"))
    before = orders(dozing)
    with Gateway(tmp_path, resting_by(dozing, "ssh", within=3, traffic=False)) as hall:
        let_in(hall)
        reason = verdict_soon(hall, "server_backoff")
        assert "It was told to sleep, and still answers after " in reason
        assert (pause(hall) > BACKOFF_S / 2, strikes(hall)) == (True, 1)
        until(hall, "healthy")
        (row,) = read_record(hall.data).sleeps
        assert (row["ending"], row["code"]) == ("stayed", "sleep_stayed")
        assert orders(dozing) == before + 1


def test_a_server_that_comes_back_by_itself_is_left_alone_for_a_while(dozing, tmp_path):
    before = orders(dozing)
    with Gateway(tmp_path, resting_by(dozing, "agent", traffic=False)) as hall:
        let_in(hall)
        until(hall, "stopping")
        until(hall, "asleep")
        dozing.wake()
        reason = verdict_soon(hall, "server_backoff")
        assert "without a wake order of Hall's" in reason
        assert (pause(hall) > BACKOFF_S / 2, strikes(hall)) == (True, 1)
        assert soon(lambda: "sleep_came_back" in codes(hall))
        assert orders(dozing) == before + 1
