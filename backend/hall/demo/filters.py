"""The `filters` parameter of the Docker Engine API."""

import json
from collections.abc import Callable, Mapping

Filters = dict[str, list[str]]


def parse_filters(text: str, *, known: frozenset[str]) -> Filters:
    """Read `{"label": ["a=b"]}`, or the older `{"label": {"a=b": true}}`.

    Raises:
        ValueError: It is not such JSON, or has a filter that is not known.
    """
    found = json.loads(text or "{}")
    if not isinstance(found, dict):
        raise ValueError("invalid filter")  # noqa: TRY004 - one kind of refusal for the client
    for name in found.keys() - known:
        raise ValueError(f"invalid filter '{name}'")
    return {name: [str(value) for value in values] for name, values in found.items()}


def any_of(filters: Filters, name: str, matches: Callable[[str], bool]) -> bool:
    """Tell whether one of the values of a filter matches; a filter not asked for lets all in."""
    return name not in filters or any(matches(value) for value in filters[name])


def has_labels(filters: Filters, labels: Mapping[str, str]) -> bool:
    """Tell whether all the labels asked for, `key` or `key=value`, are there."""
    return all(_has_label(wanted, labels) for wanted in filters.get("label", []))


def _has_label(wanted: str, labels: Mapping[str, str]) -> bool:
    key, equals, value = wanted.partition("=")
    return key in labels and (not equals or labels[key] == value)
