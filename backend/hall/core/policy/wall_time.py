"""From the time on a wall clock to the instant, where clocks change too.

Once a year the wall clock skips an hour, once it shows one twice (PEP 495 calls it gap and fold).
Both ways here follow one rule: a window is open from the first to the last instant at which the
wall clock reads a time that lies in it. Hence:

- a time in the missing hour, as a beginning or an end, means the moment of the jump;
- a window that begins in the doubled hour begins when the clock shows that time first: nobody
  who comes at that time finds it closed;
- a window that ends in the doubled hour ends when the clock shows that time for the second time:
  "until 02:30" stays true as long as a clock can still say 02:29;
- a window that ends at the minute with which the doubled hour begins has no part in that hour,
  and ends when it begins.
"""

from bisect import bisect_left
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hall.core.timing import Instant


def beginning(zone: ZoneInfo, day: date, minute: int) -> Instant:
    """When a window that begins so many minutes after the midnight of ``day`` opens."""
    wall = _wall(zone, day, minute)
    return _jump(zone, wall) if _change(wall) > timedelta() else wall.timestamp()


def ending(zone: ZoneInfo, day: date, minute: int) -> Instant:
    """When a window that ends so many minutes after the midnight of ``day`` closes."""
    wall = _wall(zone, day, minute)
    if _change(wall) > timedelta():
        return _jump(zone, wall)
    shown_twice = _change(wall) and _change(wall - timedelta(seconds=1))
    return wall.replace(fold=1 if shown_twice else 0).timestamp()


def _wall(zone: ZoneInfo, day: date, minute: int) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return midnight + timedelta(minutes=minute)


def _change(wall: datetime) -> timedelta:
    """How far the clock is put forward at this time: negative where it shows a time twice."""
    return _offset(wall.replace(fold=1)) - _offset(wall.replace(fold=0))


def _offset(at: datetime) -> timedelta:
    return at.utcoffset() or timedelta()


def _jump(zone: ZoneInfo, missing: datetime) -> Instant:
    """The instant at which the clock skips this time."""
    after = missing.replace(fold=1)
    seconds = range(int(after.timestamp()), int(missing.timestamp()) + 1)

    def jumped(second: int) -> bool:
        return _offset(datetime.fromtimestamp(second, zone)) == _offset(after)

    return float(seconds[bisect_left(seconds, True, key=jumped)])
