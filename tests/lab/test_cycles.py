"""Day and night, again and again: woken by a visit, used, idle, put to sleep, and never stuck."""

import pytest

from tests.lab.calls import let_in, until
from tests.lab.doors import SLEEP_NOW
from tests.lab.gateway import Gateway
from tests.lab.look import answers_ping, page, soon
from tests.lab.record import read_record
from tests.lab.server import Hardware, LabServer
from tests.lab.ways import resting_by
from tests.support.soak import rounds

pytestmark = [pytest.mark.lab, pytest.mark.slow]

CYCLES = rounds("HALL_CYCLES", 10)
SHUT_DOWN = Hardware(services=("sshd", "agent"), sleeps="shut_down")
"""Boots from nothing each time, and closes every connection as it goes."""


def sleeps_again(hall: Gateway, server: LabServer, nights: int) -> None:
    """Wait until it has slept so often: itself, for who asks, and in the journal."""
    server.wait_for_night(nights)
    until(hall, "asleep")
    assert not answers_ping(server)
    assert soon(lambda: endings(hall)[-1:] == ["silent"]), endings(hall)


def endings(hall: Gateway) -> list[str | None]:
    """What came of each order, as the journal has it."""
    return [row["ending"] for row in read_record(hall.data).sleeps]


@pytest.mark.soak
def test_cycle_after_cycle_and_none_is_stuck(dozing, way, tmp_path):
    night = dozing.nights
    config = resting_by(dozing, way, traffic=way == "ssh")
    config["domains"]["client1"]["policy"]["idle_minutes"] = 0.01
    with Gateway(tmp_path, config) as hall:
        for number in range(1, CYCLES + 1):
            let_in(hall)
            assert page(dozing) is not None, number
            sleeps_again(hall, dozing, night + number)
        record = read_record(hall.data)
    assert [wake["outcome"] for wake in record.wakes] == ["ready"] * CYCLES
    assert [row["ending"] for row in record.sleeps] == ["silent"] * CYCLES


def test_a_shutdown_that_cuts_the_orders_own_connection_is_a_sleep_like_any(lab, tmp_path):
    with lab.server(hardware=SHUT_DOWN) as server:
        config = resting_by(server, "ssh", traffic=False)
        config["servers"]["lab"]["sleep"]["command"] = f"{SLEEP_NOW}; sleep 60"
        with Gateway(tmp_path, config) as hall:
            let_in(hall)
            sleeps_again(hall, server, 2)
            let_in(hall)
            assert page(server) is not None
