"""The plan in words: a heading for each server, a line for each stretch and reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hall.core.config.document import Configuration
from hall.core.config.domain import DomainConfig
from hall.core.config.policies import AlwaysOnPolicy, OnDemandPolicy, ScheduledPolicy
from hall.core.model.schedule import Opening
from hall.core.policy.domain import UNLEARNED_S
from hall.core.policy.forecast import ForecastNeed, ForecastStretch
from hall.core.policy.schedule import openings, schedule_of
from hall.core.timing import Duration, Instant

_WEEK_S = 7 * 86_400
_YEAR_S = 366 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be told: the stretches of these servers from one instant to another."""

    config: Configuration
    start: Instant
    end: Instant
    stretches: tuple[ForecastStretch, ...]

    def of(self, server: str) -> list[ForecastStretch]:
        """The stretches of one server, in order."""
        return [one for one in self.stretches if one.server == server]

    def awake_s(self, server: str) -> float:
        """Seconds for which it is awake for sure."""
        return sum(one.ends_at - one.begins_at for one in self.of(server))

    def domains_of(self, server: str) -> dict[str, DomainConfig]:
        """The domains on one server, by name, in the order of the configuration."""
        return {
            name: domain for name, domain in self.config.domains.items() if domain.server == server
        }

    @property
    def zone(self) -> str:
        """The zone of all times but those of a schedule that has its own."""
        return self.config.gateway.timezone


def plan_lines(plan: Plan) -> Iterator[str]:
    """The whole plan as lines of text."""
    yield f"{_from_to(plan.start, plan.end, plan.zone, year=True)}, {plan.zone}"
    for name, server in plan.config.servers.items():
        hours, all_hours = plan.awake_s(name) / 3600, (plan.end - plan.start) / 3600
        yield ""
        sure = "wanted awake" if server.wake is None else "awake for sure"
        yield f"{name} ({server.name}): {sure} {hours:.1f} h of {all_hours:.0f} h"
        rows = [*_stretches(plan, name), *_by_use(plan, name)]
        width = max((len(when) for when, _ in rows), default=0)
        yield from (f"  {when:<{width}}  {why}" for when, why in rows)
        yield from (f"  {note}" for note in _notes(plan, name))


def _stretches(plan: Plan, server: str) -> Iterator[tuple[str, str]]:
    for stretch in plan.of(server):
        when = _from_to(stretch.begins_at, stretch.ends_at, plan.zone)
        for need in stretch.needs:
            yield when, f"{need.domain}: {need_words(plan, need)}"
            when = ""
        if stretch.ends_at > stretch.needed_until:
            can_sleep = plan.config.servers[server].sleep is not None
            yield "", f"then {_KEPT if can_sleep else _UP}"


_KEPT = "kept a while, as always after it was woken"
_UP = "it stays up"


def need_words(plan: Plan, need: ForecastNeed) -> str:
    """Why a domain needs its server awake."""
    if need.opening is None or need.lead is None:
        return "always on"
    words = _open(plan, need, need.opening)
    if need.begins_at >= need.opening.opens_at:
        return words
    boot_s, margin = need.lead.boot_s, Duration(need.lead.margin_s)
    boot = f"{Duration(UNLEARNED_S if boot_s is None else boot_s)}"
    boot += " (not measured)" if boot_s is None else " (p90)"
    return f"{words}; woken ahead: boot {boot}, margin {margin}"


def _zone_of(plan: Plan, domain: str) -> str:
    policy = plan.config.domains[domain].policy
    own = policy.timezone if isinstance(policy, ScheduledPolicy) else None
    return own or plan.zone


def _open(plan: Plan, need: ForecastNeed, opening: Opening) -> str:
    zone = _zone_of(plan, need.domain)
    if opening.closes_at - plan.end > _YEAR_S:
        return "open, without an end in sight"
    opens, closes = _local(opening.opens_at, zone), _local(opening.closes_at, zone)
    here = zone == plan.zone
    if here and opens.date() == closes.date() == _local(need.begins_at, zone).date():
        return f"open {opens:%H:%M} - {closes:%H:%M}{_clocks(opening, zone)}"
    long = opening.closes_at - opening.opens_at > _WEEK_S
    times = _from_to(opening.opens_at, opening.closes_at, zone, year=long)
    return f"open {times}{'' if here else f' {zone}'}{_clocks(opening, zone)}"


def _clocks(opening: Opening, zone: str) -> str:
    """That clocks change in the meantime, which makes it longer or shorter than it looks."""
    before, after = (_local(at, zone).utcoffset() for at in (opening.opens_at, opening.closes_at))
    if before is None or after is None or before == after:
        return ""
    lasts = Duration(opening.closes_at - opening.opens_at)
    return f" ({lasts}: clocks go {'forward' if after > before else 'back'})"


def _by_use(plan: Plan, server: str) -> Iterator[tuple[str, str]]:
    """The domains for which it may be awake besides."""
    domains = plan.domains_of(server)
    for name, domain in domains.items():
        if isinstance(domain.policy, ScheduledPolicy) and not domain.policy.demands:
            yield from _within(plan, name, domain.policy)
    when = "any time"
    for name, domain in domains.items():
        policy = domain.policy
        if isinstance(policy, AlwaysOnPolicy):
            continue
        if isinstance(policy, ScheduledPolicy) and policy.outside == "closed":
            continue
        outside = "" if isinstance(policy, OnDemandPolicy) else " outside its windows"
        yield when, f"{name}: by visits{outside}, {_until(policy)}"
        when = ""


def _within(plan: Plan, name: str, policy: ScheduledPolicy) -> Iterator[tuple[str, str]]:
    """The windows in which visits may wake it, and nobody keeps it awake."""
    words = f"{name}: open to visits, {_until(policy)}"
    found = [_from_to(one.opens_at, one.closes_at, plan.zone) for one in windows_of(plan, policy)]
    yield from ((when, words) for when in found)
    if not found:
        yield "", f"{name}: closed throughout, it opens to visits in its windows only"


def windows_of(plan: Plan, policy: ScheduledPolicy) -> list[Opening]:
    """The openings of a schedule within the plan."""
    return list(openings(schedule_of(policy, plan.zone), plan.start, plan.end))


def _until(policy: OnDemandPolicy | ScheduledPolicy) -> str:
    return f"until {Duration(policy.idle_minutes * 60)} after its last use"


def _notes(plan: Plan, server: str) -> Iterator[str]:
    if not plan.domains_of(server):
        yield "no domain is on it"
    if plan.config.servers[server].wake is None:
        yield "Hall cannot wake it: it has no way to be woken"
    if plan.config.servers[server].sleep is None:
        yield "Hall never puts it to sleep: it has no way to be put to sleep"


def _from_to(begin: Instant, end: Instant, zone: str, *, year: bool = False) -> str:
    one, other = _local(begin, zone), _local(end, zone)
    date = "" if one.date() == other.date() else f"{other:{_date(year=year)}}"
    time = "%H:%M %Z" if _in_doubt(one, other) else "%H:%M"
    return f"{one:{_date(year=year)}}{one:{time}} - {date}{other:{time}}"


def _date(*, year: bool) -> str:
    return "%a %d %b %Y " if year else "%a %d %b "


def _in_doubt(one: datetime, other: datetime) -> bool:
    """Whether clocks change in between, or show one of the two times twice."""
    twice = any(
        at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset() for at in (one, other)
    )
    return twice or one.utcoffset() != other.utcoffset()


def _local(at: Instant, zone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone))
