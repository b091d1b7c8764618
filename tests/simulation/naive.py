"""The same, done as simply as can be: every visit is told at once, and everybody looked at."""

from math import inf

from hall.core.config.document import Configuration
from hall.core.lifecycle.advance import advance
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.restore import restore_wake
from hall.core.lifecycle.timers import next_timer
from hall.core.model.check import CheckName
from hall.core.model.facts import ActivityReported, Fact, Probed, Ticked, Visited
from hall.core.model.state import DomainState, ServerState
from hall.simulation.machine import (
    DOWN,
    Mode,
    Project,
    ServerBody,
    SimulatedMachine,
    agenda_of,
    already_up,
    obey,
)
from hall.simulation.server import as_played, link_of, past_boot
from hall.simulation.signs import Signs
from hall.simulation.tally import Tally, VisitOutcome
from hall.simulation.times import BootTimes


def naive(
    config: Configuration, signs: Signs, times: BootTimes, start: float, end: float
) -> VisitOutcome:
    """What comes of these visits to the server main."""
    return _Naive(config, times, start, end).play(signs)


class _Naive:
    def __init__(self, config: Configuration, times: BootTimes, start: float, end: float) -> None:
        self.body = _body(config, times)
        self.now = start
        self.end = end
        self.tally = Tally(start, end)
        self.waiting: dict[str, list[float]] = {name: [] for name in config.domains}
        self.machine = SimulatedMachine()
        self.cell = _cell(config, self.body, start)
        server = config.servers["main"]
        if server.wake is None or server.sleep is None:
            self.machine = already_up(self.machine, self.body, start)
            self.tally.switch_on(start, woken=False)
        else:
            self.tell(Probed(CheckName.NETWORK, DOWN))

    def play(self, signs: Signs) -> VisitOutcome:
        """Tell everything in the order of time; what comes by itself comes first."""
        facts: list[tuple[float, str, Fact]] = []
        for name in self.waiting:
            facts += ((at, name, Visited(name)) for at in signs.visits.get(name, ()))
            facts += ((at, name, ActivityReported(name)) for at in signs.uses.get(name, ()))
        for at, name, fact in sorted(facts, key=lambda one: one[:2]):
            if not at < self.end:
                continue
            while self.next() <= at:
                self.step()
            self.now = at
            if isinstance(fact, Visited):
                self.waiting[name].append(at)
            self.tell(fact)
        while self.next() < self.end or any(self.waiting.values()):
            self.step()
        return self.tally.outcome()

    def next(self) -> float:
        """When something happens by itself."""
        alarm = next_timer(self.cell)
        coming = self.machine.agenda[0].at if self.machine.agenda else inf
        return min(coming, inf if alarm is None else alarm)

    def step(self) -> None:
        """Let it happen: a fact of the machine before an alarm."""
        self.now = max(self.now, self.next())
        if not self.machine.agenda or self.machine.agenda[0].at > self.next():
            self.tell(Ticked())
            return
        was = self.machine.mode
        self.machine, fact = agenda_of(self.machine)
        if self.machine.mode is Mode.OFF is not was:
            self.tally.switch_off(self.now)
        self.tell(fact)

    def tell(self, fact: Fact) -> None:
        """Tell the core, obey it, and look what became of those who wait."""
        was = self.machine.mode
        step = advance(self.cell, fact, self.now)
        self.cell = step.state
        for command in step.commands:
            self.machine = obey(self.machine, self.body, command, self.now)
        if was is Mode.OFF is not self.machine.mode:
            self.tally.switch_on(self.now, woken=True)
        for name, waiting in self.waiting.items():
            self.look(self.cell.domains[name], waiting)

    def look(self, domain: DomainState, waiting: list[float]) -> None:
        """Those who wait are let in, turned away, or wait on."""
        if self.cell.ready(domain):
            for at in waiting:
                self.tally.let_in(self.now - at)
        elif domain.closed is not None:
            self.tally.closed += len(waiting)
        elif not domain.waking and domain.asked_at is None and domain.retry_at is None:
            self.tally.failed += len(waiting)
        else:
            return
        waiting.clear()


def _body(config: Configuration, times: BootTimes) -> ServerBody:
    docker = config.servers["main"].docker is not None
    projects = {
        name: Project(times.domains[name], link_of(domain))
        for name, domain in config.domains.items()
    }
    return ServerBody(times=times.servers["main"], docker=docker, projects=projects)


def _cell(config: Configuration, body: ServerBody, now: float) -> ServerState:
    specs = {name: as_played(one) for name, one in config.domains.items()}
    zone = config.gateway.timezone
    cell = open_cell("main", config.servers["main"], specs, now=now, zone=zone)
    for name, project in body.projects.items():
        known = past_boot(body.times, project)
        cell = restore_wake(cell, name, history=(known,), running=None, now=now)
    return cell
