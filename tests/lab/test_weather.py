"""Bad weather: packets that get lost, and a server that goes away without a word."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

import pytest

from hall.core.lifecycle.server_wake import RESEND_GAPS_S
from tests.lab.calls import state, until, visit
from tests.lab.gateway import Gateway, hall_config
from tests.lab.look import soon
from tests.lab.record import read_record
from tests.lab.server import LabServer
from tests.support.soak import rounds

pytestmark = [pytest.mark.lab]

WAKES = rounds("HALL_LOSSES", 5)
IN_TEN_SECONDS = 1 + sum(at_s <= 10 for at_s in accumulate(RESEND_GAPS_S))
"""How many wake orders are sent in that time: who needed no more was awake by then."""


@pytest.fixture
def hall(lab_server: LabServer, tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(tmp_path, hall_config(lab_server)) as running:
        yield running


@contextmanager
def losing_half(server: LabServer) -> Iterator[None]:
    """Every second packet towards the server is lost, by chance."""
    rule = ["OUTPUT", "-o", server.cable.interface, "-m", "statistic", "--mode", "random"]
    rule += ["--probability", "0.5", "-j", "DROP"]
    subprocess.run(["iptables", "-w", "-I", *rule], check=True)
    try:
        yield
    finally:
        subprocess.run(["iptables", "-w", "-D", *rule], check=True)


@pytest.mark.slow
@pytest.mark.soak
def test_of_a_thousand_wakes_999_take_ten_seconds_at_most_although_half_the_packets_are_lost(
    lab_server, tmp_path
):
    config = hall_config(lab_server)
    del config["servers"]["lab"]["wake"]["destinations"]  # as a user has it: two broadcasts
    with Gateway(tmp_path, config) as hall:
        for _ in range(WAKES):
            with losing_half(lab_server):
                assert soon(lambda: visit(hall).status_code == 503)
                lab_server.wait_for("power")
            until(hall, "healthy")
            lab_server.suspend()
        packets = [wake["packets"] for wake in read_record(hall.data).wakes]
    late = sum(number > IN_TEN_SECONDS for number in packets)
    assert (len(packets), late * 1000 <= WAKES) == (WAKES, True), packets


def test_a_server_that_went_away_is_not_entered_and_is_woken_again(hall, lab_server):
    visit(hall)
    assert soon(lambda: state(hall)["ready"])
    assert visit(hall).status_code == 302
    lab_server.suspend()
    assert soon(lambda: visit(hall).status_code == 503)
    assert soon(lambda: state(hall)["ready"])
    assert visit(hall).status_code == 302
