"""A journal of an earlier Hall: what it remembers goes on."""

from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

from hall.adapters.storage.database import DATABASE_FILE, Database
from hall.adapters.storage.journal import open_journal
from hall.adapters.storage.migrate import migrations
from hall.core.model.activity import Activity, ActivityKind
from hall.core.model.override import AsleepUntilUsed, AwakeUntilUnused, Hold, HoldKind
from hall.core.model.saved import Saved

ASLEEP, AWAKE = HoldKind.ASLEEP, HoldKind.AWAKE


async def remembered(folder: Path, *holds: tuple[Any, ...], uses: str = "") -> Saved:
    """What today's Hall knows of a server from the holds of a file of version 3."""
    old = Database(folder, migrations()[:3])
    await old.open()
    await old.close()
    with closing(connect(folder / DATABASE_FILE)) as file:
        rows = [("main", *hold) for hold in holds]
        file.executemany("INSERT INTO holds VALUES (?, ?, ?, ?, ?)", rows)
        file.executescript(uses)
        file.commit()
    async with open_journal(folder) as journal:
        return (await journal.memory({"main": ["a", "b"]}))["main"]


@pytest.mark.parametrize(
    ("holds", "override"),
    [
        ([("asleep", 600.0, 10.0)], Hold(kind=ASLEEP, until=600.0)),
        ([("awake", 600.0, 10.0), ("called", None, 9.0)], Hold(kind=AWAKE, until=600.0)),
        (
            [("asleep", 600.0, 10.0), ("dismissed", None, 9.0)],
            Hold(kind=ASLEEP, until=600.0, dismissed_at=9.0),
        ),
        ([("called", None, 9.0)], AwakeUntilUnused(9.0)),
        ([("dismissed", None, 9.0)], AsleepUntilUsed(9.0)),
    ],
)
async def test_the_orders_of_a_domain_become_its_override(tmp_path, holds, override):
    memory = await remembered(tmp_path, *(("a", *hold) for hold in holds))
    assert memory.overrides == {"a": override}


async def test_each_target_keeps_its_own_order(tmp_path):
    memory = await remembered(
        tmp_path, ("", "called", None, 5.0), ("a", "asleep", 90.0, 6.0), ("b", "awake", 80.0, 7.0)
    )
    assert memory.overrides == {
        None: AwakeUntilUnused(5.0),
        "a": Hold(kind=ASLEEP, until=90.0),
        "b": Hold(kind=AWAKE, until=80.0),
    }


async def test_containers_at_rest_and_the_last_use_are_known_on(tmp_path):
    uses = "INSERT INTO activity VALUES ('a', 7.0, 'visit')"
    rested = (("a", "rested", None, 8.0), ("b", "rested", None, 9.0))
    memory = await remembered(tmp_path, *rested, uses=uses)
    assert memory.rested == {"a": 8.0, "b": 9.0}
    assert memory.activity == {"a": Activity(at=7.0, sign=ActivityKind.VISIT)}
    assert memory.overrides == {}
