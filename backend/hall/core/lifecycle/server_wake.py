"""A server that is woken for its own sake."""

from dataclasses import replace

from hall.core.lifecycle.wake_reasons import unanswered, unsent
from hall.core.model.override import AwakeUntilUnused, HoldKind, wants
from hall.core.model.reason import Reason, because
from hall.core.model.state import ServerState
from hall.core.model.wake import ServerWake
from hall.core.timing import Instant

SERVER_WAKE_AGAIN_S = 300.0
"""Seconds until a server that is held awake and could not be woken is tried again."""


def follow_server_wake(cell: ServerState, now: Instant) -> ServerState:
    """A server that is wanted for its own sake is woken, and tried again while it is held awake."""
    if cell.network.is_ok:
        settled = cell.server_wake is None and cell.server_wake_failed is None
        return cell if settled else replace(_answered(cell), server_wake_failed=None)
    if cell.server_wake is not None:
        return _still_silent(cell, cell.server_wake, now)
    held = wants(cell.override, HoldKind.AWAKE)
    looked = cell.network.seen_at is not None
    if held and looked and now >= cell.server_wake_after:
        return replace(cell, server_wake=ServerWake(started_at=now), server_wake_failed=None)
    return cell


def _still_silent(cell: ServerState, server_wake: ServerWake, now: Instant) -> ServerState:
    if now < server_wake_ends_at(cell, server_wake):
        return cell
    return replace(
        _answered(cell),
        server_wake_after=now + SERVER_WAKE_AGAIN_S,
        server_wake_failed=_why(cell, server_wake),
    )


def _answered(cell: ServerState) -> ServerState:
    """Its wake is over, and so is the order of an admin that it answered."""
    called = isinstance(cell.override, AwakeUntilUnused)
    return replace(cell, server_wake=None, override=None if called else cell.override)


def server_wake_ends_at(cell: ServerState, server_wake: ServerWake) -> Instant:
    """When waking it for its own sake is given up."""
    limit_s = cell.spec.deadlines.network if cell.spec.wake is not None else 0.0
    return server_wake.started_at + limit_s


def _why(cell: ServerState, server_wake: ServerWake) -> Reason:
    if cell.spec.wake is None:
        return because("failed_no_wake")
    if cell.resend is not None and cell.resend.error is not None:
        return unsent(cell.spec, cell.resend.error)
    return unanswered(cell.spec, server_wake.packets)
