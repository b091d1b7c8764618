"""In which order the tests begin."""

import pytest

WAITING = ("lab", "browser")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for a machine or a browser begins first, then what is slow; the quick rest fills
    the gaps, so that no long test is left over at the end.
    """
    items.sort(key=_haste)


def _haste(item: pytest.Item) -> tuple[bool, bool]:
    waits = any(item.get_closest_marker(mark) for mark in WAITING)
    return not waits, item.get_closest_marker("slow") is None
