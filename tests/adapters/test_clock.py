import time

import pytest

from hall.adapters.clock import SystemClock


def test_the_clock_tells_the_time_in_seconds_since_1970():
    assert abs(SystemClock().now() - time.time()) < 1  # noqa: TID251 - what it is compared with


def test_by_itself_the_clock_never_goes_back():
    clock = SystemClock()
    times = [clock.now() for _ in range(1000)]
    assert times == sorted(times)


class WallClock:
    """The wall clock of this machine, set by so many seconds."""

    def __init__(self) -> None:
        self.by_s = 0.0
        self._true = time.time  # noqa: TID251 - what is set

    def __call__(self) -> float:
        return self._true() + self.by_s


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    set_clock = WallClock()
    monkeypatch.setattr(time, "time", set_clock)
    return set_clock


@pytest.mark.parametrize("by_s", [3 * 86_400.0, -3600.0])
def test_it_follows_a_wall_clock_that_was_set_once_it_is_asked(wall: WallClock, by_s: float):
    clock = SystemClock()
    before = clock.now()
    wall.by_s = by_s
    assert 0 <= clock.now() - before < 60
    assert clock.stepped() == pytest.approx(by_s, abs=0.5)
    assert by_s <= clock.now() - before < by_s + 60
    assert clock.stepped() == 0


def test_a_leap_second_is_no_step_but_several_small_ones_are(wall: WallClock):
    clock = SystemClock()
    wall.by_s = 1.0
    assert clock.stepped() == 0
    wall.by_s = 2.5
    assert clock.stepped() == pytest.approx(2.5, abs=0.5)


def test_a_process_that_is_held_up_takes_that_for_no_step(
    wall: WallClock, monkeypatch: pytest.MonkeyPatch
):
    clock, hours = SystemClock(), iter(range(0, 360_000, 3600))
    monkeypatch.setattr(time, "clock_gettime", lambda _: float(next(hours)))
    assert clock.stepped() == 0
