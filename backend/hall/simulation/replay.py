"""One server's visits, played through the core on a virtual clock.

The core is told in the order of time what comes by itself, and who comes. Two things are kept back,
for they change nothing yet: signs of use of a domain that is ready, that is being woken or that
turns visitors away, of which the last of a kind is told before anything else happens; and that a
domain is up which nobody has asked for, until somebody does.
"""

from enum import Enum, auto
from math import inf

from hall.core.config.domain import DomainConfig
from hall.core.config.policies import OnDemandPolicy
from hall.core.lifecycle.advance import unwatched
from hall.core.lifecycle.timers import next_timer
from hall.core.model.changed import replace
from hall.core.model.check import CheckName
from hall.core.model.facts import ContainersSeen, Fact, Probed, Ticked, Visited
from hall.core.model.state import DomainState, ServerState
from hall.core.timing import Instant
from hall.simulation.machine import DOWN, Mode, SimulatedMachine, agenda_of, already_up, obey
from hall.simulation.server import PlayedServer
from hall.simulation.signs import Sign, Signs
from hall.simulation.span import Span
from hall.simulation.tally import Tally, VisitOutcome

_MANY = 10_000
"""So many things at one instant mean that the core goes round in circles."""


class Mood(Enum):
    """What a visit to a domain means now."""

    READY = auto()
    """Straight in; it is use, and can only put off what time would do."""
    WAITING = auto()
    """A wake is on its way, or will be: one more waits with the others."""
    CLOSED = auto()
    """Turned away; it changes nothing."""
    ASLEEP = auto()
    """The core must be told at once."""


