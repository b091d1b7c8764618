"""A simulation as JSON: the same as in words, and by server. Times are ISO 8601 in UTC."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from hall.cli.simulate_text import Simulation
from hall.core.timing import Instant
from hall.simulation.figures import Figures, figures, saved
from hall.simulation.simulate import Result
from hall.simulation.variants import ALWAYS_ON

Json = dict[str, Any]


def simulation_json(simulation: Simulation) -> Json:
    """All of it. Shares are from 0 to 1, durations seconds; null means that nobody waited."""
    times, baseline = simulation.times, _of(simulation, ALWAYS_ON)
    return {
        "from": _iso(simulation.span[0]),
        "to": _iso(simulation.span[1]),
        "days": simulation.days,
        "boots": {
            "servers": {
                name: {**asdict(times.servers[name]), "learned_from": times.learned.get(name, 0)}
                for name in simulation.servers
            },
            "domains": {name: asdict(own) for name, own in times.domains.items()},
        },
        "variants": [_variant(simulation, one, baseline) for one in simulation.results],
        "notes": list(simulation.notes),
    }


def _of(simulation: Simulation, variant: str) -> Result:
    return next(one for one in simulation.results if one.variant == variant)


def _variant(simulation: Simulation, result: Result, baseline: Result) -> Json:
    config = simulation.config

    def told(*names: str) -> Json:
        own, always = (
            figures(config, {name: one.servers[name] for name in names})
            for one in (result, baseline)
        )
        return _figures(own, always)

    servers = {name: told(name) for name in result.servers}
    return {"name": result.variant, **told(*result.servers), "servers": servers}


def _figures(sums: Figures, always_on: Figures) -> Json:
    waits = None if sums.waits is None else {k: _short(v) for k, v in asdict(sums.waits).items()}
    return {
        "hours": _short(sums.hours),
        "awake_hours": _short(sums.awake_hours),
        "awake_share": _short(sums.awake_share),
        "kwh": _short(sums.kwh),
        "cost": {currency: _short(one) for currency, one in sums.cost.items()},
        "saved": {
            currency: _short(one) for currency, one in saved(always_on.cost, sums.cost).items()
        },
        "wakes": sums.wakes,
        "visits": sums.visits,
        "waited": sums.waited,
        "waited_share": _short(sums.waited_share),
        "waits": waits,
        "turned_away": {"closed": sums.closed, "failed": sums.failed},
    }


def _short(figure: float) -> float:
    return round(figure, 4)


def _iso(at: Instant) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
