"""A visitor who arrives while the server is going to sleep is let in, whatever becomes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab.calls import let_in, until, visit
from tests.lab.gateway import Gateway
from tests.lab.look import page
from tests.lab.record import read_record
from tests.lab.server import LabServer
from tests.lab.ways import ALL_DOORS, Way, resting_by

pytestmark = [pytest.mark.lab, pytest.mark.slow]

SLOW = replace(ALL_DOORS, sleep_delay=6.0, boot_delay=2.0)
"""The order is out for six seconds before the server falls silent: time enough to come."""


def ended(hall: Gateway) -> list[str]:
    return [row["ending"] for row in read_record(hall.data).sleeps]


@contextmanager
def going(server: LabServer, folder: Path, way: Way, within: float = 100) -> Iterator[Gateway]:
    """Nobody needs the server any more; the order has just gone out."""
    with Gateway(folder, resting_by(server, way, within=within, traffic=False)) as hall:
        let_in(hall)
        until(hall, "stopping")
        yield hall


def test_who_comes_before_it_is_silent_is_let_in_when_it_is_back(dozing, way, tmp_path):
    dozing.become(SLOW)
    with going(dozing, tmp_path, way) as hall:
        night = dozing.nights
        assert visit(hall).status_code == 503
        assert until(hall, "healthy")["ready"]
        assert (visit(hall).status_code, dozing.nights) == (302, night + 1)
        assert page(dozing) is not None
        record = read_record(hall.data)
    assert [row["ending"] for row in record.sleeps] == ["silent"]
    assert [row["outcome"] for row in record.wakes] == ["ready", "ready"]
    assert record.wakes[1]["started_at"] < record.sleeps[0]["ended_at"]


def test_who_comes_just_as_it_falls_silent_is_let_in(dozing, tmp_path):
    dozing.become(SLOW)
    with going(dozing, tmp_path, "agent") as hall:
        dozing.wait_for_night(dozing.nights + 1)
        assert visit(hall).status_code == 503
        assert until(hall, "healthy")["ready"]
        assert page(dozing) is not None
        assert ended(hall) == ["silent"]


def test_who_comes_to_a_server_that_stays_up_after_all_is_let_in(dozing, tmp_path):
    dozing.become(replace(SLOW, sleeps="never"))
    with going(dozing, tmp_path, "ssh", within=30) as hall:
        night = dozing.nights
        assert visit(hall).status_code == 503
        assert until(hall, "healthy")["ready"]
        assert page(dozing) is not None
        assert (dozing.nights, ended(hall)) == (night, ["stayed"])
