"""What a cell answers, in the words of the documentation, with seconds from the beginning.

How it keeps what it knows is read here and in the dialogue, and nowhere else.
"""

from dataclasses import dataclass, replace

from hall.core.lifecycle.timers import next_timer
from hall.core.model.check import Check, CheckName
from hall.core.model.override import called_at_of, dismissed_at_of, hold_of
from hall.core.model.power import PowerHistory
from hall.core.model.reason import Reason
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import Boot, Wake
from hall.core.policy.estimate import Progress, progress_of
from hall.core.policy.hopeless import hopeless
from hall.core.policy.next_change import upcoming
from hall.core.policy.quiet import left_alone, witness
from hall.core.policy.stopping import to_stop
from hall.core.policy.verdict_reasons import domain_reason, server_reason
from hall.core.timing import Instant

EPOCH = 1_700_000_000.0
"""When each dialogue begins: an hour like any other, for 0 would hide a forgotten `is None`."""


def instant(second: float) -> Instant:
    """The instant of this second."""
    return EPOCH + second


def second(at: Instant) -> float:
    """The second of this instant."""
    return round(at - EPOCH, 3)


def _instant(second: float | None) -> Instant | None:
    return None if second is None else instant(second)


def _second(at: Instant | None) -> float | None:
    return None if at is None else second(at)


@dataclass(frozen=True)
class WakeSeen:
    """A wake, running or ended; what its stages took and are expected to, by link."""

    id: str
    trigger: str
    attempt: int
    outcome: str | None
    began: float
    packets: int
    expected_s: dict[str, float | None]
    took_s: dict[str, float | None]
    waited_for: list[str]


@dataclass(frozen=True, kw_only=True)
class PowerKept:
    """What the record keeps of how a server sleeps and wakes."""

    up_since: float | None = None
    down_since: float | None = None
    slept_at: float | None = None
    failed_sleeps: int = 0
    next_try: float | None = None
    trouble: Reason | None = None

    @classmethod
    def of(cls, power: PowerHistory) -> "PowerKept":
        """What this event or memory says."""
        return cls(
            up_since=_second(power.up_since),
            down_since=_second(power.down_since),
            slept_at=_second(power.slept_at),
            failed_sleeps=power.strikes,
            next_try=_second(power.after or None),
            trouble=power.trouble,
        )

    def given_back(self) -> PowerHistory:
        """The same, as a new start of Hall is told."""
        return PowerHistory(
            up_since=_instant(self.up_since),
            down_since=_instant(self.down_since),
            slept_at=_instant(self.slept_at),
            strikes=self.failed_sleeps,
            after=_instant(self.next_try) or 0.0,
            trouble=self.trouble,
        )


