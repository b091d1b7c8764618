"""Which of Docker's paths may be asked for, and with which parameters: all else is refused.

The target is compared as it came, and nothing in it is decoded but the values of the query: what
could be read in two ways (%2e, //, ..) matches no rule. What the engine is asked is written anew.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

KEY = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}"
"""What a container's name or id looks like (moby: daemon/names)."""

NO_KEY = r"/containers/[^/?]+/(json|stats|start|stop|unpause)(\?.*)?"
"""What is asked of a container whose name or id cannot be one; such does not exist."""

_FILTERS = frozenset({"event", "id", "label", "name", "status", "type"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A path, by method; ``query`` has the pattern of each parameter that may be there."""

    kind: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that a rule lets pass: ``key`` is the container's, ``target`` is for the engine."""

    kind: str
    target: str
    key: str = ""


ORDERS = ("start", "stop", "unpause")
RULES = (
    Rule("ping", "GET", "/_ping"),
    Rule("list", "GET", "/containers/json", {"all": "0|1|false|true", "filters": ".*"}),
    Rule("inspect", "GET", rf"/containers/({KEY})/json"),
    Rule(
        "stats",
        "GET",
        rf"/containers/({KEY})/stats",
        {"stream": "false", "one-shot": "true"},
        frozenset({"stream"}),
    ),
    Rule("events", "GET", "/events", {"filters": ".*", "since": r"[0-9]{1,12}(\.[0-9]{1,9})?"}),
    *(Rule(order, "POST", rf"/containers/({KEY})/{order}") for order in ORDERS),
)


def asks_for_none(target: str) -> bool:
    """Whether a request that no rule lets pass asks for a container that cannot exist."""
    key = target.removeprefix("/containers/").partition("/")[0]
    asked = re.fullmatch(NO_KEY, target, re.ASCII)
    return asked is not None and not re.fullmatch(KEY, key, re.ASCII)


def passed(method: str, target: str) -> Passed | None:
    """What a request asks for; None when no rule lets it pass."""
    path, mark, query = target.partition("?")
    for rule in RULES:
        found = re.fullmatch(rule.path, path, re.ASCII)
        if found is None or rule.method != method:
            continue
        fields = _fields(query) if mark else {}
        if fields is None or not _allowed(fields, rule):
            return None
        key = found[1] if found.groups() else ""
        return Passed(rule.kind, path + (f"?{urlencode(fields)}" if fields else ""), key)
    return None


def _fields(query: str) -> dict[str, str] | None:
    """The parameters, each there once; None when they cannot be read in one way only."""
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=8
        )
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None


def _allowed(fields: Mapping[str, str], rule: Rule) -> bool:
    known = all(
        name in rule.query and re.fullmatch(rule.query[name], value, re.ASCII)
        for name, value in fields.items()
    )
    return known and rule.required <= fields.keys() and _sound(fields.get("filters", "{}"))


def _sound(filters: str) -> bool:
    """Whether filters are what the engine understands, and of a kind that Hall needs."""
    try:
        read = json.loads(filters)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and all(
        name in _FILTERS and isinstance(values, list) and all(isinstance(v, str) for v in values)
        for name, values in read.items()
    )
