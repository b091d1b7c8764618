"""When the wall clock is set: what is kept as an instant moves with it, and every duration stays.

Hall keeps one kind of instants, those of the wall clock as it is now: windows, holds until a time
and the journal go by it. How long something lasts is the difference of two of them, which a clock
that is set would make longer or shorter by days: a wake would fail at once, a server in use be put
to sleep, a pause last for months. So at the very moment at which the clock is set, all that has
happened and all that was reckoned from it is dated anew. Only what a person dated stays: the end of
a hold until a time. What follows from windows is judged anew in the same step.
"""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from hall.core.model.activity import Activity, Traffic
from hall.core.model.changed import replace
from hall.core.model.check import Check
from hall.core.model.events import Redated
from hall.core.model.facts import ClockStepped, Fact
from hall.core.model.override import AsleepUntilUsed, AwakeUntilUnused, Hold
from hall.core.model.power import PowerHistory, SleepAttempt
from hall.core.model.sleep_phase import GuardsAsked, GuardsKnown, SleepOut
from hall.core.model.state import DomainState, ServerState, StatusNow
from hall.core.model.wake import Outcome, ServerWake, Wake
from hall.core.model.wake_phase import AtRest, WakeAsked, WakeFailed, WakeRunning
from hall.core.timing import Instant

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Record = TypeVar("Record", bound=DataclassInstance)

INSTANTS: dict[type, tuple[str, ...]] = {
    Activity: ("at",),
    Check: ("since", "seen_at", "alive_at"),
    DomainState: (
        *("trouble_since", "doubted_at", "policy_woken_at"),
        *("rested_at", "stop_after", "timer"),
    ),
    GuardsAsked: ("at",),
    GuardsKnown: ("at",),
    SleepOut: (),
    Hold: ("until", "dismissed_at"),
    AwakeUntilUnused: ("at",),
    AsleepUntilUsed: ("at",),
    PowerHistory: ("up_since", "down_since", "watched_since", "slept_at", "woken_at", "after"),
    ServerWake: ("started_at", "next_at"),
    ServerState: ("server_wake_after",),
    SleepAttempt: ("ordered_at", "carried_at", "answered_at"),
    StatusNow: ("since",),
    Traffic: ("at",),
    AtRest: (),
    WakeFailed: ("retry_at",),
    WakeAsked: ("at",),
    WakeRunning: (),
    Wake: ("started_at", "stage_since", "deadline_from", "start_after", "ended_at"),
}
"""The records of a cell, and which of their fields are instants."""


def followed(cell: ServerState, fact: Fact) -> ServerState:
    """The cell with its instants moved by a ``ClockStepped``; for any other fact the same cell.

    The end of a hold until a time was dated by a person, and stays.
    """
    if not isinstance(fact, ClockStepped):
        return cell
    domains = {name: _moved(domain, fact.by_s) for name, domain in cell.domains.items()}
    return replace(_moved(cell, fact.by_s), domains=domains)


def _moved(record: "Record", by_s: float) -> "Record":
    """A record with its instants moved, and those of the records within it."""
    changes: dict[str, Any] = {}
    for name in (field.name for field in fields(record)):
        value = getattr(record, name)
        dated = isinstance(record, Hold) and name == "until" and not record.lasts  # by a person
        if name in INSTANTS[type(record)] and value and not dated:  # None, and 0 for long ago, stay
            changes[name] = value + by_s
        elif type(value) in INSTANTS:
            changes[name] = _moved(value, by_s)
    return replace(record, **changes)


def redated(cell: ServerState, now: Instant) -> Redated:
    """The event that dates the journal anew: last uses, and the wakes that run or failed last.

    Holds, rests and the server's power announce their new dates themselves (``diff``).
    """
    domains = cell.domains.values()
    return Redated(
        server=cell.id,
        uses=tuple((one.id, one.activity) for one in domains if one.activity.at is not None),
        wakes=tuple(
            one.wake
            for one in domains
            if one.wake is not None and one.wake.outcome is not Outcome.READY
        ),
        at=now,
    )
