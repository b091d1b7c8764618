"""The laws that hold after every step of every history, whatever is told in whatever order."""

from dataclasses import dataclass, field, replace

from hall.core.lifecycle.advance import Step, advance, in_full
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.restore import restore_wake
from hall.core.lifecycle.server_wake import RESEND_GAPS_S
from hall.core.lifecycle.timers import next_timer, timed
from hall.core.lifecycle.verdicts import domains_judged
from hall.core.model.commands import SendWake, StartContainers
from hall.core.model.events import Transition, WakeEnded, WakeStarted
from hall.core.model.facts import CommandDone, Fact, Ticked
from hall.core.model.state import DomainState, ServerState, Status
from hall.core.model.wake import Outcome, Wake
from hall.core.policy.estimate import CEILING, progress_of
from hall.core.policy.quiet import only_its_card
from hall.core.timing import Instant
from tests.core.visible import numbered
from tests.core.witness import Witness

SLACK_S = 1e-6
MOMENT_S = 0.002


@dataclass
class History:
    """One cell, its witness, and what is remembered to hold the next step against."""

    cell: ServerState
    now: Instant
    witness: Witness
    shown: dict[str, float] = field(default_factory=dict)
    out: set[tuple[str, str]] = field(default_factory=set)
    unanswered: list[SendWake | StartContainers] = field(default_factory=list)
    packet_at: Instant = float("-inf")

    @classmethod
    def begin(cls, cell: ServerState, now: Instant) -> "History":
        """A history in which nothing was told yet."""
        specs = {name: domain.spec for name, domain in cell.domains.items()}
        return cls(cell, now, Witness(cell.spec, specs))

    # ---- what may happen -----------------------------------------------------------------------

    def tell(self, fact: Fact) -> None:
        """Tell a fact, a moment later, and hold what follows against every law."""
        before = self.cell
        self.now += 0.0 if isinstance(fact, Ticked) else MOMENT_S
        step = advance(before, fact, self.now)
        assert step == advance(before, fact, self.now), "impure"
        if not (step.confirmed and self._is_due()):
            goes_no_other_way(before, step, fact, self.now)
        self.witness.hear(fact, self.now)
        self.cell = step.state
        self._answered(fact)
        self._commands(before, step)
        self._strict(step)
        assert timed(step.state, self.cell.domains) == step.state, "a timer is out of date"
        assert domains_judged(step.state, self.now, self.cell.domains) == step.state, (
            "a verdict is out of date"
        )
        _announced(before, step)
        numbered(before, step.state, self.now)
        for domain in step.state.domains.values():
            self._honest(domain)
            self._onward(domain)

    def _is_due(self) -> bool:
        """Whether time alone has changed something that nobody was told yet."""
        alarm = next_timer(self.cell)
        return alarm is not None and alarm <= self.now

    def ring(self) -> None:
        """Tick until no alarm is due: soon, or it would be a busy loop."""
        for _ in range(6):
            if (alarm := next_timer(self.cell)) is None or alarm > self.now:
                return
            self.tell(Ticked())
        raise AssertionError(f"still due at {self.now}: {next_timer(self.cell)}")

    def wait(self, seconds: float) -> None:
        """Let time pass as the supervisor does: an alarm is answered when it is due."""
        end = self.now + seconds
        while (alarm := next_timer(self.cell)) is not None and alarm <= end:
            self.now = max(self.now, alarm)
            self.ring()
        self.now = end

    def oversleep(self, seconds: float) -> None:
        """Let time pass as on a gateway that was suspended: all alarms are late."""
        self.now += seconds
        self.ring()

    def answer(self, which: int, error: str | None) -> None:
        """Carry one of the commands that are out."""
        if self.unanswered:
            command = self.unanswered.pop(which % len(self.unanswered))
            self.tell(CommandDone(command, error))

    def restart(self) -> None:
        """Start Hall again: the journal gives wakes and boots back, and nothing else."""
        old = self.cell
        cell = open_cell(old.id, old.spec, self.witness.domains, now=self.now)
        for name, domain in old.domains.items():
            wake = domain.running
            kept = wake and replace(wake, ordered=frozenset(), started=frozenset())
            cell = restore_wake(cell, name, history=domain.history, running=kept, now=self.now)
        again = History.begin(cell, self.now)
        self.cell, self.witness, self.out = cell, again.witness, set()

    def fork(self) -> "History":
        """Another history with the same past."""
        return replace(
            self,
            witness=self.witness.copy(),
            shown=dict(self.shown),
            out=set(self.out),
            unanswered=list(self.unanswered),
        )

    # ---- the laws ------------------------------------------------------------------------------

    def _up_to_date(self, cell: ServerState) -> None:
        """What follows from all the rest, and is kept all the same, is what follows now."""
        assert timed(cell, cell.domains) == cell, "a timer is out of date"
        assert domains_judged(cell, self.now, cell.domains) == cell, "a verdict is out of date"

    def _honest(self, domain: DomainState) -> None:
        """No false ready, no false healthy."""
        if self.cell.ready(domain):
            assert domain.status_now.status is Status.HEALTHY
            assert self.witness.may_be_ready(domain.id), f"{domain.id} is not ready"
        if domain.status_now.status is Status.HEALTHY:
            assert self.witness.may_be_healthy(domain.id), f"{domain.id} is not healthy"

    def _strict(self, step: Step) -> None:
        """A wake ends well only when each link holds."""
        for event in step.events:
            if isinstance(event, WakeEnded) and event.wake.outcome is Outcome.READY:
                assert self.witness.every_link_held(event.domain), f"{event.domain} is not ready"

    def _onward(self, domain: DomainState) -> None:
        """Progress never goes back, and stops short while the wake runs."""
        if domain.wake is None:
            return
        seen = progress_of(domain.wake, self.now)
        assert seen.progress >= self.shown.get(domain.wake.id, 0.0)
        assert seen.remaining_s is None or seen.remaining_s >= 0
        assert seen.progress <= CEILING or domain.wake.outcome is Outcome.READY
        self.shown[domain.wake.id] = seen.progress

    def _answered(self, fact: Fact) -> None:
        if (
            isinstance(fact, CommandDone)
            and isinstance(fact.command, StartContainers)
            and fact.error
        ):
            self.out -= {pair for pair in self.out if pair[1] in fact.command.names}

    def _commands(self, before: ServerState, step: Step) -> None:
        for command in step.commands:
            self.unanswered.append(command)
            match command:
                case SendWake(number=number):
                    self._packet(before, number)
                case StartContainers(domain=name, names=names):
                    self._start(_running(self.cell, name), names)
                case _:
                    raise AssertionError(f"nobody asked for {command}")

    def _packet(self, before: ServerState, number: int) -> None:
        """Packets leave only for a wake, to a silent server, at the gaps of the schedule.

        A ping that nothing else backs up proves a network card, and no server.
        """
        wakes = [wake for one in self.cell.domains.values() if (wake := one.running) is not None]
        carded = any(only_its_card(self.cell, wake) for wake in wakes)
        assert carded or not self.cell.network.is_ok
        assert any(domain.waking for domain in self.cell.domains.values())
        assert number == (before.server_wake.packets + 1 if before.server_wake else 1)
        if number > 1:
            gap = RESEND_GAPS_S[min(number - 2, len(RESEND_GAPS_S) - 1)]
            assert self.now - self.packet_at >= gap - SLACK_S
        self.packet_at = self.now

    def _start(self, wake: Wake, names: tuple[str, ...]) -> None:
        """No container is ordered twice in a wake, unless Docker refused it."""
        pairs = {(wake.id, name) for name in names}
        assert not pairs & self.out, f"ordered again: {pairs & self.out}"
        self.out |= pairs


