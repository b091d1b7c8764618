"""Should this server be awake? What its domains want, then what else keeps it from sleeping."""

from hall.core.config.policies import AlwaysOnPolicy
from hall.core.model.guards import Guards
from hall.core.model.override import HoldKind
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import Need, Verdict
from hall.core.policy.guards import busy, together
from hall.core.timing import Instant

GUARDS_FRESH_S = 5.0
"""How old what the server said of its guards may be when the sleep order is given."""

ASKING_S = 20.0
"""How long the guards may take to be read, beside a login."""

GUARDS_LOST_S = 10.0
"""This long after they should have been read, the guards are asked for again."""


def judge_server(cell: ServerState, now: Instant) -> Verdict:
    """What is wanted of a server. ``REST`` of one that is awake means: put it to sleep."""
    if (wanted := _wanted(cell)) is not None:
        return wanted
    if cell.sleep is not None:
        return Verdict(code="server_stopping", since=cell.sleep.ordered_at)
    if not cell.network.is_ok:
        return Verdict(code="server_unseen" if cell.network.seen_at is None else "server_asleep")
    return _kept(cell, now) or _guarded(cell, now)


def _wanted(cell: ServerState) -> Verdict | None:
    """Who needs it: a wake that runs, an admin's hold, or one of its domains."""
    if cell.hold is not None and cell.hold.kind is HoldKind.AWAKE:
        return Verdict(need=Need.WAKE, code="verdict_held_awake", until=cell.hold.until)
    if cell.waking_up or any(domain.asked_at is not None for domain in cell.domains.values()):
        return Verdict(need=Need.KEEP, code="server_waking")
    if any(domain.stopping for domain in cell.domains.values()):
        return Verdict(need=Need.KEEP, code="server_stops")
    needing = [domain for domain in cell.domains.values() if domain.verdict.need > Need.NONE]
    if not needing:
        return None
    first = max(needing, key=_need)
    return Verdict(
        need=first.verdict.need,
        code="server_needed",
        turns_at=first.verdict.changes_at,
        values=(("name", first.id), ("why", first.verdict)),
    )


def _need(domain: DomainState) -> tuple[Need, Instant]:
    """The domain that is named is the one that needs the server most, and longest."""
    until = domain.verdict.until
    return domain.verdict.need, float("inf") if until is None else until


def _kept(cell: ServerState, now: Instant) -> Verdict | None:
    """What keeps a server awake that nobody needs."""
    if cell.spec.sleep is None or not cell.domains:
        code = "server_no_way" if cell.domains else "server_no_domain"
        return Verdict(need=Need.KEEP, code=code)
    since, until = cell.power.watched_since, rests_at(cell)
    if since is not None and until is not None and now < until:
        return Verdict(need=Need.KEEP, code="server_young", since=since, until=until)
    if now < cell.power.after and cell.power.trouble is not None:
        values = (("why", cell.power.trouble),)
        return Verdict(need=Need.KEEP, code="server_backoff", until=cell.power.after, values=values)
    return None


def rests_at(cell: ServerState) -> Instant | None:
    """Before this a server that is awake is not put to sleep; None when that is no matter."""
    since = cell.power.watched_since
    if since is None or _dismissed(cell):
        return None
    return since + max(_min_awake_s(domain) for domain in cell.domains.values())


def _dismissed(cell: ServerState) -> bool:
    """Whether an admin's order stands for all that is on it."""
    return all(domain.dismissed_at is not None for domain in cell.domains.values())


def _min_awake_s(domain: DomainState) -> float:
    policy = domain.spec.policy
    return 0.0 if isinstance(policy, AlwaysOnPolicy) else policy.min_awake_minutes * 60


def _guarded(cell: ServerState, now: Instant) -> Verdict:
    """Nobody needs it; what do the guards say?"""
    if cell.forced:
        return Verdict(code="server_forced")
    if cell.guards.read_at is None:
        return Verdict(code="server_asking")
    if found := busy(cell.guards, cell.spec.guards):
        values = (("guards", together(found)),)
        again_at = asks_at(cell)
        return Verdict(need=Need.KEEP, code="server_busy", turns_at=again_at, values=values)
    return Verdict(code="server_unneeded" if fresh(cell.guards, now) else "server_asking")


def fresh(guards: Guards, now: Instant) -> bool:
    """Whether what the server said is new enough to act on."""
    return guards.read_at is not None and now - guards.read_at <= GUARDS_FRESH_S


def asked_within_s(cell: ServerState) -> float:
    """Seconds after which what the guards say is no more awaited."""
    return cell.spec.deadlines.login + ASKING_S


def asks_at(cell: ServerState) -> Instant:
    """When the guards may be asked for (again)."""
    guards = cell.guards
    if guards.asked_at is not None:
        return guards.asked_at + asked_within_s(cell) + GUARDS_LOST_S
    if guards.read_at is None:
        return 0.0
    soon = cell.verdict.need is Need.NONE and not busy(guards, cell.spec.guards)
    return guards.read_at + (GUARDS_FRESH_S if soon else cell.spec.guards.every_seconds)
