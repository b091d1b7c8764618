"""States in the shapes that admins read; see ``admin.py``."""

from hall.application.supervisor import View
from hall.core.config.methods import PowerConfig
from hall.core.model.override import Hold, HoldKind, wants
from hall.core.model.power import PowerHistory, SleepAttempt
from hall.core.model.reason import Reason
from hall.core.model.sleep_phase import SleepForced
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import DomainCause, Need, ServerCause, Verdict
from hall.core.policy.guards import busy, unread
from hall.core.policy.next_change import upcoming
from hall.core.policy.verdict_reasons import domain_reason, server_reason
from hall.core.timing import Instant
from hall.interface.wire import domain as wire
from hall.interface.wire.admin import (
    ActivityModel,
    DomainModel,
    GuardModel,
    GuardsModel,
    HoldModel,
    NextModel,
    PowerModel,
    ServerBriefModel,
    ServerModel,
    ServersModel,
    ShutModel,
    SleepModel,
    TrafficModel,
    TurnModel,
    VerdictModel,
    WattsModel,
)

WORDS = {Need.NONE: "rest", Need.KEEP: "keep", Need.WAKE: "wake"}
"""What is wanted, in the words of the wire."""


def servers_json(cells: tuple[ServerState, ...], now: Instant) -> ServersModel:
    """Every server, in the shape ``ServersModel``."""
    return {"servers": [server_json(cell, now) for cell in cells]}


def server_json(cell: ServerState, now: Instant) -> ServerModel:
    """A server with its domains, in the shape ``ServerModel``, as it stands at ``now``."""
    return {
        "v": wire.VERSION,
        "id": cell.id,
        "name": cell.spec.name,
        "status": cell.status_now.status.value,
        "since": wire.instant(cell.status_now.since),
        **wire.reason_fields(cell.status_now.reason),
        "server_time": wire.instant(now),
        "checks": [wire.link(check) for check in (cell.network, cell.docker)],
        "verdict": _verdict(cell.verdict, server_reason(cell.verdict.cause, now), now),
        "next": _next(cell, now),
        "hold": _hold(cell.hold, now),
        "called_at": _at(_called_at(cell)),
        "forced": isinstance(cell.sleep_phase, SleepForced),
        "guards": _guards(cell),
        "power": _power(cell.power, now),
        "sleep": _sleep(cell.sleep),
        "ways": {
            "wake": cell.spec.wake.method if cell.spec.wake is not None else None,
            "sleep": cell.spec.sleep.method if cell.spec.sleep is not None else None,
        },
        "watts": _watts(cell.spec.power),
        "domains": [domain_json(View(cell, one), now) for one in cell.domains.values()],
    }


def domain_json(view: View, now: Instant) -> DomainModel:
    """A domain as admins see it, in the shape ``DomainModel``, as it stands at ``now``."""
    seen = view.domain
    return {
        **wire.state_json(view, now),
        "server": _brief(view.server, now),
        "policy": seen.spec.policy.type,
        "verdict": _verdict(seen.verdict, domain_reason(seen.verdict.cause, now), now),
        "hold": _hold(seen.hold, now),
        "called_at": _at(seen.called_at),
        "dismissed_at": _at(seen.dismissed_at),
        "shut": _closed(seen),
        "activity": _activity(seen),
        "traffic": _traffic(seen),
    }


def _called_at(cell: ServerState) -> Instant | None:
    if cell.server_wake is None or not wants(cell.override, HoldKind.AWAKE):
        return None
    return cell.server_wake.started_at


def _brief(cell: ServerState, now: Instant) -> ServerBriefModel:
    return {
        "id": cell.id,
        "status": cell.status_now.status.value,
        "reason": str(cell.status_now.reason),
        "verdict": _verdict(cell.verdict, server_reason(cell.verdict.cause, now), now),
        "hold": _hold(cell.hold, now),
    }


def _verdict(
    verdict: Verdict[DomainCause] | Verdict[ServerCause], reason: Reason, now: Instant
) -> VerdictModel:
    turns_at = verdict.changes_at
    turn: TurnModel | None = None
    if turns_at is not None:
        turn = {"at": wire.instant(turns_at), "in_s": _left(turns_at, now)}
    return {
        "stance": WORDS[verdict.need],
        "code": reason.code,
        "reason": str(reason),
        "values": wire.values(reason),
        "figures": wire.reason_figures(reason),
        "since": _at(verdict.cause.since),
        "until": _at(verdict.cause.until),
        "next": turn,
    }


def _next(cell: ServerState, now: Instant) -> NextModel | None:
    if (turn := upcoming(cell, now)) is None:
        return None
    return {
        "at": wire.instant(turn.at),
        "in_s": _left(turn.at, now),
        "what": turn.what,
        "domain": turn.domain,
    }


def _hold(hold: Hold | None, now: Instant) -> HoldModel | None:
    if hold is None:
        return None
    until = wire.instant(hold.until)
    return {"kind": hold.kind.value, "until": until, "left_s": _left(hold.until, now)}


def _guards(cell: ServerState) -> GuardsModel:
    known = cell.guards
    return {
        "asked_at": _at(cell.guards_asked_at),
        "read_at": _at(None if known is None else known.at),
        "busy": [_guard(one) for one in busy(known, cell.spec.guards)] if known else None,
        "unread": list(unread(known)) if known else None,
    }


def _guard(reason: Reason) -> GuardModel:
    return {
        "code": reason.code,
        "text": str(reason),
        "values": wire.values(reason),
        "figures": wire.reason_figures(reason),
    }


def _power(power: PowerHistory, now: Instant) -> PowerModel:
    return {
        "up_since": _at(power.up_since),
        "slept_at": _at(power.slept_at),
        "woken_at": _at(power.woken_at),
        "strikes": power.strikes,
        "trouble": None if power.trouble is None else str(power.trouble),
        "next_try_at": _at(power.after if power.after > now else None),
    }


def _sleep(sleep: SleepAttempt | None) -> SleepModel | None:
    if sleep is None:
        return None
    return {
        "id": sleep.id,
        "ordered_at": wire.instant(sleep.ordered_at),
        "announced": sleep.announced,
        "given_at": _at(sleep.carried_at),
        "error": None if sleep.error is None else str(sleep.error),
    }


def _watts(power: PowerConfig) -> WattsModel:
    return {
        "awake": power.awake_watts,
        "asleep": power.asleep_watts,
        "price_per_kwh": power.price_per_kwh,
        "currency": power.currency,
    }


def _closed(domain: DomainState) -> ShutModel | None:
    closed = domain.closed
    if closed is None:
        return None
    return {"code": closed.by.value, "until": _at(closed.until), "barred": closed.entry_refused}


def _activity(domain: DomainState) -> ActivityModel | None:
    used = domain.activity
    return None if used.at is None else {"at": wire.instant(used.at), "sign": used.sign.value}


def _traffic(domain: DomainState) -> TrafficModel | None:
    traffic = domain.activity.traffic
    if traffic is None:
        return None
    rate = None if traffic.rate is None else round(traffic.rate, 1)
    return {
        "at": wire.instant(traffic.at),
        "bytes_per_minute": rate,
        "why": str(traffic.why) or None,
    }


def _at(at: Instant | None) -> str | None:
    return None if at is None else wire.instant(at)


def _left(at: Instant, now: Instant) -> float:
    return round(max(0.0, at - now), 1)
