"""What a server's network tells of its sleeping: it came up, it went down, it came back alone."""

from dataclasses import replace

from hall.core.calling import unanswered, unsent
from hall.core.model.events import CameBack, Event
from hall.core.model.override import HoldKind
from hall.core.model.power import Power
from hall.core.model.reason import Reason, because
from hall.core.model.state import ServerState
from hall.core.model.wake import Rouse
from hall.core.sleeping import LASTING_S, strike
from hall.core.timing import Instant

ROUSE_AGAIN_S = 300.0
"""Seconds until a server that is held awake and could not be woken is tried again."""

SOON_S = 60.0
"""A server that comes back sooner than this, and more than once, may be woken by Hall's looks."""


def note_power(cell: ServerState, now: Instant) -> tuple[ServerState, tuple[Event, ...]]:
    """Remember since when the server is up; a comeback soon after a sleep order counts against."""
    power, network = cell.power, cell.network
    if network.holds and power.watched_since is None:
        return _came_up(cell, now)
    gone = not network.holds and network.seen_at is not None
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
    domains = {name: replace(dom, dismissed_at=None) for name, dom in cell.domains.items()}
    cell = replace(cell, domains=domains)
    lasted_s = now - power.slept_at
    if lasted_s >= LASTING_S:
        up = replace(up, strikes=0, trouble=None)
    if cell.lifting or _ordered_since_sleep(power):
        return replace(cell, power=up), ()
    again = lasted_s < SOON_S and power.strikes > 0
    code = "sleep_woken_by_looks" if again else "sleep_came_back"
    reason = because(code, seconds=f"{lasted_s:.0f}")
    if lasted_s < LASTING_S:
        up = strike(up, reason, now)
    return replace(cell, power=up), (CameBack(server=cell.id, reason=reason, at=now),)


def _idle_clocks_go_on(cell: ServerState, now: Instant) -> ServerState:
    """The time that the server slept does not count against what was used before.

    Where Hall did not see it go down, the whole time since the last use may have been sleep.
    """
    domains = {}
    for name, domain in cell.domains.items():
        used = domain.activity
        if used.at is not None:
            slept_s = used.slept_s + now - max(used.at, cell.power.down_since or 0.0)
            used = replace(used, slept_s=min(slept_s, now - used.at))
        domains[name] = replace(domain, activity=used)
    return replace(cell, domains=domains)


def _ordered_since_sleep(power: Power) -> bool:
    """Whether Hall itself sent a wake order after the server fell silent."""
    return power.woken_at is not None and power.woken_at >= (power.slept_at or 0.0)


def follow_rouse(cell: ServerState, now: Instant) -> ServerState:
    """A server that is wanted for its own sake is woken, and tried again while it is held awake."""
    if cell.network.holds:
        settled = cell.rouse is None and cell.unroused is None
        return cell if settled else replace(cell, rouse=None, unroused=None)
    if cell.rouse is not None:
        return _still_silent(cell, cell.rouse, now)
    held = cell.hold is not None and cell.hold.kind is HoldKind.AWAKE
    looked = cell.network.seen_at is not None
    if held and looked and now >= cell.rouse_after:
        return replace(cell, rouse=Rouse(started_at=now), unroused=None)
    return cell


def _still_silent(cell: ServerState, rouse: Rouse, now: Instant) -> ServerState:
    if now < rouse_ends_at(cell, rouse):
        return cell
    return replace(cell, rouse=None, rouse_after=now + ROUSE_AGAIN_S, unroused=_why(cell, rouse))


def rouse_ends_at(cell: ServerState, rouse: Rouse) -> Instant:
    """When waking it for its own sake is given up."""
    limit_s = cell.spec.deadlines.network if cell.spec.wake is not None else 0.0
    return rouse.started_at + limit_s


def _why(cell: ServerState, rouse: Rouse) -> Reason:
    if cell.spec.wake is None:
        return because("failed_no_wake")
    if cell.burst is not None and cell.burst.error is not None:
        return unsent(cell.spec, cell.burst.error)
    return unanswered(cell.spec, rouse.packets)
