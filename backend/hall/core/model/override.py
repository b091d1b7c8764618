"""An admin's holds."""

from dataclasses import dataclass
from enum import StrEnum

from hall.core.timing import Instant


class HoldKind(StrEnum):
    """An admin's order that overrides policy for a time."""

    AWAKE = "awake"
    ASLEEP = "asleep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Keep awake, or do not wake, until ``until``.

    ``lasts`` says that it was ordered for a length of time: it ends when that is over, though the
    clock be set meanwhile; else when the clock shows ``until``.
    """

    kind: HoldKind
    until: Instant
    lasts: bool = False
