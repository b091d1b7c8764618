"""The wall clock is set while Hall runs: what lasts goes on, what has a date follows the clock."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from random import Random
from typing import Any, get_args, get_type_hints

import pytest

from hall.core.lifecycle.clock_steps import INSTANTS, followed
from hall.core.model.activity import Activity
from hall.core.model.closed import Closed
from hall.core.model.events import OverrideNoted, Redated, VisitNoted, WakeEnded
from hall.core.model.facts import (
    ClockStepped,
    Ticked,
)
from hall.core.model.reason import Reason
from hall.core.model.schedule import Schedule
from hall.core.model.state import ServerState
from hall.core.model.verdict import Cause, Verdict
from tests.core import scenes as s
from tests.core.walker import HOUSES, PAUSES, Walker, any_fact

DAYS, HOUR = 3 * 86_400, 3600
BOTH_WAYS = pytest.mark.parametrize("by_s", [DAYS, -HOUR])

WINDOW = {"days": ["wed"], "from": "08:00", "to": "18:00"}
"""The dialogues begin on a Tuesday at 22:13:20."""
WEDNESDAYS = s.with_policy(type="scheduled", open=[WINDOW])


def set_clock(cell: s.Dialogue, by_s: float) -> s.Dialogue:
    """The clock is set now."""
    cell.now += by_s
    return cell.tell(ClockStepped(by_s))


def later(cell: s.Dialogue, seconds: float) -> s.Dialogue:
    """Let so much time run, whatever the clock shows."""
    return cell.wait_until(cell.now + seconds)


# ---- what lasts ---------------------------------------------------------------------------------


@BOTH_WAYS
def test_a_wake_ends_neither_early_nor_late(by_s):
    cell = set_clock(later(s.waking(s.server_spec(deadlines={"network": 60})), 10), by_s)
    assert later(cell, 49).status() == "waking"
    assert later(cell, 1).status() == "failed"


@BOTH_WAYS
def test_a_boot_teaches_how_long_it_took(by_s):
    cell = later(s.asleep(client1=s.on_demand()).tell(s.visit()), 20)
    cell.tell(s.ping())
    later(set_clock(later(cell, 5), by_s), 5).tell(s.docker(), s.app())
    assert cell.history()[-1] == {"network": 20.0, "docker": 10.0, "app": 0.0}
    [ended] = cell.news(WakeEnded)
    assert ended.wake.ended_at - ended.wake.started_at == 30


@BOTH_WAYS
def test_a_retry_comes_when_it_was_to_come(by_s):
    server = s.server_spec(deadlines={"network": 5}, retry={"attempts": 2, "gap_seconds": 40})
    cell = set_clock(later(s.asleep(server).tell(s.order()), 25), by_s)
    assert later(cell, 19).status() == "failed"
    assert (later(cell, 1).status(), cell.wake().attempt) == ("waking", 2)


@BOTH_WAYS
def test_the_idle_clock_goes_on(by_s):
    cell = s.resting().tell(s.visit()).tell(*s.ALL_ANSWER)
    set_clock(later(cell, 300), by_s)
    assert cell.verdict("client1") == "Visited 5 min ago, kept for 5 min more"
    later(cell, 299).expect(s.PACKET)
    later(cell, 1).expect(s.ASK_GUARDS)


@BOTH_WAYS
def test_the_pause_after_a_sleep_that_did_not_last_goes_on(by_s):
    cell = s.resting().tell(*s.ALL_ANSWER)
    later(cell, 601).guards_say().order_given("refused").tell(*s.ALL_ANSWER).expect(
        *[s.ASK_GUARDS] * 6, s.SLEEP
    )
    assert cell.failed_sleeps == 1
    set_clock(later(cell, 100), by_s)
    later(cell, 199).expect()
    later(cell, 2).expect(s.ASK_GUARDS)


@BOTH_WAYS
def test_a_sleep_order_has_its_whole_deadline(by_s):
    cell = s.asleep(s.sleepy_server(deadlines={"sleep": 60}), client1=s.on_demand())
    cell.tell(*s.ALL_ANSWER)
    later(cell, 601).guards_say().order_given().expect(*[s.ASK_GUARDS] * 6, s.SLEEP)
    set_clock(cell.tell(s.ping()), by_s).tell(s.ping())
    assert later(cell, 59).order_out
    assert later(cell, 1).order_out is None


@BOTH_WAYS
def test_a_hold_for_two_hours_lasts_two_hours(by_s):
    cell = s.resting()
    cell.tell(s.held("asleep", 7200, "client1", lasts=True))
    set_clock(cell, by_s)
    assert [event.override.until - event.at for event in cell.news(OverrideNoted)] == [7200, 7200]
    assert later(cell, 7199).orders("client1") == {"asleep": by_s + 7200}
    assert later(cell, 1).orders("client1") == {}


@BOTH_WAYS
def test_an_answer_asked_before_something_happened_counts_no_more_for_a_set_clock(by_s):
    cell = s.healthy().tell(s.stopped(), s.listed(s.container()), at=5)
    set_clock(cell, by_s).tell(s.app(asked=4))
    assert not cell.ready()
    assert cell.tell(s.app(asked=cell.now)).ready()


# ---- what has a date -----------------------------------------------------------------------------


def test_a_hold_until_a_time_ends_when_the_clock_shows_it():
    hold = s.held("asleep", 7200, "client1")
    ahead = s.asleep(client1=s.on_demand()).tell(hold)
    assert set_clock(ahead, HOUR).orders("client1") == {"asleep": 7200}
    assert set_clock(ahead, HOUR).orders("client1") == {}
    behind = s.asleep(client1=s.on_demand()).tell(hold)
    assert later(set_clock(behind, -HOUR), 7200).orders("client1") == {"asleep": 7200}


def test_a_clock_that_is_set_into_a_window_opens_it_at_once():
    cell = set_clock(s.resting(client1=WEDNESDAYS), s.OPENS)
    assert (cell.status(), cell.wake().trigger) == ("waking", "policy")
    assert cell.verdict("client1") == "Open for 10 h more"


def test_a_clock_that_is_set_out_of_a_window_closes_it():
    cell = s.resting(client1=WEDNESDAYS)
    cell.wait_until(s.OPENS - 100).tell(*s.ALL_ANSWER).wait_until(s.OPENS + 60)
    assert cell.ready()
    set_clock(cell, -HOUR)
    assert (cell.ready(), cell.why()) == (False, "closed")
    assert cell.closed() == ("closed", s.OPENS)


# ---- what is remembered --------------------------------------------------------------------------


def test_what_a_restart_goes_on_from_is_dated_anew_and_is_no_visit():
    cell = s.waking(s.sleepy_server(), client1=s.on_demand())
    set_clock(cell, DAYS)
    events = cell.events
    assert not [event for event in events[-2:] if isinstance(event, VisitNoted)]
    [redated] = cell.news(Redated)
    assert redated.uses == (("client1", Activity(at=s.instant(DAYS))),)
    assert [wake.started_at for wake in redated.wakes] == [s.instant(DAYS)]


def test_a_domain_that_was_never_used_or_woken_has_nothing_to_be_dated_anew():
    [redated] = set_clock(s.asleep(client1=s.on_demand()), DAYS).news(Redated)
    assert (redated.uses, redated.wakes) == ((), ())


def test_since_when_it_is_up_is_dated_anew_in_the_record():
    cell = s.resting().tell(*s.ALL_ANSWER)
    assert set_clock(cell, DAYS).power_kept()[-1].up_since == DAYS


# ---- all of it -----------------------------------------------------------------------------------

JUDGED_ANEW = (Verdict, Cause, Closed, Schedule)
SAID = (Reason,)
"""Figures in a sentence are of the moment at which it was said."""
BY_THE_SERVERS_CLOCK = {"Container.began_at", "Container.ended_at"}
LENGTHS = {"slept_s", "rate", "took_ms", "took_s", "expected_s", "load"}


def records(kind: type, known: set[type]) -> set[type]:
    """The dataclasses that one is made of."""
    if kind in known or issubclass(kind, JUDGED_ANEW + SAID):
        return known
    known.add(kind)
    for hint in get_type_hints(kind).values():
        for part in parts(hint):
            if is_dataclass(part):
                records(part, known)
    return known


def parts(hint: Any) -> Iterator[Any]:  # noqa: ANN401 - whatever stands in an annotation
    yield hint
    for argument in get_args(hint):
        yield from parts(argument)


def test_every_number_of_a_cell_is_known_as_an_instant_or_as_a_length():
    unknown = {
        f"{kind.__name__}.{name}"
        for kind in records(ServerState, set())
        for name, hint in get_type_hints(kind).items()
        if float in parts(hint) and name not in (*INSTANTS.get(kind, ()), *LENGTHS)
    }
    assert unknown == {"DomainState.history", *BY_THE_SERVERS_CLOCK}


def shape(thing: Any) -> Any:  # noqa: ANN401
    """A cell without what is judged anew, and without the names that come from times."""
    if isinstance(thing, float):
        return round(thing, 3)
    if is_dataclass(thing):
        left_out = {"id", "seq", "verdict", "closed", "spec"}
        found = {field.name: shape(getattr(thing, field.name)) for field in fields(thing)}
        return {name: value for name, value in found.items() if name not in left_out}
    return {key: shape(value) for key, value in thing.items()} if isinstance(thing, dict) else thing


@pytest.mark.parametrize("seed", range(40))
def test_whoever_sets_the_clock_changes_nothing_but_the_dates(seed):
    dice = Random(seed)
    house, by_s = dice.choice(HOUSES), dice.choice([DAYS, HOUR, -HOUR, -DAYS])
    one, other = Walker(house), Walker(house)
    set_at = dice.randrange(5, 40)
    for number in range(set_at + dice.randrange(2, 30)):
        pause, fact = dice.choice(PAUSES), any_fact(dice, list(house[1]))
        if number == set_at:
            other.now += by_s
            other.tell(ClockStepped(by_s))
            one.tell(Ticked())
        for walker in (one, other):
            walker.now += pause
            walker.tell(fact)
        assert one.said == other.said
        if number >= set_at:
            assert shape(followed(one.cell, ClockStepped(by_s))) == shape(other.cell)
