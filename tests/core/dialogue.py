"""A dialogue with one cell: tell it facts, expect its commands, ask what it shows.

Times are seconds from the beginning. A test asks in the words of the documentation, whatever the
core is made of; what it is asked is in ``answers.py``.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from hall.core.config.domain import DomainConfig
from hall.core.config.server import ServerConfig
from hall.core.lifecycle.advance import advance
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.restore import restore_server, restore_wake
from hall.core.lifecycle.timers import next_timer
from hall.core.model.activity import Activity, ActivityKind
from hall.core.model.commands import AskGuards, Command, SendSleep
from hall.core.model.events import Event, PowerNoted
from hall.core.model.facts import CommandDone, Fact, GuardsRead, Ticked
from hall.core.model.guards import GuardReport
from hall.core.model.override import Override
from hall.core.model.power import SleepAttempt
from hall.core.model.saved import Saved
from hall.core.model.wake import Boot
from tests.core.answers import EPOCH, Answers, PowerKept, instant
from tests.core.visible import numbered

QUIET = GuardReport()


class Dialogue(Answers):
    """One server and its domains, with all that was said since the last question."""

    begun: ClassVar[list["Dialogue"]] = []
    """Those of this test."""

    def __init__(self, server: ServerConfig, domains: Mapping[str, DomainConfig]) -> None:
        self.cell = open_cell("main", server, domains, now=EPOCH)
        self.now = 0.0
        self.begun.append(self)
        self.commands: list[Command] = []
        self.events: list[Event] = []
        self.strict = False
        self._asked = 0
        self._ordered: SendSleep | None = None

    # ---- telling ---------------------------------------------------------------------------

    def tell(self, *facts: Fact, at: float | None = None) -> Self:
        """Tell facts, all at this second, after the alarms that ring before it."""
        if at is not None:
            self.wait_until(at)
        for fact in facts:
            self._take(fact)
        return self

    def wait_until(self, at: float) -> Self:
        """Let time pass, with nothing but alarms."""
        rung_at, rings = self.now, 0
        while (alarm := next_timer(self.cell)) is not None and alarm <= instant(at):
            self.now = max(self.now, alarm - EPOCH)
            rung_at, rings = self.now, rings + 1 if self.now == rung_at else 0
            assert rings < 10, f"busy at {self.now:.1f}: {self.verdict()}"
            self._take(Ticked())
        self.now = at
        return self

    def sway(self, *swings: tuple[Fact, ...], every: float, times: int, after: float = 0) -> Self:
        """Tell one bunch of facts after the other, round and round, ``every`` seconds."""
        for turn in range(times):
            self.tell(*swings[turn % len(swings)], at=after + (turn + 1) * every)
        return self

    def sleep_until_quiet(self) -> Self:
        """Let time pass until no alarm is left."""
        while (alarm := next_timer(self.cell)) is not None:
            self.now = max(self.now, alarm - EPOCH)
            self._take(Ticked())
        return self

    def guards_say(self, report: GuardReport | None = QUIET, why: str = "") -> Self:
        """The server answers the guards that were asked for last."""
        return self.tell(GuardsRead(self._asked, report, why))

    def order_given(self, error: str | None = None) -> Self:
        """The sleep order that went out last was given, or could not be."""
        assert self._ordered is not None, "no sleep order went out"
        return self.tell(CommandDone(self._ordered, error))

    def restart(self, name: str = "client1", *, history: tuple[Boot, ...] = ()) -> Self:
        """Stop Hall and start it again: the journal gives the newest wake of a domain back."""
        wake = self._domain(name).wake
        kept = wake and replace(wake, ordered=frozenset(), started=frozenset())
        self._open()
        self.cell = restore_wake(
            self.cell, name, history=history, running=kept, now=instant(self.now)
        )
        return self

    def remember(
        self,
        *,
        used: Mapping[str, tuple[str, float]] | None = None,
        orders: Mapping[str | None, Override] | None = None,
        rested: Mapping[str, float] | None = None,
        slept_by_order_at: float | None = None,
        **power: Any,  # noqa: ANN401 - the fields of PowerKept
    ) -> Self:
        """Hall starts with this memory of its server: its use, orders, sleep order and power."""
        uses = {
            n: Activity(at=instant(at), sign=ActivityKind(sign))
            for n, (sign, at) in (used or {}).items()
        }
        out = slept_by_order_at
        memory = Saved(
            power=PowerKept(**power).given_back(),
            overrides=orders or {},
            rested={name: instant(at) for name, at in (rested or {}).items()},
            activity=uses,
            sleep=None if out is None else SleepAttempt(id="s1", ordered_at=instant(out)),
        )
        self.cell = restore_server(self.cell, memory, instant(self.now))
        return self

    def _open(self) -> None:
        specs = {name: domain.spec for name, domain in self.cell.domains.items()}
        self.cell = open_cell("main", self.cell.spec, specs, now=instant(self.now))

    def _take(self, fact: Fact) -> None:
        step = advance(self.cell, fact, instant(self.now))
        numbered(self.cell, step.state, instant(self.now))
        self.cell = step.state
        self.commands += step.commands
        self.events += step.events
        for command in step.commands:
            match command:
                case AskGuards(number=number):
                    assert number > self._asked, "an answer could be taken for another"
                    self._asked = number
                case SendSleep():
                    assert command != self._ordered, "two sleep orders with one name"
                    self._ordered = command

    # ---- commands and events ---------------------------------------------------------------

    def expect(self, *expected: Command) -> Self:
        """These commands were given since the last time, and no others.

        From now on whatever is commanded must be expected, to the end of the test.
        """
        __tracebackhide__ = True
        self.strict = True
        heard = [_unnamed(command) for command in self.heard()]
        assert heard == list(expected), f"commanded at {self.now:.1f}: {heard}"
        return self

    def heard(self) -> list[Command]:
        """The commands since the last time, whatever they are."""
        heard, self.commands = self.commands, []
        return heard

    def news(self, kind: type[Event]) -> list[Any]:
        """The events of one kind since the last time any were asked for."""
        heard, self.events = self.events, []
        return [event for event in heard if isinstance(event, kind)]

    def power_kept(self) -> list[PowerKept]:
        """What was to be kept of its power since the last time any events were asked for."""
        return [PowerKept.of(event.power) for event in self.news(PowerNoted)]


def _unnamed(command: Command) -> Command:
    """Without what tells one command from another of its kind: that is held in ``_take``."""
    match command:
        case AskGuards():
            return replace(command, number=0)
        case SendSleep():
            return replace(command, id="")
    return command