class Replay:
    """One server in a span of time; ``run`` once.

    ``_next_at`` is when something happens by itself, ``_untold`` the signs that are kept back, in
    the order of time, ``_unseen`` what a look at a domain would find that nobody asks for.
    """

    def __init__(self, server: PlayedServer, span: Span) -> None:
        self._start, self._end = span
        self._now = self._start
        self._many = 0
        self._tally = Tally(*span)
        self._body = server.body()
        self._machine = SimulatedMachine()
        self._cell = server.opened(self._start)
        self._untold: dict[Sign, Instant] = {}
        self._unseen: dict[str, Fact] = {}
        self._idlers = {name for name, one in server.domains.items() if _only_visits_count(one)}
        self._waiting: dict[str, list[Instant]] = {name: [] for name in server.domains}
        self._moods = {name: _mood(self._cell, one) for name, one in self._cell.domains.items()}
        self._next_at = self._start
        if server.always_up:
            self._machine = already_up(self._machine, self._body, self._start)
            self._tally.switch_on(self._start, woken=False)
        else:
            self._tell(Probed(CheckName.NETWORK, DOWN), self._start)

    def run(self, signs: Signs) -> VisitOutcome:
        """Play until the end, and until nobody waits any more."""
        for at, sign in signs.between(self._start, self._end):
            while self._next_at <= at:
                self._go_on()
            self._come(sign, at)
        while self._next_at < self._end or (self._next_at < inf and any(self._waiting.values())):
            self._go_on()
        return self._tally.outcome()

    def _come(self, sign: Sign, at: Instant) -> None:
        if (seen := self._unseen.pop(sign.domain, None)) is not None:
            self._tell_untold()
            self._tell(seen, at)
        visits = isinstance(sign, Visited)
        if visits and self._moods[sign.domain] is Mood.ASLEEP:
            self._tell_untold()
            self._waiting[sign.domain].append(at)
            self._tell(sign, at)
            return
        if visits:
            self._receive(sign.domain, at)
        self._untold.pop(sign, None)
        self._untold[sign] = at

    def _receive(self, name: str, at: Instant) -> None:
        match self._moods[name]:
            case Mood.READY:
                self._tally.let_in(0.0)
            case Mood.CLOSED:
                self._tally.closed += 1
            case _:
                self._waiting[name].append(at)

    def _tell_untold(self) -> None:
        untold, self._untold = self._untold, {}
        for sign, at in untold.items():
            self._tell(sign, at)

    def _go_on(self) -> None:
        """What comes next by itself, unless somebody came who puts it off."""
        if self._untold:
            self._tell_untold()
            return
        at = max(self._next_at, self._now)
        self._many = self._many + 1 if at == self._now else 0
        if self._many > _MANY:
            raise RuntimeError(f"the core goes round in circles: {self._cell}")
        if _coming(self._machine) > self._next_at:
            self._tell(Ticked(), at)
        elif (name := _about(fact := self._said(at))) in self._idlers and self._is_asleep(name):
            self._unseen[name] = fact
            self._wait()
        else:
            self._tell(fact, at)

    def _is_asleep(self, name: str) -> bool:
        return self._moods[name] is Mood.ASLEEP

    def _said(self, at: Instant) -> Fact:
        """What the machine tells next."""
        was = self._machine.mode
        self._machine, fact = agenda_of(self._machine)
        if self._machine.mode is Mode.OFF is not was:
            self._tally.switch_off(at)
        return fact

    def _tell(self, fact: Fact, at: Instant) -> None:
        """Tell the core, obey it, and look what became of those who wait."""
        was, before = self._cell, self._machine.mode
        (self._cell, commands), self._now = unwatched(was, fact, at), at
        for command in commands:
            self._machine = obey(self._machine, self._body, command, at)
        if before is Mode.OFF is not self._machine.mode:
            self._tally.switch_on(at, woken=True)
        if self._machine.mode is not Mode.ON:
            self._unseen.clear()
        self._wait()
        self._look(was)

    def _wait(self) -> None:
        self._next_at = min(_alarm(self._cell, self._machine), _coming(self._machine))

    def _look(self, was: ServerState) -> None:
        """What a visit means now: it differs only where the domain changed, or its server."""
        cell = self._cell
        shared = cell.network is was.network and cell.docker is was.docker
        if shared and cell.domains is was.domains:
            return
        for name, domain in cell.domains.items():
            if not shared or domain is not was.domains[name]:
                self._moods[name] = mood = _mood(cell, domain)
                if self._waiting[name] and mood is not Mood.WAITING:
                    self._dismiss(name, mood)

    def _dismiss(self, name: str, mood: Mood) -> None:
        """Let those in who wait, turn them away, or count that their wake failed."""
        waiting, self._waiting[name] = self._waiting[name], []
        if mood is Mood.READY:
            for came_at in waiting:
                self._tally.let_in(self._now - came_at)
        elif mood is Mood.CLOSED:
            self._tally.closed += len(waiting)
        else:
            self._tally.failed += len(waiting)


def _mood(cell: ServerState, domain: DomainState) -> Mood:
    if cell.ready(domain):
        return Mood.READY
    if domain.closed is not None:
        return Mood.CLOSED
    return Mood.WAITING if domain.expects_wake else Mood.ASLEEP


def _coming(machine: SimulatedMachine) -> Instant:
    """When the machine tells something; infinity when it has nothing to tell."""
    return machine.agenda[0].at if machine.agenda else inf


def _alarm(cell: ServerState, machine: SimulatedMachine) -> Instant:
    """When time alone changes something. A machine that boots needs no further wake orders."""
    if cell.server_wake is not None and machine.mode is Mode.BOOTING:
        cell = replace(cell, server_wake=None)
    at = next_timer(cell)
    return inf if at is None else at


def _about(fact: Fact) -> str | None:
    """The domain whose own part was looked at; None for other facts."""
    return fact.domain if isinstance(fact, ContainersSeen | Probed) else None


def _only_visits_count(domain: DomainConfig) -> bool:
    """Whether its policy never acts by itself: it neither wakes the domain, nor stops it."""
    policy = domain.policy
    return isinstance(policy, OnDemandPolicy) and policy.stop_containers_after is None
