"""Bad weather: packets that get lost, and a server that goes away without a word."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.calls import state, visit
from tests.lab.gateway import Gateway, hall_config
from tests.lab.look import soon
from tests.lab.server import LabServer

pytestmark = [pytest.mark.lab]


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


def test_a_server_is_woken_although_half_the_packets_are_lost(hall, lab_server):
    with losing_half(lab_server):
        visit(hall)
        lab_server.wait_for("power")
    assert soon(lambda: state(hall)["ready"])


def test_a_server_that_went_away_is_not_entered_and_is_woken_again(hall, lab_server):
    visit(hall)
    assert soon(lambda: state(hall)["ready"])
    assert visit(hall).status_code == 302
    lab_server.suspend()
    assert soon(lambda: visit(hall).status_code == 503)
    assert soon(lambda: state(hall)["ready"])
    assert visit(hall).status_code == 302
