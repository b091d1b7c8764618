"""Any history of facts, in any order: the laws hold, and nobody is stuck at the end.

``HALL_HISTORIES=100000`` walks that many histories; a failing walk names its seed.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hall.core.config.server import ServerConfig
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.timers import next_timer
from hall.core.model.facts import ActivityReported, Fact, Refused, Ticked
from tests.core import scenes as s
from tests.core.laws import History
from tests.support.soak import kept, rounds

WALKS = rounds("HALL_HISTORIES", 500)
BLOCKS = 10

QUICK: dict[str, object] = {
    "deadlines": {"network": 20, "docker": 10},
    "retry": {"attempts": 2, "gap_seconds": 5},
}
LONGEST_S = 20.0
SERVERS = (
    s.server_spec(**QUICK),
    s.server_spec(**QUICK, wake=None),
    s.server_spec(**QUICK, docker={"url": "unix:///run/docker.sock"}),
    s.server_spec(**QUICK, docker=None),
)
LIMITS: dict[str, object] = {"deadlines": {"containers": 15, "app": 8}}
FULL = s.domain_spec(**LIMITS)
DEAF = s.domain_spec(**LIMITS, health=None)
NEAR = s.domain_spec(**LIMITS, project=None, health={"url": "http://192.168.1.20:8080/"})
BARE = s.domain_spec(**LIMITS, project=None, health=None)


LISTS = (
    (),
    (s.container(),),
    (s.container(state="exited", exit_code=1),),
    (s.container(health="starting"), s.container("db")),
    (s.container(health="unhealthy"), s.container("db", "exited", exit_code=0)),
    (
        s.container(state="exited", depends_on=s.needs("db", "service_healthy")),
        s.container("db", "exited"),
    ),
    (
        s.container(state="created", depends_on=s.needs("db", s.COMPLETED)),
        s.container("db", "exited", exit_code=0),
    ),
    (s.container(depends_on=s.needs("db", s.COMPLETED)), s.container("db", "exited", exit_code=0)),
    (s.container(state="missing"), s.container("db", "paused")),
    (s.container(state="restarting"), s.container("db", "dead")),
)
OWN = (s.ping(), s.ping(ok=False), s.docker(), s.docker(ok=False), Ticked())
SAID = (s.sent(1), s.sent(1, "no interface"))
JUMPS = (0.0, 0.01, 0.3, 1.0, 2.0, 5.0, 12.0, 16.0, 40.0, 200.0)


def facts_of(name: str) -> tuple[Fact, ...]:
    """All that may be told of one domain."""
    asks = (s.visit(name), s.order(name), ActivityReported(name), Refused(name, "203.0.113.0/24"))
    looks = (s.app(domain=name), s.app(ok=False, domain=name), s.app(weak=True, domain=name))
    seen = tuple(s.listed(*containers, domain=name) for containers in LISTS)
    lists = (*seen, s.unlisted(domain=name), s.stopped(name), s.stopped(name, "db", by_order=True))
    names = (("web",), ("db",), ("db", "web"))
    taken = tuple(s.started(*n, error=e, domain=name) for n in names for e in (None, "no space"))
    return (*asks, *looks * 3, *lists, *taken)


def begin(server: ServerConfig) -> History:
    """A history on this server, with domains of every shape that it can have."""
    shapes = {"full": FULL, "deaf": DEAF} if server.docker is not None else {"bare": BARE}
    return History.begin(open_cell("main", server, {**shapes, "near": NEAR}, now=s.EPOCH), s.EPOCH)


def facts(history: History) -> tuple[Fact, ...]:
    """All that may be told; the server's own links as often as a domain's."""
    return (*OWN * 3, *SAID, *(fact for name in history.cell.domains for fact in facts_of(name)))


# ---- how every history must be able to end -------------------------------------------------------


def every_end(history: History) -> None:
    """From here, all may end well, or badly, or in silence."""
    ends_well(history.fork())
    ends_well_unpinged(history.fork())
    ends_badly(history.fork())
    ends_in_silence(history.fork())


def ends_well(history: History) -> None:
    """No stuck state: when everything answers, every domain is healthy, and nothing is due."""
    all_is_well(history, s.ping())


def ends_well_unpinged(history: History) -> None:
    """The same where ping is filtered, and Docker is asked over the network."""
    if history.cell.spec.docker is not None and history.cell.spec.docker.url.startswith("tcp:"):
        all_is_well(history, s.ping(ok=False))


def all_is_well(history: History, pinged: Fact) -> None:
    """Look at everything: all but ping answers for certain."""
    names = history.cell.domains
    lists = [s.listed(s.container(), domain=name) for name in names]
    answers = [s.app(domain=name) for name in names]
    for fact in (pinged, s.docker(), pinged, *lists, *answers):
        history.tell(fact)
    assert {domain.status_now.status for domain in history.cell.domains.values()} == {"healthy"}
    assert all(history.cell.ready(domain) for domain in history.cell.domains.values())
    assert next_timer(history.cell) is None


def ends_badly(history: History) -> None:
    """When nothing answers any more, no wake goes on for ever."""
    for _ in range(400):
        history.tell(s.ping(ok=False))
        history.tell(s.docker(ok=False))
        if (alarm := next_timer(history.cell)) is None:
            break
        history.wait(max(0.0, alarm - history.now))
    assert next_timer(history.cell) is None
    assert not any(domain.waking for domain in history.cell.domains.values())


def ends_in_silence(history: History) -> None:
    """When nothing is told any more, every wake and every retry ends by its deadline."""
    history.wait(10 + LONGEST_S + 5 + LONGEST_S + 1)
    assert next_timer(history.cell) is None
    assert {domain.asked_at for domain in history.cell.domains.values()} == {None}
    assert not any(domain.waking for domain in history.cell.domains.values())


# ---- histories of hypothesis, which finds the shortest that breaks a law -------------------------


class Histories(RuleBasedStateMachine):
    """Facts, time and restarts in any order."""

    @initialize(server=st.sampled_from(SERVERS))
    def begin(self, server: ServerConfig) -> None:
        self.history = begin(server)
        self.facts = facts(self.history)

    @rule(which=st.integers(0, 1000))
    def tell(self, which: int) -> None:
        self.history.tell(self.facts[which % len(self.facts)])

    @rule(seconds=st.sampled_from(JUMPS))
    def wait(self, seconds: float) -> None:
        self.history.wait(seconds)

    @rule(seconds=st.sampled_from(JUMPS))
    def oversleep(self, seconds: float) -> None:
        self.history.oversleep(seconds)

    @rule(which=st.integers(0, 5), error=st.sampled_from((None, "no space")))
    def answer(self, which: int, error: str | None) -> None:
        self.history.answer(which, error)

    @rule()
    def restart(self) -> None:
        self.history.restart()

    def teardown(self) -> None:
        every_end(self.history)


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


# ---- plain random walks, many and fast -----------------------------------------------------------


def step(history: History, known: tuple[Fact, ...], dice: Random) -> None:
    """Do one thing, whichever."""
    throw = dice.random()
    if throw < 0.68:
        history.tell(dice.choice(known))
    elif throw < 0.84:
        history.wait(dice.choice(JUMPS))
    elif throw < 0.88:
        history.oversleep(dice.choice(JUMPS))
    elif throw < 0.99:
        history.answer(dice.randrange(6), dice.choice((None, None, "no space")))
    else:
        history.restart()


def walk(seed: int) -> None:
    """One history; the same for the same seed."""
    dice = Random(seed)
    history = begin(dice.choice(SERVERS))
    known = facts(history)
    for _ in range(dice.randrange(10, 80)):
        step(history, known, dice)
    every_end(history)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_walk_keeps_the_laws(block: int):
    seeds = range(block * WALKS // BLOCKS, (block + 1) * WALKS // BLOCKS)
    assert kept(walk, seeds) == len(seeds)
