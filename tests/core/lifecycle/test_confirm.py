"""What says again what is known decides nothing, and costs next to nothing."""

from collections.abc import Callable

import pytest

from hall.core.lifecycle.advance import advance, in_full, unwatched
from hall.core.lifecycle.renew import renewed
from hall.core.model.changed import replace
from hall.core.model.events import VerdictChanged, VisitNoted
from hall.core.model.facts import ActivityReported, Fact, GuardsRead
from hall.core.model.guards import GuardReport
from hall.core.model.state import ServerState
from tests.core import scenes as s
from tests.core.dialogue import Dialogue


@pytest.mark.parametrize("fact", [s.ping(), s.docker(), s.app()], ids=["network", "docker", "app"])
def test_an_answer_like_the_last_one_is_only_noted(fact):
    cell = s.healthy()
    seen = advance(cell.cell, fact, cell.now + 10)
    assert seen.confirmed
    assert (seen.events, seen.commands) == ((), ())


def test_a_silent_server_that_is_silent_still_is_only_noted():
    cell = s.asleep()
    assert advance(cell.cell, s.ping(ok=False), cell.now + 10).confirmed


@pytest.mark.parametrize(
    "fact",
    [s.ping(ok=False), s.docker(ok=False), s.app(ok=False), s.listed(s.container()), s.visit()],
    ids=["missed ping", "missed Docker", "missed app", "list", "visit"],
)
def test_what_may_be_news_goes_the_whole_way(fact):
    cell = s.healthy()
    assert not advance(cell.cell, fact, cell.now + 10).confirmed


def test_an_answer_in_a_wake_is_no_confirmation_of_silence():
    cell = s.waking()
    assert not advance(cell.cell, s.ping(ok=False), cell.now + 1).confirmed


def test_after_a_doubt_the_same_answer_is_news():
    cell = s.healthy().tell(s.stopped())
    assert not advance(cell.cell, s.app(), cell.now + 1).confirmed


@pytest.mark.parametrize(
    ("fact", "events"),
    [
        (s.visit(), [VisitNoted]),
        (ActivityReported("client1"), [VisitNoted, VerdictChanged]),  # its sentence is another
    ],
    ids=["visit", "report"],
)
def test_a_sign_of_use_where_it_is_in_use_renews_that_and_nothing_else(fact, events):
    cell = s.up().tell(s.visit())
    step = advance(cell.cell, fact, s.instant(60))
    assert renewed(cell.cell, fact, s.instant(60)) == (step.state, step.events, step.changed)
    assert step == in_full(cell.cell, fact, s.instant(60))
    assert [type(event) for event in step.events] == events
    assert {name: sorted(aspects) for name, aspects in step.changed.items()} == {
        None: ["verdict"],
        "client1": ["activity", "verdict"],
    }


@pytest.mark.parametrize(
    "scene",
    [s.up, s.resting, s.waking, s.slept, lambda: s.up().tell(s.held("awake", 900))],
    ids=["unused", "asleep", "waking", "put to sleep", "held"],
)
def test_a_visit_that_may_do_more_goes_the_whole_way(scene):
    cell = scene()
    assert renewed(cell.cell, s.visit(), s.instant(cell.now + 1)) is None


def test_a_sign_of_use_of_one_domain_goes_the_whole_way_while_the_time_of_another_has_come():
    cell = s.two_on_demand().tell(s.visit("b")).tell(s.visit("a"), at=3500).cell
    rests_at = s.instant(3600)
    assert renewed(cell, s.visit("a"), rests_at - 1) is not None
    assert renewed(cell, s.visit("a"), rests_at) is None


def as_decided(cell: ServerState, *, before: ServerState) -> ServerState:
    """A cell without what is only told: its statuses and numbers are those of before."""
    domains = {
        name: replace(one, status_now=old.status_now, seq=old.seq)
        for name, one in cell.domains.items()
        for old in [before.domains[name]]
    }
    return replace(cell, status_now=before.status_now, domains=domains)


@pytest.mark.parametrize(
    ("scene", "fact"),
    [
        (s.healthy, s.ping()),
        (lambda: s.up().tell(s.visit()), s.visit()),
        (s.resting, s.visit()),
        (s.waking, s.ping()),
        (s.idle, GuardsRead(1, GuardReport())),
        (s.told_to_sleep, s.ping(ok=False)),
    ],
    ids=["still so", "in use", "asleep", "waking", "quiet", "falling silent"],
)
def test_unwatched_the_same_is_decided_and_ordered(scene: Callable[[], Dialogue], fact: Fact):
    talk = scene()
    cell, now = talk.cell, s.instant(talk.now + 1)
    step, (after, commands) = advance(cell, fact, now), unwatched(cell, fact, now)
    assert tuple(commands) == step.commands
    assert as_decided(after, before=cell) == as_decided(step.state, before=cell)
