"""A world: one cell of the core and the machine that it watches, at one instant."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from math import inf

from hall.core.lifecycle.advance import advance
from hall.core.lifecycle.timers import next_timer
from hall.core.model.facts import Fact, Ticked
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import Outcome
from hall.core.timing import Instant
from hall.simulation.machine import Mode, ServerBody, SimulatedMachine, agenda_of, obey


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


@dataclass(frozen=True, slots=True)
class Habit:
    """What follows when the last sign of use comes at ``first``, at ``last`` or in between.

    Time alone changes something ``turns_s`` after the sign, and ``rests_s`` after it the world is
    ``home``. That both ends have this in common is enough: the later a sign comes, the later what
    follows, but never by more than that.
    """

    first: Instant
    last: Instant
    turns_s: float
    rests_s: float
    home: "World"

    def grown(self, other: "Habit") -> "Habit":
        """This habit over the time of both; the one of the later signs where they differ."""
        same = (self.turns_s, self.rests_s, self.home) == (other.turns_s, other.rests_s, other.home)
        if not same:
            return max(self, other, key=lambda habit: habit.last)
        first, last = min(self.first, other.first), max(self.last, other.last)
        return Habit(first, last, self.turns_s, self.rests_s, self.home)


class World:
    """A cell and its machine; it never changes, but remembers what came of it.

    ``later`` are the worlds that followed, by what was told and when; ``origin`` is the world that
    it followed so. ``rest`` is what becomes of it when nobody comes any more: when it falls asleep,
    and the world that it is then. ``habits`` are what follows from a last sign of use.
    """

    __slots__ = (
        *("alarm", "cell", "habits", "later", "machine", "moods", "next_at", "origin", "rest"),
    )

    def __init__(self, cell: ServerState, machine: SimulatedMachine) -> None:
        self.cell = cell
        self.machine = machine
        self.moods = tuple(_mood(cell, domain) for domain in cell.domains.values())
        self.alarm = _alarm(cell, machine)
        self.next_at = min(self.alarm, machine.agenda[0].at if machine.agenda else inf)
        self.later: dict[object, World] = {}
        self.origin: tuple[World, Fact, Instant] | None = None
        self.rest: tuple[Instant, World] | None = None
        self.habits: dict[Fact, Habit] = {}

    def tell(self, fact: Fact, body: ServerBody, now: Instant) -> "World":
        """The world after this fact; the machine hears what the core commands."""
        return self._step(self.machine, fact, body, now)

    def go_on(self, body: ServerBody, now: Instant) -> "World":
        """The world after what comes next by itself: a fact of the machine before an alarm."""
        if self.tells_next:
            machine, fact = agenda_of(self.machine)
            return self._step(machine, fact, body, now)
        return self._step(self.machine, Ticked(), body, now)

    def _step(
        self, machine: SimulatedMachine, fact: Fact, body: ServerBody, now: Instant
    ) -> "World":
        step = advance(self.cell, fact, now)
        for command in step.commands:
            machine = obey(machine, body, command, now)
        return World(step.state, machine)

    def habit(self, fact: Fact, now: Instant) -> Habit | None:
        """What follows from this sign of use if it is the last; None when it is not known."""
        habit = self.habits.get(fact)
        return habit if habit is not None and habit.first <= now <= habit.last else None

    def rested(self, at: Instant, home: "World") -> None:
        """Nobody came any more, and it fell asleep: remember when, and what it was then."""
        self.rest = at, home
        if self.origin is None:
            return
        before, fact, now = self.origin
        turns_s, rests_s = round(self.next_at - now, 6), round(at - now, 6)
        habit = Habit(now, now, turns_s, rests_s, home)
        before.habits[fact] = before.habits.get(fact, habit).grown(habit)

    @property
    def tells_next(self) -> bool:
        """Whether the machine has something to tell before time alone changes anything."""
        return bool(self.machine.agenda) and self.machine.agenda[0].at <= self.alarm

    @property
    def ready(self) -> bool:
        """Whether everybody may come in, and the machine has nothing more to tell."""
        return not self.machine.agenda and all(mood is Mood.READY for mood in self.moods)

    @property
    def still(self) -> bool:
        """Whether it is asleep, nothing is to come by itself, and no wake has failed."""
        return (
            self.next_at == inf
            and self.machine.mode is Mode.OFF
            and self.cell.sleep is None
            and not any(_failed(domain) for domain in self.cell.domains.values())
        )


def _mood(cell: ServerState, domain: DomainState) -> Mood:
    if cell.ready(domain):
        return Mood.READY
    if domain.closed is not None:
        return Mood.CLOSED
    return Mood.WAITING if domain.expects_wake else Mood.ASLEEP


def _alarm(cell: ServerState, machine: SimulatedMachine) -> Instant:
    """When time alone changes something. A machine that boots needs no further wake orders."""
    if cell.server_wake is not None and machine.mode is Mode.BOOTING:
        cell = replace(cell, server_wake=None)
    at = next_timer(cell)
    return inf if at is None else at


def _failed(domain: DomainState) -> bool:
    return domain.wake is not None and domain.wake.outcome is Outcome.FAILED
