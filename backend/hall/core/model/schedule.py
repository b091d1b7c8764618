"""When a domain is open."""

from dataclasses import dataclass, field
from datetime import date

from hall.core.config.hours import Hours, MonthDay
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of time that is open: from ``opens_at`` up to, not including, ``closes_at``."""

    opens_at: Instant
    closes_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a domain is open.

    ``weekly`` has the hours of the seven weekdays, Monday first; ``closed`` first and last dates
    without them; ``extra`` the hours of single dates. ``yearly_closed`` (over New Year where the
    last day comes first) and ``yearly_extra`` are the same of every year.
    What names its year goes before what repeats: a date in ``extra`` is open in any case, one in
    ``closed`` has no yearly extra hours either. Hours may overlap and adjoin: openings never do.
    """

    zone: str
    weekly: tuple[tuple[Hours, ...], ...]
    closed: tuple[tuple[date, date], ...] = ()
    extra: tuple[tuple[date, Hours], ...] = ()
    yearly_closed: tuple[tuple[MonthDay, MonthDay], ...] = ()
    yearly_extra: tuple[tuple[MonthDay, Hours], ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work the hash out once: every look at a schedule asks for it."""
        dates = (self.closed, self.extra, self.yearly_closed, self.yearly_extra)
        object.__setattr__(self, "_hash", hash((self.zone, self.weekly, *dates)))

    def __hash__(self) -> int:
        return self._hash
