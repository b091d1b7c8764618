"""The visitors of one part: who came, who waits, and what the core was not told yet."""

from bisect import bisect_left
from math import inf

from hall.core.model.facts import ActivityReported, Visited
from hall.core.timing import Instant
from hall.simulation.tally import Tally
from hall.simulation.trace import Trace
from hall.simulation.world import Mood


class Visitors:
    """Lets them come in the order of time.

    ``untold`` is the last sign of use that the core was not told: of those that only put off what
    time would do, it need not know the others. It may lie ahead: the end of a domain's own boot.
    """

    def __init__(self, name: str, trace: Trace, tally: Tally) -> None:
        self.mood = Mood.ASLEEP
        self.untold: tuple[Instant, Visited | ActivityReported] | None = None
        self._trace = trace
        self._tally = tally
        self._visit, self._use = Visited(name), ActivityReported(name)
        self._came = self._used = 0
        self._ready_at = -inf
        self._most_lag = max(trace.lags, default=0.0)
        self._waiting: list[int] = []

    @property
    def waits(self) -> bool:
        """Whether anybody came who is neither in nor turned away yet."""
        return bool(self._waiting)

    @property
    def next_visit(self) -> Instant:
        """When the next visitor comes; infinity after the last."""
        times = self._trace.visits
        return times[self._came] if self._came < len(times) else inf

    @property
    def next_sign(self) -> Instant:
        """When the next visit or other sign of use comes; infinity after the last."""
        times = self._trace.uses
        return min(self.next_visit, times[self._used] if self._used < len(times) else inf)

    def knock(self) -> Visited:
        """Let the next visitor come and wait; the fact is to be told to the core at once."""
        self._waiting.append(self._came)
        self._came += 1
        return self._visit

    def come(self, until: Instant) -> None:
        """Let all come who do so before ``until``, while a visit means what it does now."""
        first, last = self._came, bisect_left(self._trace.visits, until, self._came)
        self._came = last
        if first < last and self.mood is Mood.CLOSED:
            self._tally.closed += last - first
        elif first < last:
            if self.mood is Mood.READY:
                self._enter(first, last)
            else:
                self._waiting += range(first, last)
            self._note(self._trace.visits[last - 1], self._visit)
        self._use_until(until)

    def _use_until(self, until: Instant) -> None:
        used = bisect_left(self._trace.uses, until, self._used)
        if used == self._used:
            return
        self._used = used
        self.use(self._trace.uses[used - 1])

    def _note(self, at: Instant, sign: Visited | ActivityReported) -> None:
        if self.untold is None or self.untold[0] < at:
            self.untold = at, sign

    def _enter(self, first: int, last: int) -> None:
        """They find it ready; the first may come before their own domain is."""
        times, ready_at = self._trace.visits, self._ready_at
        while first < last and times[first] < ready_at + self._most_lag:
            self._let_in(first)
            first += 1
        self._tally.enter(last - first)

    def _let_in(self, number: int) -> None:
        """Once its own domain is ready too; use counts from then on, as after any wake."""
        lag = self._trace.lags[number]
        wait_s = self._ready_at + lag - self._trace.visits[number]
        self._tally.wait(wait_s)
        if lag and wait_s > 0:
            self.use(self._ready_at + lag)

    def use(self, at: Instant) -> None:
        """Note that the domain is in use at an instant, which may lie ahead."""
        self._note(at, self._use)

    def turn(self, mood: Mood, now: Instant) -> None:
        """Change what a visit means; who waits is let in, turned away, failed, or waits on."""
        if mood is Mood.READY and self.mood is not Mood.READY:
            self._ready_at = now
        self.mood = mood
        if not self._waiting or mood is Mood.WAITING:
            return
        if mood is Mood.READY:
            for number in self._waiting:
                self._let_in(number)
        elif mood is Mood.CLOSED:
            self._tally.closed += len(self._waiting)
        else:
            self._tally.failed += len(self._waiting)
        self._waiting.clear()
