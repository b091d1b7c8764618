"""Time of the application's tests: no socket is real here, so no second need be."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping

import pytest
from looptime import new_event_loop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Loops whose time jumps to whatever comes next, when nothing is left to do now."""
    return {"virtual time": new_event_loop}
