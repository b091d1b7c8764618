"""Figures, and how they are shown."""

from collections.abc import Sequence
from statistics import median, quantiles

Figures = dict[str, list[float]]
"""Seconds, by what they measure: one repetition."""

_COLUMNS = ("p50", "p95", "worst")
_CELL = 22


def show(title: str, repetitions: Sequence[Figures]) -> None:
    """Print p50, p95 and worst in ms: the median of the repetitions, and from least to most."""
    width = max(len(name) for name in repetitions[0])
    print(f"\n{title}\n{'':<{width}}" + "".join(f"{column:>{_CELL}}" for column in _COLUMNS))
    for name in repetitions[0]:
        columns = zip(*(_row(figures[name]) for figures in repetitions), strict=True)
        print(f"{name:<{width}}" + "".join(f"{_cell(values):>{_CELL}}" for values in columns))


def _row(seconds: list[float]) -> tuple[float, float, float]:
    cuts = quantiles(seconds, n=20, method="inclusive")
    return cuts[9], cuts[18], max(seconds)


def _cell(seconds: Sequence[float]) -> str:
    least, middle, most = (f"{f(seconds) * 1000:.0f}" for f in (min, median, max))
    return f"{middle} ({least} to {most})"
