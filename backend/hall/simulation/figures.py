"""What people want to know of an outcome: hours, energy, money, and how long visitors waited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median

from hall.core.config.document import Configuration
from hall.core.config.methods import PowerConfig
from hall.simulation.tally import VisitOutcome

Money = Mapping[str, float]
"""An amount for each currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long those waited who did and were let in, in seconds."""

    median_s: float
    p95_s: float
    max_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The sums over some servers; ``waits`` is None when nobody waited."""

    hours: float
    awake_hours: float
    kwh: float
    cost: Money
    wakes: int
    visits: int
    waited: int
    waits: Waits | None
    closed: int
    failed: int

    @property
    def awake_share(self) -> float:
        """The share of the time for which they were awake, 0 to 1."""
        return self.awake_hours / self.hours if self.hours else 0.0

    @property
    def waited_share(self) -> float:
        """The share of the visitors who waited, 0 to 1."""
        return self.waited / self.visits if self.visits else 0.0


def figures(config: Configuration, outcomes: Mapping[str, VisitOutcome]) -> Figures:
    """What the outcomes of all servers add up to: hours, energy, cost and waits."""
    every = tuple(outcomes.values())
    used = {name: kwh(one, config.servers[name].power) for name, one in outcomes.items()}
    waits = sorted(wait for one in every for wait in one.waits_s)
    return Figures(
        hours=sum(one.lasted_s for one in every) / 3600,
        awake_hours=sum(one.awake_s for one in every) / 3600,
        kwh=sum(used.values()),
        cost=_together(_price(config.servers[name].power, used[name]) for name in outcomes),
        wakes=sum(one.wakes for one in every),
        visits=sum(one.visits for one in every),
        waited=len(waits),
        waits=_waits(waits) if waits else None,
        closed=sum(one.closed for one in every),
        failed=sum(one.failed for one in every),
    )


def saved(always_on: Money, cost: Money) -> Money:
    """By currency, how much less it cost than servers that are always on; negative if more."""
    return {currency: amount - cost.get(currency, 0.0) for currency, amount in always_on.items()}


def kwh(outcome: VisitOutcome, power: PowerConfig) -> float:
    """The energy that a server used, awake and asleep, in kWh."""
    asleep_s = outcome.lasted_s - outcome.awake_s
    return (outcome.awake_s * power.awake_watts + asleep_s * power.asleep_watts) / 3_600_000


def _price(power: PowerConfig, used_kwh: float) -> tuple[str, float]:
    return power.currency, used_kwh * power.price_per_kwh


def _together(prices: Iterable[tuple[str, float]]) -> Money:
    sums: dict[str, float] = {}
    for currency, amount in prices:
        sums[currency] = sums.get(currency, 0.0) + amount
    return sums


def _waits(ordered: list[float]) -> Waits:
    p95 = ordered[ceil(0.95 * len(ordered)) - 1]
    return Waits(median_s=median(ordered), p95_s=p95, max_s=ordered[-1])
