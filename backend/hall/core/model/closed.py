"""That visits do not wake a domain: by whose word, and until when."""

from dataclasses import dataclass
from enum import StrEnum

from hall.core.timing import Instant


class ClosedBy(StrEnum):
    """What closes a domain to visits; on the wire by these words."""

    HOLD = "held"
    """An admin holds it asleep. One that comes up all the same lets visitors in."""
    SCHEDULE = "closed"
    """It is outside its hours: nobody is let in even while it is awake."""


@dataclass(frozen=True, slots=True)
class Closed:
    """That visits do not wake a domain now; until when, None for not known."""

    by: ClosedBy
    until: Instant | None

    @property
    def entry_refused(self) -> bool:
        """Whether nobody is let in even while it is awake."""
        return self.by is ClosedBy.SCHEDULE
