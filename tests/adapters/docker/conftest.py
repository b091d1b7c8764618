"""Every test that faces a fake engine does so by each way there is: the behaviour is the same."""

from collections.abc import Callable
from inspect import isfunction, unwrap

import pytest

from adapters.docker.engines import WAYS, Facing, by_agent, facing, through

OF_CONNECTIONS = {
    "test_the_list_and_its_containers_share_one_connection",
    "test_many_containers_are_asked_side_by_side_but_not_all_at_once",
}
"""Tests of Hall's own connections; an agent has one of its own for each question."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if _faces(metafunc.function):
        own = metafunc.function.__name__ in OF_CONNECTIONS
        ways = [way for way in WAYS if way != "agent" or not own]
        metafunc.parametrize("way", ways, indirect=True)


def _faces(function: Callable[..., object]) -> bool:
    """Whether it calls ``facing``, by itself or by a helper of its module."""
    called = [function.__globals__.get(name) for name in function.__code__.co_names]
    return facing in called or any(
        "facing" in unwrap(one).__code__.co_names
        for one in called
        if isfunction(one) and one.__module__ == function.__module__
    )


@pytest.fixture(autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    match getattr(request, "param", "unix"):
        case "ssh":
            sshd = request.getfixturevalue("sshd")
            monkeypatch.setattr(Facing, "way", staticmethod(through(sshd)))
        case "agent":
            folder = request.getfixturevalue("tmp_path")
            monkeypatch.setattr(Facing, "way", staticmethod(by_agent(folder)))
