"""A server with guests: domains whose containers may stop, each in a cell of its own.

A guest's machine is on when its server's is. What a guest does for its server is to be visited,
and to be in use once a wake of its own is over.
"""

from collections.abc import Sequence

from hall.core.timing import Instant
from hall.simulation.machine import Mode
from hall.simulation.replay import Replay
from hall.simulation.span import Span
from hall.simulation.stage import SimulationStage
from hall.simulation.tally import VisitOutcome
from hall.simulation.trace import Trace
from hall.simulation.visitors import Visitors
from hall.simulation.world import World


class GuestReplay(Replay):
    """One guest; ``part`` are its visitors as its server knows them."""

    def __init__(self, stage: SimulationStage, trace: Trace, span: Span, part: Visitors) -> None:
        super().__init__(stage, (trace,), span)
        self._part = part
        self._woken_at: Instant | None = None

    def switch(self, at: Instant, *, on: bool) -> None:
        """Its server is switched on, or begins to fall silent after all that happens now."""
        while not on and self._ahead(self._world) <= at:
            if not self._tell_untold(at):
                self._go_on(at)
        world = self._stage.hosted(self._world, at - self._shift, on=on)
        self._adopt(world, at, sign=False)

    def _adopt(self, world: World, at: Instant, *, sign: bool) -> None:
        super()._adopt(world, at, sign=sign)
        (domain,) = world.cell.domains.values()
        woken_at = domain.wake.ended_at if domain.wake is not None else None
        if woken_at is not None and woken_at != self._woken_at:
            self._woken_at = woken_at
            self._part.use(woken_at)


class HostReplay(Replay):
    """A server with its guests, who are always played first."""

    def __init__(
        self,
        stage: SimulationStage,
        traces: Sequence[Trace],
        span: Span,
        guests: Sequence[tuple[SimulationStage, Trace, int]],
    ) -> None:
        super().__init__(stage, traces, span)
        self._guests = [
            GuestReplay(guest, trace, span, self._parts[part]) for guest, trace, part in guests
        ]
        if not stage.up and self._world.machine.mode is not Mode.OFF:
            self._switch(span[0], on=True)

    def run(self) -> VisitOutcome:
        """Play until the end, and count the visitors of all."""
        outcome = super().run()
        for guest in self._guests:
            outcome = outcome.joined(guest.run())
        return outcome

    def _come(self, until: Instant) -> None:
        super()._come(until)
        for guest in self._guests:
            guest.play(until=until)

    def _take(self, world: World, at: Instant) -> None:
        before = self._world.machine.mode
        super()._take(world, at)
        if (mode := world.machine.mode) is not before and mode in {Mode.BOOTING, Mode.LEAVING}:
            self._switch(at, on=mode is Mode.BOOTING)

    def _switch(self, at: Instant, *, on: bool) -> None:
        for guest in self._guests:
            guest.switch(at, on=on)
