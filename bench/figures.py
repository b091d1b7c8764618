"""Figures, and how they are shown."""

from collections.abc import Mapping
from statistics import quantiles

Figures = dict[str, list[float]]
"""Seconds, by what they measure."""


def show(title: str, figures: Mapping[str, list[float]]) -> None:
    """Print each figure's p50, p95 and worst, in milliseconds."""
    width = max(len(name) for name in figures)
    print(f"\n{title}\n{'':<{width}}  {'p50':>8} {'p95':>8} {'max':>8}")
    for name, seconds in figures.items():
        cuts = quantiles(seconds, n=20, method="inclusive")
        row = (cuts[9], cuts[18], max(seconds))
        print(f"{name:<{width}}  " + " ".join(f"{value * 1000:8.0f}" for value in row))
