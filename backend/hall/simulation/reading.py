"""Visits as text: CSV with the columns ``at`` and ``domain``, or JSON, an object a line."""

import csv
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any

from hall.core.errors import ConfigurationError, Problem
from hall.core.timing import Instant
from hall.simulation.signs import Signs

SHOWN_LINES = 20
"""How many problems are told; more are counted."""

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_CENTURY = (946_684_800.0, 4_102_444_800.0)
"""From 2000 to 2100, as seconds of Unix: other numbers are milliseconds, or no times."""

_TIME = "a time with its zone like 2026-12-01T08:00:00Z, or Unix seconds like 1796112000"

Row = tuple[int, object, object]
"""A line with its number: the time and the domain that it names, None for neither."""


class VisitsError(ConfigurationError):
    """The visits are refused; ``problems`` lists what is wrong with them."""

    code = "bad_visits"


def read_visits(lines: Iterable[str], *, file: str, known: Collection[str]) -> Signs:
    """The visits of a file, sorted; times are rounded to whole seconds.

    Args:
        lines: The text of the file, line by line.
        file: Its name, for what is wrong with it.
        known: The ids of the domains that may be visited.

    Raises:
        VisitsError: with every line that is wrong, and each unknown domain once.
    """
    problems: list[Problem] = []
    visits: dict[str, list[Instant]] = {name: [] for name in known}
    unknown: dict[str, int] = {}
    for number, at, domain in _rows(lines, file):
        try:
            instant = _instant(at)
        except ValueError as error:
            problems.append(Problem(file, number, "at", str(error)))
            continue
        if isinstance(domain, str) and domain in visits:
            visits[domain].append(instant)
        else:
            unknown.setdefault(str(domain), number)
    problems += _unknown(unknown, file, known)
    if problems:
        raise VisitsError(_some(problems, file))
    if not any(visits.values()):
        raise VisitsError([Problem(file, None, "", "holds no visit; expected at least one")])
    return Signs(visits={name: sorted(times) for name, times in visits.items()})


def _unknown(unknown: dict[str, int], file: str, known: Collection[str]) -> list[Problem]:
    expected = ", ".join(islice(sorted(known), SHOWN_LINES))
    return [
        Problem(file, number, "domain", f"no domain {name!r}; expected one of: {expected}")
        for name, number in unknown.items()
    ]


def _some(problems: list[Problem], file: str) -> list[Problem]:
    if len(problems) <= SHOWN_LINES:
        return problems
    more = Problem(file, None, "", f"{len(problems) - SHOWN_LINES} more like these")
    return [*problems[:SHOWN_LINES], more]


# ---- lines ------------------------------------------------------------------------------------


def _rows(lines: Iterable[str], file: str) -> Iterator[Row]:
    """Every line that is not empty."""
    numbered = enumerate(lines, 1)
    first = next(((number, line) for number, line in numbered if line.strip()), None)
    if first is None:
        return
    rest = chain([first], numbered)
    read: Callable[..., Iterator[Row]] = (
        _json if first[1].lstrip("\ufeff ").startswith("{") else _csv
    )
    yield from read(rest, file)


def _json(lines: Iterable[tuple[int, str]], file: str) -> Iterator[Row]:
    for number, line in lines:
        if line.strip():
            visit = _object(line.strip("\ufeff"), file, number)
            yield number, visit.get("at"), visit.get("domain")


def _object(line: str, file: str, number: int) -> dict[str, Any]:
    try:
        visit = json.loads(line)
    except ValueError as error:
        raise VisitsError([Problem(file, number, "", f"is not JSON: {error}")]) from None
    if not isinstance(visit, dict):
        words = f"{line.strip()} is not an object; expected one with at and domain"
        raise VisitsError([Problem(file, number, "", words)])
    return visit


def _csv(lines: Iterable[tuple[int, str]], file: str) -> Iterator[Row]:
    numbered = iter(lines)
    start, header = next(numbered)
    names = [name.strip().lower() for name in next(csv.reader([header.lstrip("\ufeff")]))]
    if not {"at", "domain"} <= set(names):
        words = f"{header.strip()!r} is no header; expected one that names at and domain: at,domain"
        raise VisitsError([Problem(file, start, "", words)])
    at, domain = names.index("at"), names.index("domain")
    table = csv.reader(line for _, line in numbered)
    for row in table:
        if row:
            yield start + table.line_num, _cell(row, at), _cell(row, domain)


def _cell(row: list[str], index: int) -> str | None:
    return row[index].strip() if index < len(row) else None


# ---- times ------------------------------------------------------------------------------------


def _instant(value: object) -> Instant:
    seconds = _seconds(value)
    if seconds is None:
        raise ValueError(f"{json.dumps(value)} is not a time; expected {_TIME}")
    if not _CENTURY[0] <= seconds < _CENTURY[1]:
        raise ValueError(f"{value} is not a time of this century; expected {_TIME}")
    return float(round(seconds))


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        return float(value) if _SECONDS.fullmatch(value) else _parsed(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number else None  # type: ignore[arg-type]


def _parsed(value: str) -> float:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a time; expected {_TIME}") from None
    if at.tzinfo is None:
        raise ValueError(f"{value!r} has no zone; expected {_TIME}")
    return at.timestamp()
