"""A cell on its way through whatever comes: it answers its own commands."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

from hall.core.config.domain import DomainConfig
from hall.core.config.server import ServerConfig
from hall.core.lifecycle.advance import advance
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.timers import next_timer
from hall.core.model.commands import AskGuards
from hall.core.model.facts import CommandDone, GuardsRead, SleepNow, Ticked, TrafficSeen, WakeNow
from hall.core.model.guards import GuardReport
from hall.core.model.reason import Reason
from tests.core import scenes as s

House = tuple[ServerConfig, dict[str, DomainConfig]]

SLEEPY = s.sleepy_server(docker={"url": "tcp://192.168.1.20:2375", "allow_plain": True})
HOUSES: tuple[House, ...] = (
    (SLEEPY, {"client1": s.with_project(stop_containers_after=12), "two": s.on_demand()}),
    (SLEEPY, {"client1": s.on_demand(), "two": s.with_policy(type="always_on")}),
    (s.server_spec(retry={"attempts": 2, "gap_seconds": 8}), {"client1": s.on_demand()}),
)
PAUSES = (0.0, 0.25, 1.0, 2.0, 5.0, 12.0, 60.0, 400.0, 2000.0)


class Walker:
    """A cell on its way."""

    def __init__(self, house: House) -> None:
        self.cell = open_cell("main", *house, now=s.EPOCH)
        self.now = s.EPOCH
        self.said: list[str] = []

    def tell(self, fact: Any) -> None:  # noqa: ANN401 - a fact, or what makes one of the cell
        """Take a fact in, and answer what is commanded."""
        step = advance(self.cell, fact(self.cell) if callable(fact) else fact, self.now)
        self.cell = step.state
        self.said += [type(command).__name__ for command in step.commands]
        for command in step.commands:
            if not isinstance(command, AskGuards):
                self.tell(CommandDone(command))

    def behaviour(self) -> tuple[object, ...]:
        """All that it does and that does not consist of sentences."""
        cell = self.cell
        domains = [
            (
                one.status_now.status,
                cell.ready(one),
                one.verdict.need,
                one.closed,
                [(check.state, check.by_other, check.troubled) for check in cell.checks(one)],
            )
            for one in cell.domains.values()
        ]
        gate = cell.verdict.cause.gate
        return tuple(self.said), cell.status_now.status, gate, next_timer(cell), domains


class Recoded(Walker):
    """The same, but no reason that it keeps or is given has a code that anybody knows."""

    def tell(self, fact: Any) -> None:  # noqa: ANN401
        """Take a fact in, and forget which sentences were meant."""
        super().tell(fact if callable(fact) else recoded(fact))
        self.cell = recoded(self.cell)


def code_unknown(code: str) -> str:
    """The code that takes its place."""
    return f"unknown_{code.removeprefix('unknown_')}"


def recoded(thing: Any) -> Any:  # noqa: ANN401
    """The same thing, with another code in each reason in it."""
    if isinstance(thing, Reason):
        return Reason(code_unknown(thing.code), recoded(thing.values))
    if isinstance(thing, tuple):
        return tuple(recoded(one) for one in thing)
    if isinstance(thing, Mapping):
        return {name: recoded(one) for name, one in thing.items()}
    if not is_dataclass(thing):
        return thing
    old = {field.name: getattr(thing, field.name) for field in fields(thing)}
    new = {name: recoded(value) for name, value in old.items() if name != "schedule"}
    return replace(thing, **{name: one for name, one in new.items() if one is not old[name]})  # type: ignore[type-var]


def any_fact(dice: Random, names: list[str]) -> Any:  # noqa: ANN401
    """Whatever may be told of one of these domains, or of their server."""
    name = dice.choice(names)
    up = dice.random() < 0.6
    return dice.choice(
        [
            *[
                s.ping(ok=up),
                s.docker(ok=up),
                s.app(ok=up, domain=name),
                s.visit(name),
                s.order(name),
            ],
            *[
                s.listed(s.container(), domain=name),
                s.listed(s.container(state="exited"), domain=name),
            ],
            *[TrafficSeen(name, dice.randrange(10**8)), WakeNow(name), SleepNow(name), WakeNow()],
            *[Ticked(), *s.SERVER_SILENT[:1] * 3],
            lambda cell: GuardsRead(cell.guards_asked, GuardReport()),
        ]
    )
