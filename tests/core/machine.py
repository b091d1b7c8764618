"""A machine that obeys, or does not: it answers a cell's orders with facts, as the world would."""

from dataclasses import dataclass, field
from itertools import count
from math import ceil

from hall.core.lifecycle.advance import advance, in_full
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.restore import restore_server, restore_wake
from hall.core.lifecycle.timers import next_timer
from hall.core.model.commands import (
    AskGuards,
    Command,
    SendSleep,
    SendWake,
    StartContainers,
    StopContainers,
)
from hall.core.model.facts import CommandDone, Fact, GuardsRead, SleepNow, Ticked, TrafficSeen
from hall.core.model.guards import GuardReport
from hall.core.model.saved import Saved
from hall.core.model.state import ServerState, Status
from hall.core.policy.server import GUARDS_FRESH_S
from hall.core.timing import Instant
from tests.core import scenes as s
from tests.core.visible import numbered

BOOT_S = 30.0
DOZES_S = (0.5, 4.0, 30.0)
STOP_S = 3.0
LOOK_S = 120.0

STEPS_A_SECOND = 4
"""More than the looks, orders and alarms of a wake make together."""


@dataclass
class Machine:
    """One server of the world, and the cell that watches it; time is what the test says.

    ``deaf`` to sleep orders it stays up, and when ``cut`` as well they do not even arrive; ``busy``
    its guards are.
    """

    cell: ServerState
    now: Instant
    up: bool = True
    deaf: bool = False
    busy: bool = False
    cut: bool = False
    containers: dict[str, str] = field(default_factory=dict)
    stopping: set[str] = field(default_factory=set)
    coming: list[tuple[Instant, int, bool | Fact]] = field(default_factory=list)
    orders: list[tuple[Instant, Command]] = field(default_factory=list)
    unanswered: SendSleep | None = None
    quiet_at: Instant = float("-inf")
    by_force: bool = False
    _number: "count[int]" = field(default_factory=count)

    # ---- time passes -----------------------------------------------------------------------------

    def run(self, seconds: float) -> None:
        """Let time pass: alarms ring, looks are taken, orders have their effect.

        It passes in steps of which each moves on: who makes too many of them is busy with itself.
        """
        end, look_at = self.now + seconds, self.now
        for _ in range(100 + STEPS_A_SECOND * ceil(seconds)):
            if self.now >= end:
                return
            alarm = next_timer(self.cell)
            turns = [end, look_at, *(at for at, _, _ in self.coming)]
            self.now = min([*turns, *([max(alarm, self.now)] if alarm is not None else [])])
            self._happen()
            if self.now >= look_at:
                self.look()
                look_at = self.now + (1.0 if self._restless else LOOK_S)
            self.ring()
        raise AssertionError(f"time hardly passes at {self.now}: {self.cell.verdict}")

    @property
    def _restless(self) -> bool:
        return self.cell.waking_up or self.cell.sleep is not None

    def ring(self) -> None:
        """Tick until no alarm is due: soon, or it would be a busy loop."""
        for _ in range(6):
            if (alarm := next_timer(self.cell)) is None or alarm > self.now:
                return
            self.tell(Ticked())
        raise AssertionError(f"still due at {self.now}: {self.cell.verdict}")

    def _happen(self) -> None:
        for at, number, event in sorted(self.coming, key=lambda one: one[:2]):
            if at <= self.now:
                self.coming.remove((at, number, event))
                if isinstance(event, bool):
                    self.up = event
                else:
                    self.tell(event)

    def _later(self, seconds: float, event: bool | Fact) -> None:  # noqa: FBT001 - up or down
        self.coming.append((self.now + seconds, next(self._number), event))

    def look(self) -> None:
        """Look at every link once, thrice at a silent network."""
        if not self.up:
            for _ in range(3):
                self.tell(s.ping(ok=False))
            for name in self.cell.domains:
                self.tell(s.app(ok=False, domain=name))
            return
        self.tell(s.ping())
        self.tell(s.docker())
        for name, domain in self.cell.domains.items():
            state = self.containers.setdefault(name, "running")
            if domain.spec.project is not None:
                self.tell(s.listed(s.container(state=state), domain=name))
                self.tell(TrafficSeen(name, 0))
            self.tell(s.app(ok=state == "running", domain=name))

    def restart(self) -> None:
        """Start Hall again, with what the record would remember; orders that were out are lost."""
        old = self.cell
        specs = {name: domain.spec for name, domain in old.domains.items()}
        cell = open_cell(old.id, old.spec, specs, now=self.now)
        for name, domain in old.domains.items():
            cell = restore_wake(
                cell, name, history=domain.history, running=domain.running, now=self.now
            )
        given = [(None, old.override), *((n, one.override) for n, one in old.domains.items())]
        overrides = {name: override for name, override in given if override is not None}
        rested = {n: one.rested_at for n, one in old.domains.items() if one.rested_at is not None}
        activity = {name: domain.activity for name, domain in old.domains.items()}
        memory = Saved(
            power=old.power,
            overrides=overrides,
            rested=rested,
            activity=activity,
            sleep=old.sleep,
        )
        self.cell = restore_server(cell, memory, self.now)
        self.unanswered = None
        self.stopping.clear()  # Docker gives up a stop whose caller is gone

    # ---- facts and orders ------------------------------------------------------------------------

    def tell(self, fact: Fact) -> None:
        """Tell a fact, hold the step against the laws, and take the orders."""
        self.by_force = isinstance(fact, SleepNow) and fact.force
        if isinstance(fact, GuardsRead) and fact.report == GuardReport():
            self.quiet_at = self.now
        step = advance(self.cell, fact, self.now)
        if not step.confirmed:
            assert step == in_full(self.cell, fact, self.now)
        if isinstance(fact, CommandDone):
            self._effect(fact)
        self._laws(step.state, step.commands)
        numbered(self.cell, step.state, self.now)
        self.cell = step.state
        for command in step.commands:
            self.orders.append((self.now, command))
            self._take(command)

    def _effect(self, fact: CommandDone) -> None:
        if isinstance(fact.command, SendSleep):
            self.unanswered = None
        if isinstance(fact.command, StopContainers) and fact.command.domain in self.stopping:
            self.stopping.discard(fact.command.domain)
            self.containers[fact.command.domain] = "exited"

    def _take(self, command: Command) -> None:
        match command:
            case SendWake():
                self._later(0.1, CommandDone(command))
                if not self.up:
                    self._later(BOOT_S, event=True)
            case SendSleep():
                self.unanswered = command
                self._later(
                    1.0, CommandDone(command, "no route" if self.cut and self.deaf else None)
                )
                if not self.deaf:
                    self._later(DOZES_S[len(self.orders) % 3], event=False)
            case AskGuards(number=number):
                report = GuardReport(sessions=("alice on pts/0",)) if self.busy else GuardReport()
                self._later(0.5, GuardsRead(number, report))
            case StartContainers(domain=name):
                assert name not in self.stopping, "started while they are being stopped"
                self.containers[name] = "running"
                self._later(0.5, CommandDone(command))
            case StopContainers(domain=name):
                self.stopping.add(name)
                self._later(STOP_S, CommandDone(command))

    # ---- the laws --------------------------------------------------------------------------------

    def _laws(self, cell: ServerState, commands: tuple[Command, ...]) -> None:
        kinds = {type(command) for command in commands}
        assert not {SendWake, SendSleep} <= kinds, "woken and put to sleep at once"
        if SendWake in kinds:
            assert self.unanswered is None, "woken while a sleep order is on its way"
        if SendSleep in kinds:
            self._may_sleep(cell)
        ready = [name for name, domain in cell.domains.items() if cell.ready(domain)]
        assert not ready or cell.sleep is None
        assert not ready or not self.doomed, f"{ready} let in to a server that goes to sleep"
        assert not self.stopping & set(ready), "let in to containers that are being stopped"

    @property
    def doomed(self) -> bool:
        """Whether an order to sleep was given that will have its effect."""
        ordered = any(isinstance(command, SendSleep) for _, command in self.orders)
        return ordered and self.up and any(event is False for _, _, event in self.coming)

    def _may_sleep(self, cell: ServerState) -> None:
        before = self.cell
        assert before.sleep is None, "ordered twice"
        assert self.unanswered is None
        assert not cell.waking
        assert not self.stopping, "put to sleep while containers stop"
        assert cell.server_wake is None
        assert self.now >= cell.power.after, "ordered again before the pause was over"
        for domain in cell.domains.values():
            assert domain.asked_at is None
            assert domain.verdict.need == 1, f"{domain.id} needs it"
        assert self.quiet_at >= self.now - GUARDS_FRESH_S or self.by_force, "the guards are busy"

    # ---- what the tests ask ----------------------------------------------------------------------

    @property
    def status(self) -> Status:
        """The status of the server."""
        return self.cell.status_now.status

    def count(self, kind: type[Command]) -> int:
        """How many orders of one kind there were."""
        return sum(isinstance(command, kind) for _, command in self.orders)