class Answers:
    """One server and its domains, to be asked at this second."""

    cell: ServerState
    now: float

    # ---- what a visitor is shown -----------------------------------------------------------

    def ready(self, name: str = "client1") -> bool:
        """Whether a visitor may go in."""
        return self.cell.ready(self._domain(name))

    def status(self, name: str = "client1") -> str:
        """The status of a domain."""
        return self._domain(name).status_now.status.value

    def why(self, name: str = "client1") -> str:
        """The code of the reason of a domain's status."""
        return self._domain(name).status_now.reason.code

    def says(self, name: str = "client1") -> str:
        """The sentence of that reason."""
        return str(self._domain(name).status_now.reason)

    def since(self, name: str = "client1") -> float:
        """Since when it has that status."""
        return second(self._domain(name).status_now.since)

    def check(self, link: str, name: str = "client1") -> tuple[str, str]:
        """The state of a link, and the code of its detail."""
        check = self._check(link, name)
        return check.state.value, check.detail.code

    def troubled(self, link: str, name: str = "client1") -> bool:
        """Whether waiting alone may not mend what a link says."""
        return self._check(link, name).troubled

    def detail(self, link: str, name: str = "client1") -> dict[str, str | Reason]:
        """The values of the detail of a link."""
        return dict(self._check(link, name).detail.values)

    def wake(self, name: str = "client1") -> WakeSeen | None:
        """The wake of a domain, running or ended; None without one."""
        wake = self._domain(name).wake
        if wake is None:
            return None
        running = self._domain(name).waking
        sent = self.cell.packets_sent - wake.packets_before
        return _seen(replace(wake, packets=sent) if running else wake)

    def outlook(self, at: float) -> Progress:
        """What can be said of the wake of client1 at this second."""
        wake = self._domain("client1").wake
        assert wake is not None
        return progress_of(wake, instant(at))

    def retry_at(self, name: str = "client1") -> float | None:
        """When the next attempt starts by itself."""
        return _second(self._domain(name).retry_at)

    def closed(self, name: str = "client1") -> tuple[str, float | None] | None:
        """Why visits do not wake a domain, and until when; None while they do."""
        shut = self._domain(name).closed
        return None if shut is None else (shut.by.value, _second(shut.until))

    def seq(self, name: str = "client1") -> int:
        """The number of the last visible change."""
        return self._domain(name).seq

    def hopeless(self, within_s: float, name: str = "client1") -> bool:
        """Whether waiting so long for a domain is of no use."""
        return hopeless(self.cell, self._domain(name), instant(self.now + within_s))

    @property
    def alarm(self) -> float | None:
        """When it wants to be told that time passed."""
        return _second(next_timer(self.cell))

    # ---- what is wanted, and what an admin sees ----------------------------------------------

    @property
    def next_change(self) -> tuple[str, str | None, float] | None:
        """What comes next, for which domain, and at which second."""
        found = upcoming(self.cell, instant(self.now))
        return None if found is None else (found.what, found.domain, second(found.at))

    @property
    def server_status(self) -> str:
        """The status of the server."""
        return self.cell.status_now.status.value

    @property
    def server_why(self) -> str:
        """The code of the reason of the server's status."""
        return self.cell.status_now.reason.code

    @property
    def server_says(self) -> str:
        """The sentence of that reason."""
        return str(self.cell.status_now.reason)

    def verdict(self, name: str | None = None) -> str:
        """What is wanted of the server, or of a domain, in words."""
        now = instant(self.now)
        if name is None:
            return str(server_reason(self.cell.verdict.cause, now))
        return str(domain_reason(self._domain(name).verdict.cause, now))

    @property
    def verdict_turns_at(self) -> float | None:
        """When time alone may change what is wanted of the server."""
        return _second(self.cell.verdict.changes_at)

    def orders(self, name: str | None = None) -> dict[str, float | None]:
        """An admin's orders that stand for the server, or for a domain, each with its end.

        Kinds are awake, asleep, called and dismissed; None is the end of the use, or its beginning.
        """
        override = self.cell.override if name is None else self._domain(name).override
        held = hold_of(override)
        stand = {} if held is None else {held.kind.value: _second(held.until)}
        given = {"called": called_at_of(override), "dismissed": dismissed_at_of(override)}
        return {**stand, **{kind: None for kind, at in given.items() if at is not None}}

    def rested_at(self, name: str = "client1") -> float | None:
        """When Hall stopped the containers of a domain; None while they may run."""
        return _second(self._domain(name).rested_at)

    def used_at(self, name: str = "client1") -> float | None:
        """The last sign that a domain is in use."""
        return _second(self._domain(name).activity.at)

    def slept_since_use_s(self, name: str = "client1") -> float:
        """For how long the server slept since that sign."""
        return self._domain(name).activity.slept_s

    def measured(self, name: str = "client1") -> bool:
        """Whether anything is known of the traffic of a domain."""
        return self._domain(name).activity.traffic is not None

    def history(self, name: str = "client1") -> tuple[Boot, ...]:
        """What past boots of a domain took."""
        return self._domain(name).history

    @property
    def order_out(self) -> str | None:
        """How far the sleep order is: on its way, given, or (None) there is none."""
        if (sleep := self.cell.sleep) is None:
            return None
        return "on its way" if sleep.carried_at is None else "given"

    @property
    def guards_heard(self) -> bool:
        """Whether an answer of the guards was taken."""
        return self.cell.guards is not None

    @property
    def up_since(self) -> float | None:
        """Since when the server is awake; None while it is not."""
        return _second(self.cell.power.up_since)

    @property
    def failed_sleeps(self) -> int:
        """How many sleeps in a row did not last."""
        return self.cell.power.strikes

    @property
    def next_try(self) -> float | None:
        """When it may be told to sleep again, after one that did not last; None at any time."""
        after = self.cell.power.after
        return second(after) if after > instant(self.now) else None

    @property
    def left_alone(self) -> bool:
        """Whether the server is not looked at, so that it may sleep."""
        return left_alone(self.cell)

    @property
    def looked_at_by(self) -> tuple[CheckName, str | None] | None:
        """The one link that is looked at beside a network that is deaf to ping."""
        return witness(self.cell)

    def would_stop(self, name: str = "client1") -> tuple[str, ...]:
        """The containers of a domain that would be stopped, in this order."""
        return to_stop(self._domain(name))

    def _domain(self, name: str) -> DomainState:
        return self.cell.domains[name]

    def _check(self, link: str, name: str) -> Check:
        checks = {check.name: check for check in self.cell.checks(self._domain(name))}
        return checks[CheckName(link)]


def _seen(wake: Wake) -> WakeSeen:
    return WakeSeen(
        id=wake.id,
        trigger=wake.trigger.value,
        attempt=wake.attempt,
        outcome=None if wake.outcome is None else wake.outcome.value,
        began=second(wake.started_at),
        packets=wake.packets,
        expected_s={stage.name.value: stage.expected_s for stage in wake.stages},
        took_s={stage.name.value: stage.took_s for stage in wake.stages},
        waited_for=[stage.name.value for stage in wake.stages if stage.waited],
    )
