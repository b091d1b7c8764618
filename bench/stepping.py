"""Measures the steps of whatever Hall ``PYTHONPATH`` leads to, and prints them as JSON.

An earlier Hall has the same things under other names: the first that is there is taken.
"""

import json
import sys
from importlib import import_module
from time import perf_counter
from typing import Any

NOW = 1_800_000_000.0
ROUNDS = 7


def there(*places: str) -> Any:  # noqa: ANN401 - of two Halls
    """The first of these that this Hall has, like ``module:name``."""
    for place in places:
        module, _, name = place.partition(":")
        try:
            return getattr(import_module(module), name)
        except (ImportError, AttributeError):
            continue
    raise SystemExit(f"none of {', '.join(places)} is in this Hall")


advance = there("hall.core.lifecycle.advance:advance", "hall.core.lifecycle:advance")
open_cell = there("hall.core.lifecycle.open:open_cell", "hall.core.lifecycle:open_cell")
Probed = there("hall.core.model.facts:Probed", "hall.core.facts:Probed")
Visited = there("hall.core.model.facts:Visited", "hall.core.facts:Visited")
CheckName = there("hall.core.model.check:CheckName", "hall.core.facts:CheckName")
Result = there("hall.core.model.check:ProbeResult", "hall.core.facts:Sight")
because = there("hall.core.model.reason:because", "hall.core.reasons:because")
ServerConfig = there("hall.core.config.server:ServerConfig", "hall.core.config:ServerConfig")
DomainConfig = there("hall.core.config.domain:DomainConfig", "hall.core.config:DomainConfig")


def a_server(domains: int) -> Any:  # noqa: ANN401 - of two Halls
    """A cell of which nothing is known."""
    wake = {"method": "wol", "mac": "aa:bb:cc:dd:ee:ff"}
    spec = {"name": "Main", "address": "192.0.2.10", "wake": wake}
    every = {f"d{number}": a_domain(number) for number in range(domains)}
    return open_cell("main", ServerConfig.model_validate(spec), every, now=NOW)


def a_domain(number: int) -> Any:  # noqa: ANN401 - of two Halls
    """A domain whose project is asked on its server."""
    url = f"http://192.0.2.10:{8000 + number}/"
    spec = {"name": "D", "server": "main", "url": url, "health": {"url": url}}
    return DomainConfig.model_validate(spec | {"policy": {"type": "on_demand"}})


def probed(link: str, domain: str | None, *, ok: bool = True) -> Any:  # noqa: ANN401 - of two Halls
    """An answer, or silence."""
    code = {"network": ("ping_ok", "ping_silent"), "app": ("app_ok", "app_silent")}[link][not ok]
    detail = because(code, status=200) if code == "app_ok" else because(code)
    return Probed(
        CheckName(link), Result(ok=ok, detail=detail, took_ms=1.0 if ok else None), domain
    )


def up(domains: int) -> Any:  # noqa: ANN401 - of two Halls
    """A cell on which everything answers."""
    cell = advance(a_server(domains), probed("network", None), NOW + 1).state
    for name in list(cell.domains):
        cell = advance(cell, probed("app", name), NOW + 2).state
    return cell


def microseconds(cell: Any, fact: Any) -> float:  # noqa: ANN401 - of two Halls
    """What this fact costs at best."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = perf_counter()
        advance(cell, fact, NOW + 10)
        best = min(best, perf_counter() - began)
    return best * 1e6


def calls(cell: Any, fact: Any) -> int:  # noqa: ANN401 - of two Halls
    """How many Python functions one step calls."""
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    advance(cell, fact, NOW + 10)
    sys.setprofile(None)
    return count


def main(sizes: list[int]) -> None:
    """Print what steps cost on servers with so many domains."""
    cells = [up(size) for size in sizes]
    asleep = advance(a_server(1), probed("network", None, ok=False), NOW + 1).state
    used = [advance(cell, Visited("d0"), NOW + 5).state for cell in cells]
    facts = {
        "network: still so": (cells, probed("network", None)),
        "app: still so": (cells, probed("app", "d0")),
        "a visit, the site is ready": (cells, Visited("d0")),
        "a visit, the site is in use": (used, Visited("d0")),
    }
    us = {what: [microseconds(cell, fact) for cell in on] for what, (on, fact) in facts.items()}
    counted = {
        "begins a wake": calls(asleep, Visited("d0")),
        "is use": calls(used[0], Visited("d0")),
    }
    print(json.dumps({"us": us, "calls": counted}))


main([int(size) for size in sys.argv[1:]])
