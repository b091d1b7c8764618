"""What the record remembers of all servers, for a start of Hall."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from hall.adapters.storage.queries import SqlRows
from hall.adapters.storage.reason_json import reason_of
from hall.core.model.activity import Activity, ActivityKind
from hall.core.model.override import (
    AsleepUntilUsed,
    AwakeUntilUnused,
    Hold,
    HoldKind,
    Override,
)
from hall.core.model.power import PowerHistory, SleepAttempt
from hall.core.model.saved import Saved
from hall.core.timing import Instant

_POWER = "SELECT * FROM power"
_OVERRIDES = "SELECT * FROM overrides"
_USES = "SELECT * FROM uses"
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
    overrides: defaultdict[str, dict[str | None, Override]] = defaultdict(dict)
    for row in await database.fetch(_OVERRIDES):
        overrides[row["server"]][row["domain"] or None] = _override(row)
    uses = await database.fetch(_USES)
    activity, rested = _activity(uses), _rested(uses)
    known = {
        server: Saved(
            power=power.get(server, PowerHistory()),
            overrides=overrides[server],
            rested={name: rested[name] for name in domains if name in rested},
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


def _override(row: sqlite3.Row) -> Override:
    kind, until, use_before = HoldKind(row["kind"]), row["until"], row["use_before"]
    if until is not None:
        return Hold(kind=kind, until=until, lasts=bool(row["lasts"]), dismissed_at=use_before)
    if kind is HoldKind.AWAKE:
        return AwakeUntilUnused(row["at"])
    return AsleepUntilUsed(row["at"] if use_before is None else use_before)


def _rested(rows: Sequence[sqlite3.Row]) -> dict[str, Instant]:
    return {row["domain"]: row["rested_at"] for row in rows if row["rested_at"] is not None}


def _activity(rows: Sequence[sqlite3.Row]) -> dict[str, Activity]:
    return {
        row["domain"]: Activity(at=row["at"], sign=ActivityKind(row["kind"]))
        for row in rows
        if row["at"] is not None
    }


def _sleep(row: sqlite3.Row) -> SleepAttempt:
    return SleepAttempt(
        id=row["id"], ordered_at=row["ordered_at"], announced=bool(row["announced"])
    )
