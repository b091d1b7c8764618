"""The lab, for tests: one room per session, one sleeping server per test."""

import os
from collections.abc import Iterator
from typing import NoReturn

import pytest

from lab.lab import Lab
from lab.needs import why_not
from lab.server import LabServer


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    reason = why_not()
    if reason is not None:
        _refuse(reason)
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
        _refuse(f"the lab does not work here: {error}")


def _refuse(reason: str) -> NoReturn:
    if os.environ.get("HALL_TEST_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def lab_server(lab: Lab) -> Iterator[LabServer]:
    """A sleeping server with the healthy project `client1`, port 8081."""
    with lab.server() as server:
        yield server
