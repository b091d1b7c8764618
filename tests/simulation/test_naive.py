"""The replay leaves out only what changes nothing: random houses, against a naive one."""

from random import Random
from typing import Any

import pytest

from hall.core.config.document import Configuration
from hall.simulation.signs import Signs
from hall.simulation.simulate import simulate
from hall.simulation.tally import VisitOutcome
from hall.simulation.times import BootTimes, DomainTimes, told_times
from tests.simulation.houses import (
    DAY_S,
    HOUR_S,
    MIDNIGHT,
    a_domain,
    a_server,
    configured,
    office_hours,
    on_demand,
)
from tests.simulation.naive import naive
from tests.support.soak import rounds

pytestmark = pytest.mark.slow

SPAN = (MIDNIGHT, MIDNIGHT + 2 * DAY_S)
SOON_S = (0, 1, 3, 5, 36, 48, 54, 60, 63, 300, 1800)
"""After a visit, when something else happens at about that time."""

HOURS = ({"outside": "closed"}, {"outside": "on_demand"}, {"inside": "on_demand"})
"""What a schedule means: every way of it."""


def a_policy(chance: Random) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "idle_minutes": chance.choice([1, 2, 5, 15, 30]),
        "min_awake_minutes": chance.choice([0, 1, 10, 20]),
    }
    if chance.random() < 0.3:
        parts["stop_containers_after"] = chance.choice([1, 3, 10])
    kind = chance.choices(["demand", "hours", "always"], [5, 2, 1])[0]
    if kind == "always":
        return {"type": "always_on"}
    if kind == "hours":
        return office_hours(**parts, **chance.choice(HOURS))
    return on_demand(parts.pop("idle_minutes"), parts.pop("min_awake_minutes"), **parts)


def a_random_house(chance: Random) -> Configuration:
    many = chance.choice([1, 1, 2, 3, 4])
    policies = [a_policy(chance) for _ in range(many)]
    if chance.random() < 0.4:
        policies = policies[:1] * many
    domains = {name: a_domain(one) for name, one in zip("abcd", policies, strict=False)}
    dockerless = chance.random() < 0.1
    for domain in domains.values():
        for part in ("project", "health"):
            if chance.random() < 0.2 and "stop_containers_after" not in domain["policy"]:
                del domain[part]
        if dockerless:
            domain.pop("project", None)
            domain["policy"].pop("stop_containers_after", None)
    parts = {"docker": None} if dockerless else {}
    server = a_server(sleep=None, **parts) if chance.random() < 0.1 else a_server(**parts)
    return Configuration.model_validate({"servers": {"main": server}, "domains": domains})


def random_times(chance: Random, config: Configuration) -> BootTimes:
    usual = told_times(config, chance.choice([10, 60, 90]))
    own = {
        name: DomainTimes(chance.choice([0, 3, 20, 45]), chance.choice([0, 5]))
        for name, known in usual.domains.items()
    }
    return BootTimes(servers=usual.servers, domains=own)


def random_signs(chance: Random, config: Configuration) -> Signs:
    def some(most: int) -> list[float]:
        firsts = [MIDNIGHT + chance.randrange(2 * DAY_S) for _ in range(chance.randrange(most))]
        nexts = [at + chance.choice(SOON_S) for at in firsts for _ in range(chance.choice([0, 3]))]
        return sorted(at for at in firsts + nexts if at < SPAN[1])

    return Signs(
        visits={name: some(chance.choice([2, 20, 60])) for name in config.domains},
        uses={name: some(chance.choice([1, 10])) for name in config.domains},
    )


def told(outcome: VisitOutcome) -> tuple[object, ...]:
    waits = sorted(round(wait, 3) for wait in outcome.waits_s)
    awake = round(outcome.awake_s, 2)
    counts = (outcome.wakes, outcome.at_once, outcome.closed, outcome.failed)
    return awake, counts, waits


def both_ways(seed: int) -> tuple[object, object]:
    """What the replay and a naive one give for a house that this seed makes."""
    chance = Random(seed)
    config = a_random_house(chance)
    times, signs = random_times(chance, config), random_signs(chance, config)
    variants = [configured(config)]
    played = simulate(config, signs, SPAN, variants=variants, times=times)[0].servers["main"]
    assert 0 <= played.awake_s <= played.lasted_s
    assert played.visits == sum(map(len, signs.visits.values()))
    return told(played), told(naive(config, signs, times, *SPAN))


@pytest.mark.parametrize("seed", range(12))
def test_it_gives_what_a_naive_replay_gives(seed):
    played, naively = both_ways(seed)
    assert played == naively


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("part", range(4))
def test_the_two_agree_in_many_houses(part):
    for seed in range(100 + part, 100 + rounds("HALL_HOUSES", 24), 4):
        played, naively = both_ways(seed)
        assert played == naively, f"seed {seed}"


@pytest.mark.parametrize("seed", range(6))
def test_a_longer_idle_time_never_wakes_more_often(seed):
    chance = Random(seed)
    visits = {"a": sorted(MIDNIGHT + chance.randrange(2 * DAY_S) for _ in range(80))}
    wakes = []
    for minutes in (5, 15, 30, 60, 6 * HOUR_S / 60):
        domain = a_domain(on_demand(minutes))
        house = {"servers": {"main": a_server()}, "domains": {"a": domain}}
        config = Configuration.model_validate(house)
        result = simulate(
            *(config, Signs(visits=visits), SPAN),
            variants=[configured(config)],
            times=told_times(config),
        )
        wakes.append(result[0].servers["main"].wakes)
    assert wakes == sorted(wakes, reverse=True)
