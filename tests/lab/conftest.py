"""The lab, for tests: one room per session, one sleeping server per test."""

import os
from collections.abc import Iterator

import pytest

from lab.lab import Lab
from lab.needs import why_not
from lab.server import LabServer


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    reason = why_not()
    if reason is not None:
        refuse = pytest.fail if os.environ.get("HALL_TEST_ALL") == "1" else pytest.skip
        refuse(reason)
    room = Lab()
    yield room
    room.close()


@pytest.fixture
def lab_server(lab: Lab) -> Iterator[LabServer]:
    """A sleeping server with the healthy project `client1`, port 8081."""
    with lab.server() as server:
        yield server
