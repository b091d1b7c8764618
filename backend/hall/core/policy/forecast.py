"""What will be awake for sure, and why: the policies over a stretch of time to come.

Visits, traffic and holds are not foreseen: they only ever add to this, but for a hold that keeps
something asleep.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hall.core.config.document import Configuration
from hall.core.config.domain import DomainConfig
from hall.core.config.policies import AlwaysOnPolicy, ScheduledPolicy
from hall.core.model.schedule import Opening
from hall.core.policy.domain import UNLEARNED_S
from hall.core.policy.schedule import openings, schedule_of
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before an opening a server is woken; ``boot_s`` None means not measured yet."""

    boot_s: float | None
    margin_s: float

    @property
    def seconds(self) -> float:
        """The whole of it; a boot that was never measured is taken to last ``UNLEARNED_S``."""
        return self.margin_s + (UNLEARNED_S if self.boot_s is None else self.boot_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastNeed:
    """Why a server is awake: one of its domains is always on, or open.

    ``opening`` and ``lead`` are None for a domain that is always on; ``begins_at`` is before the
    opening, by the lead, but not before the plan.
    """

    domain: str
    begins_at: Instant
    ends_at: Instant
    opening: Opening | None = None
    lead: Lead | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastStretch:
    """A time through which a server is awake, with the needs that overlap or adjoin in it.

    It may end after the last need: a server that was woken is kept for a while, and one that
    Hall cannot put to sleep stays up.
    """

    server: str
    begins_at: Instant
    ends_at: Instant
    needs: tuple[ForecastNeed, ...]

    @property
    def needed_until(self) -> Instant:
        """When the last need ends."""
        return max(need.ends_at for need in self.needs)


def stretches(
    config: Configuration,
    start: Instant,
    end: Instant,
    boot_p90: Mapping[str, float | None],
) -> list[ForecastStretch]:
    """When servers are awake for sure from ``start`` to ``end``: server by server, in order.

    Args:
        config: Whose policies are followed.
        start: When the plan begins.
        end: When it ends; stretches are cut there.
        boot_p90: How long a boot of each domain takes, in seconds; None or absent: not measured.
    """
    found: list[ForecastStretch] = []
    for server in config.servers:
        needs = [
            need
            for name, domain in config.domains.items()
            if domain.server == server
            for need in _needs(config, name, domain, (start, end), boot_p90.get(name))
        ]
        ordered = sorted(needs, key=lambda need: need.begins_at)
        found += _joined(server, ordered, kept_s(config, server), (start, end))
    return found


def kept_s(config: Configuration, server: str) -> float:
    """How long this server stays awake at least once it was woken, in seconds.

    Its domains count their idle time from when it came up; infinite where Hall cannot put it to
    sleep.
    """
    if config.servers[server].sleep is None:
        return float("inf")
    policies = [one.policy for one in config.domains.values() if one.server == server]
    resting = [one for one in policies if not isinstance(one, AlwaysOnPolicy)]
    minutes = [max(one.idle_minutes, one.min_awake_minutes) for one in resting]
    return 60 * max(minutes, default=0.0)


def _needs(
    config: Configuration,
    name: str,
    domain: DomainConfig,
    span: tuple[Instant, Instant],
    boot_s: float | None,
) -> Iterator[ForecastNeed]:
    start, end = span
    policy = domain.policy
    if isinstance(policy, AlwaysOnPolicy):
        yield ForecastNeed(domain=name, begins_at=start, ends_at=end)
    if not isinstance(policy, ScheduledPolicy) or not policy.demands:
        return
    lead = Lead(boot_s, policy.margin_minutes * 60)
    schedule = schedule_of(policy, config.gateway.timezone)
    for opening in openings(schedule, start, end + lead.seconds):
        yield ForecastNeed(
            domain=name,
            begins_at=max(start, opening.opens_at - lead.seconds),
            ends_at=min(end, opening.closes_at),
            opening=opening,
            lead=lead,
        )


def _joined(
    server: str, needs: Iterable[ForecastNeed], kept_for: float, span: tuple[Instant, Instant]
) -> Iterator[ForecastStretch]:
    """Needs by their beginning; those that overlap or adjoin share a stretch."""
    last: ForecastStretch | None = None
    for need in needs:
        if last is not None and need.begins_at <= last.ends_at:
            ends_at = max(last.ends_at, need.ends_at)
            last = replace(last, ends_at=ends_at, needs=(*last.needs, need))
            continue
        if last is not None:
            yield last
        ends_at = max(need.ends_at, _kept_until(need, kept_for, span))
        last = ForecastStretch(
            server=server, begins_at=need.begins_at, ends_at=ends_at, needs=(need,)
        )
    if last is not None:
        yield last


def _kept_until(first: ForecastNeed, kept_for: float, span: tuple[Instant, Instant]) -> Instant:
    """Until when a server stays up at least; one that is up already may be so for long."""
    start, end = span
    woken = first.begins_at > start or kept_for == float("inf")
    return min(end, first.begins_at + kept_for) if woken else start
