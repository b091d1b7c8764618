"""Every test that faces a fake engine does so by each way there is: the behaviour is the same."""

from collections.abc import Callable
from inspect import isfunction, unwrap

import pytest

from adapters.docker.engines import WAYS, Facing, facing, through


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if _faces(metafunc.function):
        metafunc.parametrize("way", WAYS, indirect=True)


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
    if getattr(request, "param", "unix") == "ssh":
        sshd = request.getfixturevalue("sshd")
        monkeypatch.setattr(Facing, "way", staticmethod(through(sshd)))