def goes_no_other_way(before: ServerState, step: Step, fact: Fact, now: Instant) -> None:
    """What goes a short way would have come to the same on the whole way."""
    full = in_full(before, fact, now)
    if not step.confirmed:
        assert step == full
        return
    assert (full.events, full.commands) == ((), ())
    assert next_timer(full.state) == next_timer(step.state)
    numbered(full.state, step.state, now)


def _running(cell: ServerState, name: str) -> Wake:
    wake = cell.domains[name].running
    assert wake is not None, "a start order without a wake"
    return wake


def _announced(before: ServerState, step: Step) -> None:
    """A transition for each change of status, and a beginning and an end for each wake."""
    said = {e.domain: (e.before, e.after) for e in step.events if isinstance(e, Transition)}
    pairs = [(None, before.status_now, step.state.status_now)]
    pairs += [
        (n, before.domains[n].status_now, d.status_now) for n, d in step.state.domains.items()
    ]
    assert said == {n: (a.status, b.status) for n, a, b in pairs if a.status is not b.status}
    begun = {e.domain for e in step.events if isinstance(e, WakeStarted)}
    ended = {e.domain for e in step.events if isinstance(e, WakeEnded)}
    for name, domain in step.state.domains.items():
        change = int(domain.waking) - int(before.domains[name].waking)
        assert change == (name in begun) - (name in ended)
