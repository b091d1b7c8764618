"""A fact about one domain costs no judgement on the others of its server."""

from collections import Counter
from cProfile import Profile
from types import CodeType

import pytest

from hall.core.lifecycle.advance import advance
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.timers import next_timer
from hall.core.model.facts import Fact, Ticked
from hall.core.model.state import ServerState
from tests.core import scenes as s

JUDGED = ("judge_domain", "closed_for_visits", "follow_wake", "project_verdict", "_at_rest")
CROWD = [f"d{number}" for number in range(100)]


def a_crowd() -> ServerState:
    """A hundred domains on a server that is up, and used one after the other."""
    specs = dict.fromkeys(CROWD, s.domain_spec())
    cell = open_cell("main", s.server_spec(sleep=s.WEBHOOK), specs, now=s.EPOCH)
    lists = (s.listed(s.container(), domain=name) for name in CROWD)
    answers = (s.app(domain=name) for name in CROWD)
    facts = (s.ping(), s.docker(), *lists, *answers, *map(s.visit, CROWD))
    for number, fact in enumerate(facts):
        cell = advance(cell, fact, s.EPOCH + number).state
    return cell


def judgements(cell: ServerState, fact: Fact, now: float) -> Counter[str]:
    """How often each function that judges a domain is called for a fact."""
    profile = Profile()
    profile.runcall(advance, cell, fact, now)
    calls = Counter[str]()
    for entry in profile.getstats():
        if isinstance(entry.code, CodeType) and entry.code.co_name in JUDGED:
            calls[entry.code.co_name] += entry.callcount
    return calls


@pytest.mark.parametrize(
    "fact",
    [
        s.visit("d7"),
        s.order("d7"),
        s.app(ok=False, domain="d7"),
        s.listed(s.container(state="exited", exit_code=1), domain="d7"),
        s.stopped("d7"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_what_is_told_of_one_domain_is_judged_for_that_one(fact):
    calls = judgements(a_crowd(), fact, s.EPOCH + 400)
    assert calls["judge_domain"]
    assert max(calls.values()) <= 4


def test_a_timer_of_one_domain_is_followed_for_that_one():
    cell = a_crowd()
    due = next_timer(cell)
    assert due is not None
    calls = judgements(cell, Ticked(), due)
    assert calls["judge_domain"]
    assert max(calls.values()) <= 4


def test_what_all_share_is_judged_for_all():
    cell = a_crowd()
    for at in (400, 401):
        cell = advance(cell, s.ping(ok=False), s.EPOCH + at).state
    assert judgements(cell, s.ping(ok=False), s.EPOCH + 402)["judge_domain"] >= len(CROWD)
