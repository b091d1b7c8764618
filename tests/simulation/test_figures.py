"""From seconds to kWh, money and waits; and the days of a simulation."""

import pytest

from hall.core.config.document import Configuration
from hall.simulation.figures import Waits, figures, saved
from hall.simulation.signs import Signs
from hall.simulation.span import whole_days
from hall.simulation.tally import VisitOutcome
from tests.simulation.houses import DAY_S, HOUR_S, a_domain, a_server, on_demand


def a_day(**counts: object) -> VisitOutcome:
    """Six hours awake of 24."""
    parts = {"lasted_s": DAY_S, "awake_s": 6 * HOUR_S, "wakes": 2, **counts}
    return VisitOutcome(**parts)


def two_servers() -> Configuration:
    power = {"awake_watts": 100, "asleep_watts": 5, "price_per_kwh": 0.2}
    swiss = {**power, "currency": "CHF"}
    servers = {"main": a_server(power=power), "alp": a_server(power=swiss)}
    domain = a_domain(on_demand())
    return Configuration.model_validate({"servers": servers, "domains": {"a": domain}})


def test_energy_is_that_of_both_states_and_each_currency_is_summed_up():
    found = figures(two_servers(), {"main": a_day(), "alp": a_day(awake_s=0)})
    assert found.kwh == pytest.approx(0.6 + 0.09 + 0.12)
    assert found.cost == {"EUR": pytest.approx(0.138), "CHF": pytest.approx(0.024)}
    assert saved({"EUR": 1.0, "CHF": 1.0}, found.cost)["CHF"] == pytest.approx(0.976)
    assert found.awake_share == 1 / 8


def test_waits_are_told_by_median_tail_and_worst():
    waits = tuple(float(second) for second in range(100, 0, -1))
    found = figures(two_servers(), {"main": a_day(waits_s=waits, at_once=95, closed=4, failed=1)})
    assert found.waits == Waits(median_s=50.5, p95_s=95, max_s=100)
    assert (found.visits, found.waited_share) == (200, 0.5)


def test_nobody_who_waits_is_not_a_wait_of_none():
    found = figures(two_servers(), {"main": a_day()})
    assert (found.waits, found.waited_share) == (None, 0.0)


@pytest.mark.parametrize(
    ("days", "hours"), [(None, 2 * 24), (1, 24), (3, 3 * 24), (84, 84 * 24 - 1)]
)
def test_days_go_from_midnight_to_midnight_where_the_house_is(days, hours):
    late = 1_767_654_000.0 + 60  # 00:01 on 6 January in Paris, still the 5th in UTC
    signs = Signs(visits={"a": [late, late + DAY_S], "b": []})
    start, end = whole_days(signs, "Europe/Paris", days)
    assert (start, (end - start) / HOUR_S) == (late - 60, hours)
