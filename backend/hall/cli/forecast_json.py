"""The plan as JSON: times are ISO 8601 in UTC, durations seconds, null means not known."""

from datetime import UTC, datetime
from typing import Any

from hall.cli.forecast_text import Plan, need_words, windows_of
from hall.core.config.policies import AlwaysOnPolicy, OnDemandPolicy, ScheduledPolicy
from hall.core.policy.forecast import ForecastNeed, ForecastStretch
from hall.core.timing import Instant


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON for scripts: instants in ISO 8601, durations in seconds."""
    return {
        "from": _instant(plan.start),
        "to": _instant(plan.end),
        "timezone": plan.zone,
        "servers": [_server(plan, name) for name in plan.config.servers],
    }


def _server(plan: Plan, name: str) -> dict[str, Any]:
    server = plan.config.servers[name]
    return {
        "id": name,
        "name": server.name,
        "can_wake": server.wake is not None,
        "can_sleep": server.sleep is not None,
        "awake_s": plan.awake_s(name),
        "stretches": [_stretch(plan, one) for one in plan.of(name)],
        "by_visits": _by_visits(plan, name),
    }


def _stretch(plan: Plan, stretch: ForecastStretch) -> dict[str, Any]:
    return {
        "from": _instant(stretch.begins_at),
        "to": _instant(stretch.ends_at),
        "needed_until": _instant(stretch.needed_until),
        "needs": [_need(plan, one) for one in stretch.needs],
    }


def _need(plan: Plan, need: ForecastNeed) -> dict[str, Any]:
    opening, lead = need.opening, need.lead
    return {
        "domain": need.domain,
        "policy": plan.config.domains[need.domain].policy.type,
        "from": _instant(need.begins_at),
        "to": _instant(need.ends_at),
        "opens_at": None if opening is None else _instant(opening.opens_at),
        "closes_at": None if opening is None else _instant(opening.closes_at),
        "boot_p90_s": None if lead is None else lead.boot_s,
        "lead_s": None if lead is None else lead.seconds,
        "reason": need_words(plan, need),
    }


def _by_visits(plan: Plan, server: str) -> list[dict[str, Any]]:
    found = []
    for name, domain in plan.domains_of(server).items():
        match domain.policy:
            case OnDemandPolicy() as policy:
                found.append({"domain": name, "idle_s": policy.idle_minutes * 60, "when": "always"})
            case ScheduledPolicy(inside="on_demand") as policy:
                windows = [
                    {"from": _instant(one.opens_at), "to": _instant(one.closes_at)}
                    for one in windows_of(plan, policy)
                ]
                inside = {"idle_s": policy.idle_minutes * 60, "when": "inside"}
                found.append({"domain": name, **inside, "windows": windows})
            case ScheduledPolicy(outside="on_demand") as policy:
                outside = {"idle_s": policy.idle_minutes * 60, "when": "outside"}
                found.append({"domain": name, **outside})
            case ScheduledPolicy() | AlwaysOnPolicy():
                pass
    return found


def _instant(at: Instant) -> str:
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")
