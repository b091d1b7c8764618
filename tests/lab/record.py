"""What Hall has journalled, read from its file: while it runs, after it was killed, at the end."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.timeouts import PATIENCE_S

Row = dict[str, Any]

_KEYS = {"wakes": ("id",), "stages": ("wake_id", "name"), "sleeps": ("id",)}
"""Rows that are written again as wake or sleep go on; those of other tables never change."""

_TABLES = ("wakes", "stages", "transitions", "visits", "refusals", "sleeps", "verdicts")


@dataclass(frozen=True, slots=True)
class Record:
    """Every row of the tables, in the order in which it was written."""

    wakes: list[Row]
    stages: list[Row]
    transitions: list[Row]
    visits: list[Row]
    refusals: list[Row]
    sleeps: list[Row] = field(default_factory=list)
    verdicts: list[Row] = field(default_factory=list)

    @property
    def reached(self) -> list[str]:
        """The stages that any wake has reached."""
        return [row["name"] for row in self.stages if row["reached_at"] is not None]

    def lost_in(self, later: "Record") -> list[Row]:
        """The rows of this record that are missing from a later one, or differ there."""
        return [row for name in _TABLES for row in _lost(name, getattr(self, name), later)]


def read_record(folder: Path) -> Record:
    """Read everything that is acknowledged: whatever another process can see in the file."""
    uri = f"file:{folder / 'hall.db'}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S)) as file:
        file.row_factory = sqlite3.Row
        file.execute("BEGIN")
        return Record(
            wakes=_all(file, "wakes ORDER BY started_at"),
            stages=_all(file, "stages ORDER BY wake_id, position"),
            transitions=_all(file, "transitions ORDER BY at"),
            visits=_all(file, "visits ORDER BY rowid"),
            refusals=_all(file, "refusals ORDER BY rowid"),
            sleeps=_all(file, "sleeps ORDER BY ordered_at"),
            verdicts=_all(file, "verdicts ORDER BY at"),
        )


def _all(file: sqlite3.Connection, table: str) -> list[Row]:
    return [dict(row) for row in file.execute(f"SELECT * FROM {table}")]


def _lost(table: str, rows: list[Row], later: Record) -> list[Row]:
    left: list[Row] = list(getattr(later, table))
    lost: list[Row] = []
    for row in rows:
        match = next((one for one in left if _holds(table, row, one)), None)
        if match is None:
            lost.append(row)
        else:
            left.remove(match)  # two visits at the same instant are two
    return lost


def _holds(table: str, row: Row, later: Row) -> bool:
    """Whether nothing of a row is lost: what was not known yet may be known by now."""
    if table not in _KEYS:
        return row == later
    if any(row[key] != later[key] for key in _KEYS[table]):
        return False
    known = {name: value for name, value in row.items() if value is not None}
    if row.get("reached_at") is None:
        known.pop("waited", None)  # a guess, until the stage is reached
    packets = known.pop("packets", 0)
    return later.get("packets", 0) >= packets and known.items() <= later.items()
