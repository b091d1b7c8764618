"""A server that is woken for its own sake."""

from dataclasses import replace

from hall.core.lifecycle.wake_reasons import unanswered, unsent
from hall.core.model.override import HoldKind
from hall.core.model.reason import Reason, because
from hall.core.model.state import ServerState
from hall.core.model.wake import Rouse
from hall.core.timing import Instant

ROUSE_AGAIN_S = 300.0
"""Seconds until a server that is held awake and could not be woken is tried again."""


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
