"""In which order the tests begin."""

import pytest

WAITING = ("lab", "browser")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for a machine or a browser begins first; the quick rest fills the gaps."""
    items.sort(key=lambda item: not any(item.get_closest_marker(mark) for mark in WAITING))
