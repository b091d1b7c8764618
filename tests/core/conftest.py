"""What is commanded in a dialogue and expected by nobody fails its test."""

from collections.abc import Generator

import pytest

from tests.core.dialogue import Dialogue


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """At its end, each dialogue that expects commands has no other."""
    Dialogue.begun.clear()
    result = yield
    for cell in Dialogue.begun:
        if cell.strict:
            cell.expect()
    return result
