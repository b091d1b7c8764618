"""What the record remembers of all servers, for a start of Hall."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from hall.adapters.storage.queries import SqlRows
from hall.adapters.storage.reason_json import reason_of
from hall.core.model.activity import Activity, ActivityKind
from hall.core.model.events import HoldNoted
from hall.core.model.power import PowerHistory, SleepAttempt
from hall.core.model.saved import Saved

_POWER = "SELECT * FROM power"
_HOLDS = "SELECT * FROM holds ORDER BY at, kind"
_ACTIVITY = "SELECT * FROM activity"
_SLEEPS = """
    SELECT * FROM sleeps AS sleep WHERE ended_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM sleeps AS later
        WHERE later.server = sleep.server AND later.ordered_at > sleep.ordered_at
    )
"""


async def saved_of(
    database: SqlRows, homes: Mapping[str, Collection[str]]
) -> defaultdict[str, Saved]:
    """What is remembered of each server; ``homes`` names the domains of each.

    One query a table, however many servers there are.
    """
    power = {row["server"]: _power(row) for row in await database.fetch(_POWER)}
    sleeps = {row["server"]: _sleep(row) for row in await database.fetch(_SLEEPS)}
    holds: defaultdict[str, list[HoldNoted]] = defaultdict(list)
    for row in await database.fetch(_HOLDS):
        holds[row["server"]].append(_hold(row))
    activity = _activity(await database.fetch(_ACTIVITY))
    known = {
        server: Saved(
            power=power.get(server, PowerHistory()),
            holds=tuple(holds[server]),
            activity={name: activity[name] for name in domains if name in activity},
            sleep=sleeps.get(server),
        )
        for server, domains in homes.items()
    }
    return defaultdict(Saved, known)


def _power(row: sqlite3.Row) -> PowerHistory:
    return PowerHistory(
        up_since=row["up_since"],
        down_since=row["down_since"],
        slept_at=row["slept_at"],
        strikes=row["strikes"],
        after=row["after"],
        trouble=reason_of(row["code"], row["details"]),
    )


def _hold(row: sqlite3.Row) -> HoldNoted:
    return HoldNoted(
        server=row["server"],
        domain=row["domain"] or None,
        kind=row["kind"],
        until=row["until"],
        at=row["at"],
    )


def _activity(rows: Sequence[sqlite3.Row]) -> dict[str, Activity]:
    return {row["domain"]: Activity(at=row["at"], sign=ActivityKind(row["kind"])) for row in rows}


def _sleep(row: sqlite3.Row) -> SleepAttempt:
    return SleepAttempt(
        id=row["id"], ordered_at=row["ordered_at"], announced=bool(row["announced"])
    )
