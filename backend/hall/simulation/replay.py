"""One server's visits, played through the core on a virtual clock.

The clock goes from one thing that changes something to the next. A visit to a domain that is ready
or being woken can only put off what time would do: such visits are counted, and the core is told
the last of them before anything else happens.
"""

from collections.abc import Sequence
from math import inf

from hall.core.model.facts import Fact
from hall.core.timing import Instant
from hall.simulation.machine import Mode
from hall.simulation.span import Span
from hall.simulation.stage import NOON, SimulationStage
from hall.simulation.tally import Tally, VisitOutcome
from hall.simulation.trace import Trace
from hall.simulation.visitors import Visitors
from hall.simulation.world import Mood, World

_MANY = 10_000
"""So many things at one instant mean that the core goes round in circles."""


class Replay:
    """One server, or one guest.

    ``_shift`` is what the clock of the visits is ahead of that of the worlds, ``_until`` the end of
    what may be played now, ``_alone`` the world since which nobody came and nobody waits.
    """

    def __init__(self, stage: SimulationStage, traces: Sequence[Trace], span: Span) -> None:
        start, end = span
        self._stage = stage
        self._end = end
        self._until = inf
        self._now = start
        self._many = 0
        self._shift = start - stage.begins_at
        self._tally = Tally(start, end)
        self._parts = [
            Visitors(name, trace, self._tally if trace.counted else Tally(start, end))
            for name, trace in zip(stage.names, traces, strict=True)
        ]
        self._world = stage.first()
        self._alone: World | None = None
        self._at_home = False
        if self._world.machine.mode is not Mode.OFF:
            self._tally.switch_on(start, woken=not stage.up)
        self._turn(start)

    def run(self) -> VisitOutcome:
        """Play until the end, and until nobody waits any more; all visits lie before the end."""
        self.play(until=inf)
        return self._tally.outcome()

    def play(self, *, until: Instant) -> None:
        """Play all that happens before ``until``, or before nothing more counts."""
        self._until = until
        while True:
            if self._sleeps_undisturbed():
                continue
            ahead = self._ahead(self._world)
            at = min(ahead, until)
            first = self._knocker(at)
            stop = at if first is None else first.next_visit
            self._come(stop)
            over = stop == inf or (stop >= self._end and not self._anybody_waits)
            if over or (first is None and ahead >= until):
                return
            if first is not None:
                self._tell_untold(stop)
                self._tell(first.knock(), stop)
            elif not self._tell_untold(stop):
                self._go_on(at)

    # ---- visits ----------------------------------------------------------------------------------

    @property
    def _anybody_waits(self) -> bool:
        return any(part.waits for part in self._parts)

    def _knocker(self, before: Instant) -> Visitors | None:
        """Whose visit comes first of those that the core must be told at once."""
        asleep = [part for part in self._parts if part.mood is Mood.ASLEEP]
        first = min(asleep, key=lambda part: part.next_visit, default=None)
        return first if first is not None and first.next_visit < before else None

    def _come(self, until: Instant) -> None:
        for part in self._parts:
            part.come(until)

    def _tell_untold(self, until: Instant) -> bool:
        """Tell the core the signs of use that it does not know yet; whether there were any."""
        untold = [(part.untold, part) for part in self._parts if part.untold is not None]
        ordered = [one for one in untold if one[0][0] <= until]
        ordered.sort(key=lambda one: one[0][0])
        if len(self._parts) == 1 and self._world.ready and ordered:
            self._put_off(self._parts[0])
            return True
        for (at, fact), part in ordered:
            part.untold = None
            self._tell(fact, at)
        return bool(ordered)

    def _put_off(self, part: Visitors) -> None:
        """Tell a part that is alone and ready only the last of all signs before its rest."""
        while (sign := part.untold) is not None:
            at, fact = sign
            habit = self._world.habit(fact, at - self._shift)
            ahead = at + habit.turns_s if habit else self._ahead(self._received(fact, at))
            self._come(min(ahead, self._until))
            if part.untold != sign:
                continue
            part.untold = None
            if habit is not None and part.next_sign >= at + habit.rests_s:
                self._sleep(habit.home, at + habit.rests_s)
            else:
                self._adopt(self._received(fact, at), at, sign=True)

    def _received(self, fact: Fact, at: Instant) -> World:
        return self._stage.hear(self._world, fact, at - self._shift)

    def _tell(self, fact: Fact, at: Instant) -> None:
        if self._at_home:
            self._shift = at - NOON
        self._adopt(self._received(fact, at), at, sign=True)

    # ---- time ------------------------------------------------------------------------------------

    def _ahead(self, world: World) -> Instant:
        """When something happens by itself if this is the world."""
        return world.next_at + self._shift

    def _go_on(self, at: Instant) -> None:
        """What comes next by itself."""
        self._many = self._many + 1 if at <= self._now else 0
        if self._many > _MANY:
            raise RuntimeError(f"the core goes round in circles: {self._world.cell}")
        at = max(at, self._now)
        self._adopt(self._stage.go_on(self._world, at - self._shift), at, sign=False)

    def _sleeps_undisturbed(self) -> bool:
        """Go to the end of a rest that was played before, if nobody comes until then."""
        if self._alone is None or self._alone.rest is None:
            return False
        at = self._alone.rest[0] + self._shift
        if any(part.untold is not None or part.next_sign < at for part in self._parts):
            return False
        self._sleep(self._alone.rest[1], at)
        return True

    def _sleep(self, home: World, at: Instant) -> None:
        """Everybody has gone, and now it sleeps."""
        self._take(home, at)
        self._at_home, self._alone = True, None

    def _adopt(self, world: World, at: Instant, *, sign: bool) -> None:
        """Go on from this world; ``sign`` says that somebody came."""
        self._take(world, at)
        self._at_home = False
        if self._anybody_waits:
            self._alone = None
            return
        if sign or self._alone is None:
            self._alone = world
        if (home := self._stage.home(world)) is not None:
            self._alone.rested(at - self._shift, home)
            self._world, self._at_home, self._alone = home, True, None

    def _take(self, world: World, at: Instant) -> None:
        was, now = self._world.machine.mode, world.machine.mode
        if now is Mode.OFF or (was is Mode.LEAVING and now is Mode.BOOTING):
            self._tally.switch_off(at)
        if now is Mode.BOOTING is not was:
            self._tally.switch_on(at, woken=True)
        self._world, self._now = world, at
        self._turn(at)

    def _turn(self, at: Instant) -> None:
        for part, mood in zip(self._parts, self._world.moods, strict=True):
            part.turn(mood, at)
