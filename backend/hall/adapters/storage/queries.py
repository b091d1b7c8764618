"""The reading side of the journal: queries, and what their rows mean."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from hall.adapters.storage.reason_json import reason_of
from hall.adapters.storage.records import RefusalEntry, TransitionEntry, VisitEntry, WakeEntry
from hall.core.model.check import CheckName
from hall.core.model.saved import Unfinished
from hall.core.model.state import Status
from hall.core.model.wake import Boot, Outcome, Stage, Trigger, Wake

_TRANSITIONS = """
    SELECT * FROM transitions WHERE :domain IS NULL OR domain = :domain
    ORDER BY at DESC LIMIT :limit
"""
_WAKES = """
    SELECT * FROM wakes WHERE :domain IS NULL OR domain = :domain
    ORDER BY started_at DESC LIMIT :limit
"""
_BOOTS = """
    SELECT wake.id, wake.domain, stage.name, stage.took_s
    FROM (
        SELECT *, row_number() OVER (PARTITION BY domain ORDER BY started_at DESC) AS place
        FROM wakes WHERE outcome = 'ready'
    ) AS wake
    LEFT JOIN stages AS stage ON stage.wake_id = wake.id AND stage.waited AND took_s IS NOT NULL
    WHERE place <= :limit ORDER BY wake.domain, place DESC, stage.position
"""
_UNFINISHED = """
    SELECT * FROM wakes AS wake WHERE NOT EXISTS (
        SELECT 1 FROM wakes AS later
        WHERE later.domain = wake.domain AND later.started_at > wake.started_at
    ) AND (ended_at IS NULL OR outcome = 'failed' AND 'failed' = (
        SELECT after FROM transitions WHERE domain = wake.domain ORDER BY at DESC LIMIT 1
    )) ORDER BY started_at
"""
_STAGES = """
    SELECT * FROM stages WHERE wake_id IN (SELECT value FROM json_each(?))
    ORDER BY wake_id, position
"""
_VISITS = """
    SELECT * FROM visits WHERE :domain IS NULL OR domain = :domain
    ORDER BY at DESC, rowid DESC LIMIT :limit
"""
_REFUSALS = "SELECT * FROM refusals ORDER BY at DESC, rowid DESC LIMIT :limit"


class SqlRows(Protocol):
    """What is asked: the database, or an onlooker's view of it."""

    async def fetch(
        self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[sqlite3.Row]:
        """All rows of one query.

        Raises:
            JournalError: the file cannot be read.
        """
        ...


async def transitions(database: SqlRows, domain: str | None, limit: int) -> list[TransitionEntry]:
    """The last changes of status, oldest first; of all without a domain."""
    rows = await database.fetch(_TRANSITIONS, {"domain": domain, "limit": limit})
    return [
        TransitionEntry(
            at=row["at"],
            server=row["server"],
            domain=row["domain"] or None,
            before=Status(row["before"]),
            after=Status(row["after"]),
            code=row["code"],
            reason=row["reason"],
        )
        for row in reversed(rows)
    ]


async def visits(database: SqlRows, domain: str | None, limit: int) -> list[VisitEntry]:
    """The last visits and reports of activity, oldest first."""
    rows = await database.fetch(_VISITS, {"domain": domain, "limit": limit})
    return [VisitEntry(**dict(row)) for row in reversed(rows)]


async def refusals(database: SqlRows, limit: int) -> list[RefusalEntry]:
    """The latest refusals, at most ``limit`` of them, oldest first."""
    rows = await database.fetch(_REFUSALS, {"limit": limit})
    return [RefusalEntry(**dict(row)) for row in reversed(rows)]


async def recorded_wakes(database: SqlRows, domain: str | None, limit: int) -> list[WakeEntry]:
    """The last wakes with their stages, oldest first, whether ended or not."""
    rows = await database.fetch(_WAKES, {"domain": domain, "limit": limit})
    climbed = await _stages(database, rows)
    return [_wake_entry(row, _all(climbed[row["id"]])) for row in reversed(rows)]


async def boot_histories(database: SqlRows, limit: int) -> defaultdict[str, list[Boot]]:
    """By domain, the last wakes that ended well, oldest first: seconds of the stages waited for.

    One query, however many domains there are.
    """
    boots: defaultdict[str, list[Boot]] = defaultdict(list)
    rows = await database.fetch(_BOOTS, {"limit": limit})
    for (domain, _), stages in groupby(rows, key=itemgetter("domain", "id")):
        reached = [stage for stage in stages if stage["name"] is not None]
        boots[domain].append({CheckName(stage["name"]): stage["took_s"] for stage in reached})
    return boots


async def unfinished(database: SqlRows) -> list[Unfinished]:
    """The newest wake of each domain, where it has no end, or failed and nothing changed since.

    A failure whose reason cannot be read is left out.
    """
    rows = await database.fetch(_UNFINISHED)
    climbed = await _stages(database, rows)
    left = [Unfinished(row["domain"], _wake(row, climbed[row["id"]])) for row in rows]
    return [one for one in left if one.wake.outcome is None or one.wake.reason is not None]


async def _stages(
    database: SqlRows, recorded_wakes: Sequence[sqlite3.Row]
) -> defaultdict[str, list[sqlite3.Row]]:
    found: defaultdict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in await database.fetch(
        _STAGES, (json.dumps([wake["id"] for wake in recorded_wakes]),)
    ):
        found[row["wake_id"]].append(row)
    return found


def _all(rows: Sequence[sqlite3.Row]) -> tuple[Stage, ...]:
    return tuple(
        Stage(
            name=CheckName(row["name"]),
            expected_s=row["expected_s"],
            took_s=row["took_s"],
            waited=bool(row["waited"]),
        )
        for row in rows
    )


def _wake(row: sqlite3.Row, stages: Sequence[sqlite3.Row]) -> Wake:
    reached = [stage["reached_at"] for stage in stages if stage["reached_at"] is not None]
    since = max(reached, default=row["started_at"])
    return Wake(
        id=row["id"],
        trigger=Trigger(row["trigger"]),
        attempt=row["attempt"],
        started_at=row["started_at"],
        stages=_all(stages),
        stage_since=since,
        deadline_from=since,
        packets=row["packets"],
        ended_at=row["ended_at"],
        outcome=_outcome(row),
        reason=reason_of(row["code"], row["details"]),
    )


def _outcome(row: sqlite3.Row) -> Outcome | None:
    return Outcome(row["outcome"]) if row["outcome"] is not None else None


def _wake_entry(row: sqlite3.Row, stages: tuple[Stage, ...]) -> WakeEntry:
    return WakeEntry(
        id=row["id"],
        server=row["server"],
        domain=row["domain"],
        trigger=Trigger(row["trigger"]),
        attempt=row["attempt"],
        started_at=row["started_at"],
        packets=row["packets"],
        stages=stages,
        ended_at=row["ended_at"],
        outcome=_outcome(row),
        code=row["code"],
        reason=row["reason"],
    )
