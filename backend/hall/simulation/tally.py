"""What is counted of one server while it is played."""

from dataclasses import dataclass

from hall.core.timing import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitOutcome:
    """What came of one server's visits.

    ``waits_s`` are those of the visitors who waited and were let in, in no order; ``closed`` and
    ``failed`` count those who were turned away, by the hours or because a wake failed for good.
    """

    lasted_s: float
    awake_s: float
    wakes: int
    at_once: int = 0
    waits_s: tuple[float, ...] = ()
    closed: int = 0
    failed: int = 0

    @property
    def visits(self) -> int:
        """How many visitors came: let in at once or later, or turned away."""
        return self.at_once + len(self.waits_s) + self.closed + self.failed


class Tally:
    """Counts; what happens after the end is not counted, but for how long visitors wait."""

    def __init__(self, start: Instant, end: Instant) -> None:
        self.closed = 0
        self.failed = 0
        self._span = (start, end)
        self._awake_s = 0.0
        self._on_since: Instant | None = None
        self._wakes = 0
        self._at_once = 0
        self._waits_s: list[float] = []

    def switch_on(self, at: Instant, *, woken: bool) -> None:
        """Begin to count awake time; ``woken`` counts a wake, unless it is after the end."""
        self._on_since = at
        self._wakes += woken and at < self._span[1]

    def switch_off(self, at: Instant) -> None:
        """End the count of awake time; nothing where it was off already, or past the end."""
        if self._on_since is not None:
            end = self._span[1]
            self._awake_s += min(at, end) - min(self._on_since, end)
        self._on_since = None

    def let_in(self, seconds: float) -> None:
        """Count a visitor who was let in after so long; 0 or less means at once."""
        if seconds > 0:
            self._waits_s.append(seconds)
        else:
            self._at_once += 1

    def outcome(self) -> VisitOutcome:
        """The sums over the whole span; a machine that is still on counts as on until its end."""
        start, end = self._span
        self.switch_off(end)
        return VisitOutcome(
            lasted_s=end - start,
            awake_s=self._awake_s,
            wakes=self._wakes,
            at_once=self._at_once,
            waits_s=tuple(self._waits_s),
            closed=self.closed,
            failed=self.failed,
        )
