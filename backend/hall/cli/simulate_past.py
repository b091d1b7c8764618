"""What a simulation reads: who came, and how long boots took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hall.adapters.storage.journal import Record, read_journal
from hall.adapters.storage.records import VisitEntry, WakeEntry
from hall.core.config.document import Configuration
from hall.core.errors import Problem
from hall.core.model.wake import Boot, Outcome
from hall.core.policy.estimate import REMEMBERED
from hall.simulation.reading import VisitsError, read_visits
from hall.simulation.signs import Signs

_ALL = 2**62
_LOOKED_AT = 5 * REMEMBERED
"""Past wakes of a domain that are read: some of them failed."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was read, and what is to be said of it."""

    signs: Signs
    boots: Mapping[str, Sequence[Boot]]
    notes: tuple[str, ...] = ()


async def past_of(config: Configuration, visits: Path | None, data: Path | None) -> Past:
    """Visits from the file, or without one from the journal; boots from the journal, if any.

    Raises:
        JournalError: there is no journal in the folder ``data``.
        VisitsError: the visits are of no use.
    """
    if visits is not None:
        signs = _from_file(visits, config)
        if data is None:
            return Past(signs, {})
        async with read_journal(data) as record:
            return Past(signs, await _boots(record, config))
    async with read_journal(data or Path("data")) as record:
        signs, told = _from_entries(await record.visits(None, _ALL), config)
        return Past(signs, await _boots(record, config), told)


def _from_file(path: Path, config: Configuration) -> Signs:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return read_visits(lines, file=str(path), known=config.domains)
    except UnicodeDecodeError:
        why = "is not UTF-8; save the file as UTF-8"
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    raise VisitsError([Problem(str(path), None, "", why)])


def _from_entries(
    entries: Iterable[VisitEntry], config: Configuration
) -> tuple[Signs, tuple[str, ...]]:
    """Visits, those to a closed domain too, and reports of use; an admin's calls are neither."""
    visits: dict[str, list[float]] = {name: [] for name in config.domains}
    uses: dict[str, list[float]] = {name: [] for name in config.domains}
    kinds = {"visit": visits, "closed": visits, "activity": uses}
    gone: set[str] = set()
    for entry in entries:
        if entry.domain not in config.domains:
            gone.add(entry.domain)
        elif entry.kind in kinds:
            kinds[entry.kind][entry.domain].append(float(round(entry.at)))
    if not any(visits.values()):
        raise VisitsError([Problem("the journal", None, "", "holds no visit to these domains")])
    told = (
        f"visits to domains that are no longer configured are left out: {', '.join(sorted(gone))}"
    )
    return Signs(visits=visits, uses=uses), (told,) if gone else ()


async def _boots(record: Record, config: Configuration) -> dict[str, list[Boot]]:
    """The last boots of each domain, as far as the journal knows."""
    found = {name: await record.wakes(name, _LOOKED_AT) for name in config.domains}
    return {
        name: [_boot(one) for one in wakes if one.outcome is Outcome.READY][-REMEMBERED:]
        for name, wakes in found.items()
    }


def _boot(wake: WakeEntry) -> Boot:
    took = {stage.name: stage.took_s for stage in wake.stages if stage.waited}
    return {name: seconds for name, seconds in took.items() if seconds is not None}
