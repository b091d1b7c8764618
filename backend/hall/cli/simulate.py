"""The command ``hall simulate``: what other policies would have cost, and who would have waited."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click

from hall.adapters.config.load import load
from hall.cli import output
from hall.cli.options import config_option, json_option
from hall.cli.simulate_json import simulation_json
from hall.cli.simulate_past import Past, past_of
from hall.cli.simulate_text import Simulation, simulation_lines
from hall.core.config.document import Configuration
from hall.simulation.notes import notes
from hall.simulation.simulate import Run, Task, simulate
from hall.simulation.span import whole_days
from hall.simulation.tally import VisitOutcome
from hall.simulation.times import BootTimes, learned_times, told_times
from hall.simulation.variants import variants

MANY = 20_000
"""From so many visits on, several processes share the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the command line says."""

    path: Path
    visits: Path | None
    from_journal: bool
    data: Path | None
    days: int | None
    boot: float | None
    as_json: bool


@click.command("simulate")
@config_option
@click.option(
    "--visits",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of visits: CSV with the columns at and domain, or JSON, an object a line.",
)
@click.option("--from-journal", is_flag=True, help="Take the visits that the journal holds.")
@click.option(
    "--data",
    envvar="HALL_DATA",
    show_envvar=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the journal, which knows how long boots take.  [default: data]",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3660),
    help="Days from the first visit on.  [default: to the last visit]",
)
@click.option(
    "--boot",
    type=click.FloatRange(1, 3600),
    metavar="SECONDS",
    help="How long a boot takes.  [default: as the journal knows, else 60]",
)
@json_option
def simulate_command(**options: Any) -> None:  # noqa: ANN401 - they are told above, one by one
    """Replay visits under several policies, and compare what comes of them.

    Each variant goes through the same decisions as a running Hall, on a virtual clock: hours
    awake, energy and its cost, wakes, and how many visitors waited for how long.
    """
    asked = _Asked(**options)
    if (asked.visits is None) is not asked.from_journal:
        raise click.UsageError("Give either --visits FILE or --from-journal.")
    config = load(asked.path)
    past = asyncio.run(past_of(config, asked.visits, asked.data))
    found = _simulated(config, past, asked)
    click.echo(
        output.as_json(simulation_json(found))
        if asked.as_json
        else "\n".join(simulation_lines(found))
    )


def _simulated(config: Configuration, past: Past, asked: _Asked) -> Simulation:
    times = _times(config, past, asked.boot)
    span = whole_days(past.signs, config.gateway.timezone, asked.days)
    with players(sum(map(len, past.signs.visits.values()))) as run:
        results = simulate(
            config, past.signs, span, variants=variants(config), times=times, run=run
        )
    told = (*past.notes, *notes(config, times))
    return Simulation(config=config, span=span, times=times, results=tuple(results), notes=told)


def _times(config: Configuration, past: Past, boot_s: float | None) -> BootTimes:
    return learned_times(config, past.boots) if boot_s is None else told_times(config, boot_s)


@contextmanager
def players(visits: int, many: int = MANY) -> Iterator[Run]:
    """What plays: this process, or from so ``many`` visits on one for each CPU."""
    cpus = len(os.sched_getaffinity(0))
    if visits < many or cpus == 1:
        yield map
        return
    with ProcessPoolExecutor(cpus, mp_context=get_context("spawn")) as pool:
        yield lambda play, tasks: _watched(pool, play, tuple(tasks))


def _watched(
    pool: ProcessPoolExecutor, play: Callable[[Task], VisitOutcome], tasks: Sequence[Task]
) -> Iterable[VisitOutcome]:
    """Play all; on a terminal a bar shows how far it is."""
    outcomes = pool.map(play, tasks)
    if not sys.stderr.isatty():
        return list(outcomes)
    with click.progressbar(outcomes, length=len(tasks), file=sys.stderr) as bar:
        return list(bar)
