"""Sentences explain, and decide nothing: not their words, and not their codes."""

from collections.abc import Callable
from random import Random

import pytest

from hall.core.model.facts import GuardsRead, SleepNow, Ticked
from hall.core.model.guards import GuardReport
from hall.core.model.messages import TEXTS
from hall.core.model.state import ServerState
from tests.core import scenes as s
from tests.core.walker import HOUSES, PAUSES, House, Recoded, Walker, any_fact, code_unknown

QUIET, BUSY = GuardReport(), s.ALICE_LOGGED_IN
UNPINGED = (*s.PING_SILENT, *s.ALL_BUT_PING_ANSWER)
SCENES = (
    (*s.ALL_ANSWER, Ticked(), SleepNow(), QUIET),
    (*s.ALL_ANSWER, SleepNow(), BUSY, Ticked(), QUIET),
    (*s.ALL_ANSWER, SleepNow(), QUIET, *s.SERVER_SILENT, s.visit()),
    (*UNPINGED, *UNPINGED, SleepNow(force=True), *s.SERVER_SILENT),
    (s.visit(), *s.ALL_BUT_APP_ANSWER, s.listed(s.container(health="unhealthy"))),
    (s.visit(), *s.ALL_BUT_APP_ANSWER, s.listed(s.container(state="dead"))),
    (*s.ALL_ANSWER, s.held("asleep", 90_000), QUIET, s.held(None)),
    (s.held("awake", 90_000, "client1"), *s.ALL_ANSWER),
    (*s.ALL_ANSWER, s.unlisted(), *s.APP_FAILS),
)
"""What may follow one on another; a report is what the guards say next."""


def walked(walker: Walker, house: House, seed: int) -> list[object]:
    """What it did on a way that is the same for the same seed."""
    dice, done = Random(seed), []
    for _ in range(12):
        scene = [any_fact(dice, list(house[1])) for _ in range(4)]
        for fact in dice.choice([scene, *SCENES]):
            walker.now += dice.choice(PAUSES)
            walker.tell(says(fact) if isinstance(fact, GuardReport) else fact)
            done.append(walker.behaviour())
    return done


def says(report: GuardReport) -> Callable[[ServerState], GuardsRead]:
    """The answer to what the guards were asked last."""
    return lambda cell: GuardsRead(cell.guards_asked, report)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_done_hangs_on_no_code_of_a_sentence(seed, monkeypatch):
    for code, text in list(TEXTS.items()):
        monkeypatch.setitem(TEXTS, code_unknown(code), text)
    house = HOUSES[seed % len(HOUSES)]
    assert walked(Recoded(house), house, seed) == walked(Walker(house), house, seed)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_done_hangs_on_no_word_of_a_sentence(seed, monkeypatch):
    house = HOUSES[seed % len(HOUSES)]
    done = walked(Walker(house), house, seed)
    for code in list(TEXTS):
        monkeypatch.setitem(TEXTS, code, "Quite another sentence")
    assert walked(Walker(house), house, seed) == done
