"""Any history of use, holds and weather: no contradictory orders, and the right end.

Never asleep while wanted past the backoff; never awake for ever when nobody wants it.
``HALL_HISTORIES=10000`` walks that many; a failing walk names its seed.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hall.core.config.domain import DomainConfig
from hall.core.lifecycle.open import open_cell
from hall.core.model.commands import SendSleep, SendWake
from hall.core.model.facts import (
    ActivityReported,
    Fact,
    HoldSet,
    PowerAnnounced,
    SleepNow,
    TrafficSeen,
    WakeNow,
)
from hall.core.model.override import Hold, HoldKind
from hall.core.model.power import PowerNews
from hall.core.model.verdict import Need
from tests.core import scenes as s
from tests.core.machine import Machine
from tests.support.soak import kept, rounds

WALKS = rounds("HALL_HISTORIES", 12)
JUMPS = (0.0, 0.5, 2.0, 20.0, 61.0, 300.0, 700.0, 4000.0)
HOUR_S = 3600.0

SERVER = s.sleepy_server(docker=s.DOCKER_OVER_TCP, retry={"attempts": 2, "gap_seconds": 5})
LATE_HOURS = {"open": [{"days": ["tue", "wed"], "from": "23:00", "to": "01:00"}]}
POLICIES: tuple[DomainConfig, ...] = (
    s.with_policy(type="on_demand", idle_minutes=10, min_awake_minutes=2),
    s.with_project(stop_containers_after=3),
    s.with_policy(type="scheduled", **LATE_HOURS),
    s.with_policy(type="scheduled", outside="on_demand", idle_minutes=5, **LATE_HOURS),
    s.with_policy(type="always_on"),
)


def machine(first: int, second: int) -> Machine:
    """A server with two domains of these policies."""
    domains = {"a": POLICIES[first], "b": POLICIES[second]}
    return Machine(open_cell("main", SERVER, domains, now=s.EPOCH), s.EPOCH)


def facts(one: Machine) -> tuple[Fact, ...]:
    """What people, scripts and the server may do; the server does not lie about its waking."""
    now = one.now
    news = [PowerNews.GOING_TO_SLEEP] if one.doomed else list(PowerNews)
    holds = [Hold(kind=kind, until=now + s) for kind in HoldKind for s in (5.0, 900.0)]
    targets = (None, "a", "b")
    return (
        *(make(name) for make in (s.visit, s.order, ActivityReported) for name in ("a", "b")),
        *(HoldSet(hold, target) for hold in (*holds, None) for target in targets),
        *(make(target) for make in (WakeNow, SleepNow) for target in targets),
        SleepNow(force=True),
        TrafficSeen("a", 10_000_000),
        *(PowerAnnounced(told) for told in news),
    )


def every_end(one: Machine) -> None:
    """From here on the world obeys and nobody does anything: each server is where it belongs."""
    one.deaf = one.busy = one.cut = False
    one.run(8 * HOUR_S)
    for domain in one.cell.domains.values():
        if domain.verdict.need is Need.WAKE:
            ready = one.cell.first_not_ready(domain) is None
            assert ready, f"{domain.id} is wanted, and {domain.status_now}"
    wanted = any(d.verdict.need is Need.WAKE for d in one.cell.domains.values())
    held = one.cell.verdict.need is Need.WAKE
    assert one.up == (wanted or held), one.cell.verdict


# ---- histories of hypothesis ---------------------------------------------------------------------


class Nights(RuleBasedStateMachine):
    """Anything in any order."""

    @initialize(first=st.integers(0, 4), second=st.integers(0, 4))
    def begin(self, first: int, second: int) -> None:
        self.one = machine(first, second)
        self.one.run(5)

    @rule(which=st.integers(0, 1000))
    def tell(self, which: int) -> None:
        known = facts(self.one)
        self.one.tell(known[which % len(known)])

    @rule(seconds=st.sampled_from(JUMPS))
    def wait(self, seconds: float) -> None:
        self.one.run(seconds)

    @rule(deaf=st.booleans(), busy=st.booleans())
    def weather(self, deaf: bool, busy: bool) -> None:  # noqa: FBT001 - as hypothesis has it
        self.one.deaf, self.one.busy = deaf, busy

    @rule()
    def restart(self) -> None:
        self.one.restart()

    @rule()
    def somebody_at_the_button(self) -> None:
        self.one.up = not self.one.up

    def teardown(self) -> None:
        every_end(self.one)


TestNights = pytest.mark.slow(Nights.TestCase)
TestNights.settings = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


# ---- plain random walks --------------------------------------------------------------------------


def walk(seed: int) -> None:
    """One history; the same for the same seed."""
    dice = Random(seed)
    one = machine(dice.randrange(5), dice.randrange(5))
    one.run(5)
    for _ in range(dice.randrange(5, 60)):
        throw = dice.random()
        if throw < 0.5:
            one.tell(dice.choice(facts(one)))
        elif throw < 0.85:
            one.run(dice.choice(JUMPS))
        elif throw < 0.92:
            one.restart()
        elif throw < 0.97:
            one.deaf, one.busy = dice.random() < 0.3, dice.random() < 0.3
            one.cut = dice.random() < 0.5
        else:
            one.up = not one.up
    every_end(one)


@pytest.mark.soak
def test_every_walk_ends_where_it_belongs():
    assert kept(walk, range(WALKS)) == WALKS


# ---- the two extremes ----------------------------------------------------------------------------


def test_a_server_that_ignores_the_order_is_not_ordered_again_and_again():
    one = machine(0, 0)
    one.deaf = True
    one.run(24 * HOUR_S)
    assert 5 <= one.count(SendSleep) <= 10


@pytest.mark.slow
def test_a_server_that_somebody_keeps_putting_out_is_not_woken_again_and_again():
    one = machine(4, 4)
    bursts = 0
    for _ in range(240):
        one.run(360)
        bursts += sum(isinstance(c, SendWake) and c.number == 1 for _, c in one.orders)
        one.orders.clear()
        one.up = False
    assert 10 <= bursts <= 60
