"""The whole simulation: each policy variant, each server, and what comes of the visits."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from hall.core.config.document import Configuration
from hall.simulation.guest import HostReplay
from hall.simulation.parts import set_up
from hall.simulation.replay import Replay
from hall.simulation.setting import Members, ServerSetting, Setting
from hall.simulation.span import Span
from hall.simulation.stage import SimulationStage
from hall.simulation.tally import VisitOutcome
from hall.simulation.times import BootTimes
from hall.simulation.trace import Signs, Trace, traced
from hall.simulation.variants import Variant


@dataclass(frozen=True, slots=True)
class VisitedDomain:
    """One server's visits: a trace for each of its parts, and one for each guest."""

    traces: tuple[Trace, ...]
    guests: tuple[tuple[Setting, Trace, int], ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Servers that are alike, each with its own visits: to be played one after the other."""

    setting: Setting
    span: Span
    servers: tuple[VisitedDomain, ...]

    @property
    def weight(self) -> int:
        """About how long it takes to play, in no unit: the longest tasks are to begin first."""
        traces = [one for server in self.servers for one in server.traces]
        return len(self.setting.parts) * sum(len(trace.visits) for trace in traces)


Outcomes = tuple[VisitOutcome, ...]
Run = Callable[[Callable[[Task], Outcomes], Iterable[Task]], Iterable[Outcomes]]
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
    houses = [(one.name, dict(_servers(config, one, times))) for one in variants]
    servers = dict.fromkeys(server for _, house in houses for server in house.values())
    outcomes = _played(servers, signs, span, run)
    return [
        Result(name, {server: outcomes[played] for server, played in house.items()})
        for name, house in houses
    ]


def _servers(
    config: Configuration, variant: Variant, times: BootTimes
) -> Iterator[tuple[str, ServerSetting]]:
    for name, server in config.servers.items():
        domains = {
            key: domain.model_copy(update={"policy": variant.policies[key]})
            for key, domain in config.domains.items()
            if domain.server == name
        }
        if domains:
            yield name, set_up(server, domains, times, config.gateway.timezone)


def _played(
    servers: Iterable[ServerSetting], signs: Signs, span: Span, run: Run
) -> dict[ServerSetting, VisitOutcome]:
    """Each server once; the longest task first."""
    traces: dict[Members, Trace] = {}

    def visited(server: ServerSetting) -> VisitedDomain:
        for members in (*server.members, *(guest.members for guest in server.guests)):
            if members not in traces:
                traces[members] = traced(members, signs, *span)
        own = tuple(traces[members] for members in server.members)
        guests = tuple((one.setting, traces[one.members], one.part) for one in server.guests)
        return VisitedDomain(own, guests)

    groups = _alike(servers)
    tasks = [Task(one[0].setting, span, tuple(map(visited, one))) for one in groups]
    order = sorted(range(len(tasks)), key=lambda number: -tasks[number].weight)
    outcomes = run(play, [tasks[number] for number in order])
    return {
        server: outcome
        for number, played in zip(order, outcomes, strict=True)
        for server, outcome in zip(groups[number], played, strict=True)
    }


def _alike(servers: Iterable[ServerSetting]) -> list[list[ServerSetting]]:
    """Those together that profit of what is remembered of one another."""
    groups: dict[object, list[ServerSetting]] = {}
    for server in servers:
        shares = server.setting.timeless and len(server.setting.parts) == 1
        groups.setdefault(server.setting if shares else server, []).append(server)
    return list(groups.values())


def play(task: Task) -> Outcomes:
    """The outcomes of a task's servers, in their order; they share what was played before."""
    stage = SimulationStage(task.setting, task.span[0])
    return tuple(_play(stage, server, task.span) for server in task.servers)


def _play(stage: SimulationStage, server: VisitedDomain, span: Span) -> VisitOutcome:
    if not server.guests:
        return Replay(stage, server.traces, span).run()
    guests = [
        (SimulationStage(setting, span[0]), trace, part) for setting, trace, part in server.guests
    ]
    return HostReplay(stage, server.traces, span, guests).run()
