"""The command ``hall plan``: what will be awake, and why."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import click

from hall.adapters.clock import SystemClock
from hall.adapters.storage.journal import read_journal
from hall.adapters.storage.records import WakeEntry
from hall.cli import output
from hall.cli.config import loaded
from hall.cli.forecast_json import plan_json
from hall.cli.forecast_text import Plan, plan_lines
from hall.cli.options import config_option, json_option
from hall.core.config.document import Configuration
from hall.core.model.wake import Boot, Outcome
from hall.core.policy.estimate import REMEMBERED, boot_p90
from hall.core.policy.forecast import stretches

_DAY_S = 86_400
_LOOKED_AT = 5 * REMEMBERED
"""Past wakes that are read: some of them failed."""


@click.command()
@config_option
@click.option(
    "--days", default=7, show_default=True, type=click.IntRange(1, 366), help="How far to look."
)
@click.option(
    "--data",
    envvar="HALL_DATA",
    show_envvar=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the journal, which knows how long boots take.",
)
@json_option
def plan(path: Path, days: int, data: Path | None, *, as_json: bool) -> None:
    """Print what will be awake for sure in the next days, and why.

    Visits and holds are not foreseen. With --data, a server is woken before an opening by the
    time that nine of ten of its boots took; without, by a usual one.
    """
    config, now = loaded(path), SystemClock().now()
    boots = {} if data is None else asyncio.run(_boots(config, data))
    end = now + days * _DAY_S
    found = tuple(stretches(config, now, end, boots))
    whole = Plan(config=config, start=now, end=end, stretches=found)
    click.echo(output.as_json(plan_json(whole)) if as_json else "\n".join(plan_lines(whole)))


async def _boots(config: Configuration, data: Path) -> dict[str, float | None]:
    """How long a boot of each domain takes, as far as the journal knows."""
    async with read_journal(data) as record:
        return {
            name: boot_p90(_boot(one) for one in _ended_well(await record.wakes(name, _LOOKED_AT)))
            for name in config.domains
        }


def _ended_well(wakes: Iterable[WakeEntry]) -> list[WakeEntry]:
    return [one for one in wakes if one.outcome is Outcome.READY]


def _boot(wake: WakeEntry) -> Boot:
    took = {stage.name: stage.took_s for stage in wake.stages if stage.waited}
    return {name: seconds for name, seconds in took.items() if seconds is not None}
