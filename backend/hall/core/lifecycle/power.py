"""What a server's network tells of its sleeping: it came up, it went down, it came back alone."""

from hall.core.lifecycle.overrides import without_dismissals
from hall.core.lifecycle.sleep import LASTING_S, count_failed_sleep
from hall.core.model.changed import replace
from hall.core.model.events import CameBack, Event
from hall.core.model.power import PowerHistory
from hall.core.model.reason import because
from hall.core.model.state import DomainState, ServerState
from hall.core.timing import Instant

SOON_S = 60.0
"""A server that comes back sooner than this, and more than once, may be woken by Hall's looks."""


def note_power(cell: ServerState, now: Instant) -> tuple[ServerState, tuple[Event, ...]]:
    """Note when the server goes down and when it comes up.

    One that comes back from sleep unasked is announced; if it did not last, the sleep has failed.
    """
    power, network = cell.power, cell.network
    if network.is_ok and power.watched_since is None:
        return _came_up(cell, now)
    gone = not network.is_ok and network.seen_at is not None
    if gone and power.up_since is not None:
        power = replace(power, up_since=None, watched_since=None, down_since=now)
        return replace(cell, power=power), ()
    return cell, ()


def _came_up(cell: ServerState, now: Instant) -> tuple[ServerState, tuple[Event, ...]]:
    power = cell.power
    cell = cell if power.up_since is not None else _idle_clocks_go_on(cell, now)
    up = replace(power, up_since=power.up_since or now, watched_since=now, slept_at=None)
    if power.slept_at is None:
        return replace(cell, power=up), ()
    cell = without_dismissals(cell)
    lasted_s = now - power.slept_at
    if lasted_s >= LASTING_S:
        up = replace(up, strikes=0, trouble=None)
    if cell.waking_up or _ordered_since_sleep(power):
        return replace(cell, power=up), ()
    again = lasted_s < SOON_S and power.strikes > 0
    code = "sleep_woken_by_looks" if again else "sleep_came_back"
    reason = because(code, seconds=round(lasted_s))
    if lasted_s < LASTING_S:
        up = count_failed_sleep(up, reason, now)
    return replace(cell, power=up), (CameBack(server=cell.id, reason=reason, at=now),)


def _idle_clocks_go_on(cell: ServerState, now: Instant) -> ServerState:
    """The time that the server slept does not count against what was used before.

    Where Hall did not see it go down, the whole time since the last use may have been sleep.
    """

    def going_on(domain: DomainState) -> DomainState:
        used = domain.activity
        if used.at is None:
            return domain
        slept_s = used.slept_s + now - max(used.at, cell.power.down_since or 0.0)
        return replace(domain, activity=replace(used, slept_s=min(slept_s, now - used.at)))

    return cell.with_domains(going_on)


def _ordered_since_sleep(power: PowerHistory) -> bool:
    """Whether Hall itself sent a wake order after the server fell silent."""
    return power.woken_at is not None and power.woken_at >= (power.slept_at or 0.0)
