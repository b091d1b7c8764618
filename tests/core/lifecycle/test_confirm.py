"""A probe that says again what is known decides nothing, and costs next to nothing."""

import pytest

from hall.core.lifecycle.advance import advance
from tests.core import scenes as s


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
