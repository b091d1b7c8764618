"""One wake of a server, that its domains join; or that it is given for its own sake."""

from hall.core.config.methods import WolWake
from hall.core.lifecycle.wake_reasons import unanswered, unsent
from hall.core.model.changed import replace
from hall.core.model.commands import SendWake
from hall.core.model.override import AwakeUntilUnused, HoldKind, wants
from hall.core.model.reason import Reason, because
from hall.core.model.state import ServerState
from hall.core.model.wake import ServerWake
from hall.core.policy.quiet import only_its_card
from hall.core.timing import Instant

SERVER_WAKE_AGAIN_S = 300.0
"""Seconds until a server that is held awake and could not be woken is tried again."""

RESEND_GAPS_S = (0.3, 0.5, 0.8, 1.3, 2.0, 3.0, 5.0, 8.0, 10.0)
"""Seconds between magic packets: dense while one may be lost, then one each ten seconds."""


def wanted_for_itself(cell: ServerState, now: Instant) -> bool:
    """Whether an admin's order is to wake the server itself now.

    "Wake now" does at once; a hold awake after a first look, and not before
    ``server_wake_after``.
    """
    if not wants(cell.override, HoldKind.AWAKE):
        return False
    looked = cell.network.seen_at is not None and now >= cell.server_wake_after
    return looked or isinstance(cell.override, AwakeUntilUnused)


def follow_server_wake(cell: ServerState, now: Instant) -> ServerState:
    """What became of an admin's wish: it is answered, given up, or a wake begins for it."""
    if cell.network.is_ok:
        cell = _answered(cell)
        return cell if cell.server_wake_failed is None else replace(cell, server_wake_failed=None)
    if not wanted_for_itself(cell, now):
        return cell
    wake = cell.server_wake or ServerWake(started_at=now)
    if cell.sleep is not None or now < server_wake_ends_at(cell, wake):
        return replace(cell, server_wake=wake, server_wake_failed=None)
    failed = unreached(replace(cell, server_wake=wake))
    again_at = now + SERVER_WAKE_AGAIN_S
    return replace(_answered(cell), server_wake_after=again_at, server_wake_failed=failed)


def _answered(cell: ServerState) -> ServerState:
    """An admin's "wake now" has done what it can."""
    called = isinstance(cell.override, AwakeUntilUnused)
    return replace(cell, override=None) if called else cell


def server_wake_ends_at(cell: ServerState, wake: ServerWake) -> Instant:
    """When waking it for its own sake is given up, unless a sleep order is out."""
    limit_s = cell.spec.deadlines.network if cell.spec.wake is not None else 0.0
    return wake.started_at + limit_s


def unreached(cell: ServerState) -> Reason:
    """Why the server's wake failed: no way to wake it, an order that did not leave, or silence."""
    wake = cell.server_wake
    if cell.spec.wake is None:
        return because("failed_no_wake")
    if wake is not None and wake.error is not None:
        return unsent(cell.spec, wake.error)
    return unanswered(cell.spec, 0 if wake is None else wake.packets)


def join_server_wake(cell: ServerState, now: Instant) -> ServerState:
    """Begin the server's one wake when a domain or an admin wants it; end it at a sign of life.

    An answer of a card in its sleep is none (``_only_its_card``).
    """
    up = cell.network.is_ok and not _only_its_card(cell)
    wanted = cell.waking or wanted_for_itself(cell, now)
    if up or not wanted or cell.spec.wake is None:
        return cell if cell.server_wake is None else replace(cell, server_wake=None)
    return replace(cell, server_wake=cell.server_wake or ServerWake(started_at=now))


def send_packet(cell: ServerState, now: Instant) -> tuple[ServerState, list[SendWake]]:
    """The next wake order, if one is due (``RESEND_GAPS_S``), and the cell that counts it.

    While a sleep order is on its way there are none: the two must not overtake each other.
    """
    wake = cell.server_wake
    if wake is None or sleep_on_its_way(cell) or now < wake.next_at:
        return cell, []
    gap_s = RESEND_GAPS_S[min(wake.packets, len(RESEND_GAPS_S) - 1)]
    wake = replace(wake, packets=wake.packets + 1, next_at=now + gap_s)
    power = replace(cell.power, woken_at=now)
    sent = cell.packets_sent + 1
    cell = replace(cell, server_wake=wake, packets_sent=sent, power=power)
    return cell, [SendWake(cell.id, wake.packets)]


def _only_its_card(cell: ServerState) -> bool:
    """Whether ping answered before the wake began, and nothing else does: a card may in its sleep.

    A magic packet does no harm to a server that is up; another way to wake it might.
    """
    if not isinstance(cell.spec.wake, WolWake):
        return False
    wakes = (domain.running for domain in cell.domains.values())
    return any(wake is not None and only_its_card(cell, wake) for wake in wakes)


def sleep_on_its_way(cell: ServerState) -> bool:
    """Whether a sleep order has left, and is not known to be given or refused."""
    return cell.sleep is not None and cell.sleep.carried_at is None
