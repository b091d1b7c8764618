"""A simulation in words: what was simulated, a table of the variants, and notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hall.core.config.document import Configuration
from hall.simulation.figures import Figures, Money, figures, saved
from hall.simulation.simulate import Result
from hall.simulation.span import Span
from hall.simulation.times import BootTimes
from hall.simulation.variants import ALWAYS_ON

_SHOWN = 5
"""How many boots are told; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What was simulated, and what came of it."""

    config: Configuration
    span: Span
    times: BootTimes
    results: tuple[Result, ...]
    notes: tuple[str, ...]

    def figures(self) -> dict[str, Figures]:
        """What each variant adds up to, by its name."""
        return {one.variant: figures(self.config, one.servers) for one in self.results}

    @property
    def days(self) -> int:
        """The simulated time in days, rounded."""
        return round((self.span[1] - self.span[0]) / 86_400)

    @property
    def servers(self) -> tuple[str, ...]:
        """The names of the simulated servers; every variant has the same."""
        return tuple(self.results[0].servers)


def simulation_lines(simulation: Simulation) -> Iterator[str]:
    """The whole of it as lines of text."""
    sums = simulation.figures()
    baseline = sums[ALWAYS_ON]
    yield _days(simulation)
    yield f"{_visits(simulation, baseline.visits)}; {_boots(simulation)}"
    yield ""
    rows = (_row(name, one, baseline) for name, one in sums.items())
    yield from _table([_heads(tuple(baseline.cost)), *rows])
    if simulation.notes:
        yield ""
        yield from (f"Note: {note}." for note in simulation.notes)


def _days(simulation: Simulation) -> str:
    zone = ZoneInfo(simulation.config.gateway.timezone)
    begin, end = simulation.span
    first, last = (datetime.fromtimestamp(at, zone) for at in (begin, end - 1))
    days = _many(simulation.days, "day")
    return f"{first:%a %d %b %Y} - {last:%a %d %b %Y} ({zone.key}): {days}"


def _visits(simulation: Simulation, visits: int) -> str:
    domains = _many(len(simulation.config.domains), "domain")
    servers = _many(len(simulation.servers), "server")
    return f"{_many(visits, 'visit')} to {domains} on {servers}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _boots(simulation: Simulation) -> str:
    told = {name: _boot(simulation, name) for name in simulation.servers}
    alike = set(told.values())
    if len(alike) == 1:
        return f"boots take {alike.pop()}"
    shown = [f"{boot} on {name}" for name, boot in told.items()][:_SHOWN]
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return f"boots take {', '.join(shown)}{more}"


def _boot(simulation: Simulation, server: str) -> str:
    """Until its slowest domain is ready."""
    times, known = simulation.times, simulation.times.learned.get(server)
    domains = simulation.config.domains.items()
    own = max(times.domains[name].boot_s for name, one in domains if one.server == server)
    whole_s = times.servers[server].network_s + times.servers[server].docker_s + own
    return f"{whole_s:.0f} s (median of {known})" if known else f"{whole_s:.0f} s"


def _heads(currencies: Sequence[str]) -> tuple[str, ...]:
    cost = currencies[0] if len(currencies) == 1 else "cost"
    return (
        *("", "awake h", "%", "kWh", cost, "saved", "wakes"),
        *("waited", "%", "median s", "p95 s", "max s", "turned away"),
    )


def _row(name: str, sums: Figures, baseline: Figures) -> tuple[str, ...]:
    waits = sums.waits
    waited = (waits.median_s, waits.p95_s, waits.max_s) if waits else ()
    return (
        *(name, f"{sums.awake_hours:.1f}", f"{100 * sums.awake_share:.1f}", f"{sums.kwh:.1f}"),
        *(_money(sums.cost), _money(saved(baseline.cost, sums.cost)), f"{sums.wakes}"),
        *(f"{sums.waited}", f"{100 * sums.waited_share:.1f}"),
        *([f"{seconds:.0f}" for seconds in waited] or ("-", "-", "-")),
        f"{sums.closed + sums.failed}",
    )


def _money(money: Money) -> str:
    if len(money) == 1:
        return f"{next(iter(money.values())):.2f}"
    return " + ".join(f"{amount:.2f} {currency}" for currency, amount in money.items())


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        others = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join((f"{name:<{widths[0]}}", *others)).rstrip()
