"""The lab, for tests: one room per session, one sleeping server per test."""

from collections.abc import Iterator

import pytest

from tests.lab.lab import Lab
from tests.lab.needs import refuse, why_not
from tests.lab.server import LabServer
from tests.lab.ways import ALL_DOORS, Way, a_dozing_server


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    reason = why_not()
    if reason is not None:
        refuse(reason)
    room = Lab()
    try:
        _prepare(room)
        yield room
    finally:
        room.close()


def _prepare(room: Lab) -> None:
    """Root is not enough: a container's root may make no network, or run no engine."""
    try:
        room.prepare()
    except (OSError, RuntimeError) as error:
        refuse(f"the lab does not work here: {error}")


@pytest.fixture
def lab_server(lab: Lab) -> Iterator[LabServer]:
    """A sleeping server with the healthy project `client1`, port 8081."""
    with lab.server() as server:
        yield server


@pytest.fixture(scope="session")
def _dozing(lab: Lab) -> Iterator[LabServer]:
    with a_dozing_server(lab) as server:
        yield server


@pytest.fixture
def dozing(_dozing: LabServer) -> Iterator[LabServer]:
    """A suspended server with sshd, agent and a running project, back within a second.

    It is the same for every test that asks for it, and suspended again after each.
    """
    _dozing.become(ALL_DOORS)
    yield _dozing
    _dozing.suspend()


@pytest.fixture(params=["ssh", "agent"])
def way(request: pytest.FixtureRequest) -> Way:
    """How a server is told to sleep, asked who is busy, and its Docker seen."""
    chosen: Way = request.param
    return chosen
