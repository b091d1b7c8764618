import time

import pytest

from hall.adapters.clock import SystemClock


def test_the_clock_tells_the_time_in_seconds_since_1970():
    assert abs(SystemClock().now() - time.time()) < 1  # noqa: TID251 - what it is compared with


def test_the_clock_never_goes_back():
    clock = SystemClock()
    times = [clock.now() for _ in range(1000)]
    assert times == sorted(times)


def test_a_correction_of_the_wall_clock_does_not_move_it(monkeypatch: pytest.MonkeyPatch):
    clock = SystemClock()
    before = clock.now()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert 0 <= clock.now() - before < 1
