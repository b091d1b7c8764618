"""When each server must be told that time has passed, soonest first.

A heap with lazy deletion (the entry-removal note of Python's heapq documentation): what is set anew
leaves its old entry behind, which is passed over when it comes up.
"""

from heapq import heapify, heappop, heappush

from hall.core.timing import Instant

_SPARE = 64


class Timers:
    """One timer a server, at the most; to set one takes logarithmic time (amortized)."""

    def __init__(self) -> None:
        self._at: dict[str, Instant] = {}
        self._heap: list[tuple[Instant, str]] = []

    def set(self, name: str, at: Instant | None) -> None:
        """Let it be due at this instant, or with None not at all."""
        if at == self._at.get(name):
            return
        if at is None:
            del self._at[name]
            return
        self._at[name] = at
        heappush(self._heap, (at, name))
        if len(self._heap) > 2 * len(self._at) + _SPARE:
            self._heap = [(at, name) for name, at in self._at.items()]
            heapify(self._heap)

    def first_at(self) -> Instant:
        """When the first is due; infinity when there is none."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else float("inf")

    def due(self, now: Instant) -> list[str]:
        """Those that are due, soonest first; each has no timer then until it is set anew."""
        found = []
        while self.first_at() <= now:
            _, name = heappop(self._heap)
            del self._at[name]
            found.append(name)
        return found
