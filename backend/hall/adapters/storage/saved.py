"""What the record remembers of a server, for a start of Hall."""

import sqlite3
from collections.abc import Sequence

from hall.adapters.storage.queries import SqlRows
from hall.adapters.storage.reason_json import reason_of
from hall.core.model.activity import Activity, ActivityKind
from hall.core.model.events import HoldNoted
from hall.core.model.power import PowerHistory, SleepAttempt
from hall.core.model.saved import Saved

_POWER = "SELECT * FROM power WHERE server = ?"
_HOLDS = "SELECT * FROM holds WHERE server = ? ORDER BY at, kind"
_ACTIVITY = "SELECT * FROM activity"
_SLEEP = """
    SELECT * FROM sleeps WHERE server = ? ORDER BY ordered_at DESC LIMIT 1
"""


async def saved_of(database: SqlRows, server: str) -> Saved:
    """All that is remembered of a server; the activity is that of every domain there is."""
    power = await database.fetch(_POWER, (server,))
    sleep = await database.fetch(_SLEEP, (server,))
    return Saved(
        power=_power(power[0]) if power else PowerHistory(),
        holds=tuple(_hold(row) for row in await database.fetch(_HOLDS, (server,))),
        activity=_activity(await database.fetch(_ACTIVITY)),
        sleep=_sleep(sleep[0]) if sleep and sleep[0]["ended_at"] is None else None,
    )


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
