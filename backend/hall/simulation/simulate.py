"""The whole simulation: each policy variant, each server, and what comes of the visits."""

import gc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hall.core.config.document import Configuration
from hall.core.config.domain import DomainConfig
from hall.simulation.replay import Replay
from hall.simulation.server import PlayedServer
from hall.simulation.signs import Signs
from hall.simulation.span import Span
from hall.simulation.tally import VisitOutcome
from hall.simulation.times import BootTimes
from hall.simulation.variants import Variant


@dataclass(frozen=True, slots=True)
class Task:
    """A server under one variant, with its visits."""

    server: PlayedServer
    signs: Signs
    span: Span


Run = Callable[[Callable[[Task], VisitOutcome], Iterable[Task]], Iterable[VisitOutcome]]
"""Like ``map``: plays tasks, and gives their outcomes in the same order."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a variant, by server."""

    variant: str
    servers: Mapping[str, VisitOutcome]


def simulate(
    config: Configuration,
    signs: Signs,
    span: Span,
    *,
    variants: Iterable[Variant],
    times: BootTimes,
    run: Run = map,
) -> list[Result]:
    """Replay visits under each variant.

    Args:
        config: The servers and domains. Servers without a domain are left out.
        signs: The visits, and other signs of use; those outside the span do not count.
        span: From when to when.
        variants: The policies to compare.
        times: How long boots take.
        run: What carries the tasks out, like ``map``; a process pool's, for many visits.
    """
    houses = {one.name: _servers(config, one, times) for one in variants}
    different = {_key(server): server for house in houses.values() for server in house}
    tasks = [Task(server, signs.of(server.domains), span) for server in different.values()]
    outcomes = dict(zip(different, run(play, tasks), strict=True))
    return [
        Result(name, {server.id: outcomes[_key(server)] for server in house})
        for name, house in houses.items()
    ]


def _key(server: PlayedServer) -> tuple[object, ...]:
    """What tells it from itself under another variant."""
    return server.id, *(domain.policy for domain in server.domains.values())


def _servers(config: Configuration, variant: Variant, times: BootTimes) -> tuple[PlayedServer, ...]:
    """The servers that have a domain, with the policies of the variant."""
    return tuple(
        PlayedServer(
            id=name, spec=server, domains=domains, times=times, zone=config.gateway.timezone
        )
        for name, server in config.servers.items()
        if (domains := _domains(config, variant, name))
    )


def _domains(config: Configuration, variant: Variant, server: str) -> dict[str, DomainConfig]:
    return {
        name: domain.model_copy(update={"policy": variant.policies[name]})
        for name, domain in config.domains.items()
        if domain.server == server
    }


def play(task: Task) -> VisitOutcome:
    """What comes of a task's visits. States hold no cycles: nothing is there to be collected."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return Replay(task.server, task.span).run(task.signs)
    finally:
        if collects:
            gc.enable()
