"""When each server must be told that time has passed."""

from math import inf

from hall.application.timers import Timers


def test_the_soonest_comes_first_and_each_once():
    timers = Timers()
    for name, at in (("late", 9.0), ("soon", 1.0), ("next", 2.0)):
        timers.set(name, at)
    assert (timers.first_at(), timers.due(2.0), timers.due(2.0)) == (1.0, ["soon", "next"], [])
    assert timers.first_at() == 9.0


def test_what_was_set_anew_counts_and_nothing_else():
    timers = Timers()
    for at in (5.0, 3.0, 7.0):
        timers.set("one", at)
    assert (timers.due(6.0), timers.first_at()) == ([], 7.0)
    assert timers.due(7.0) == ["one"]


def test_a_timer_may_be_taken_back():
    timers = Timers()
    timers.set("one", 5.0)
    timers.set("one", None)
    timers.set("none", None)
    assert (timers.due(9.0), timers.first_at()) == ([], inf)


def test_what_is_set_again_and_again_does_not_pile_up():
    timers = Timers()
    for at in range(100_000):
        timers.set("one", float(at))
    assert len(vars(timers)["_heap"]) < 100
