"""Who came when: the visits of the past, and whatever else said that a domain is in use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hall.core.model.facts import ActivityReported, Visited
from hall.core.timing import Instant

Sign = Visited | ActivityReported
"""What the core is told when somebody uses a domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The instants at which each domain was visited, and at which it was said to be in use.

    In whole seconds, sorted.
    """

    visits: Mapping[str, Sequence[Instant]] = field(default_factory=dict)
    uses: Mapping[str, Sequence[Instant]] = field(default_factory=dict)

    def of(self, names: Iterable[str]) -> "Signs":
        """Those of these domains alone."""
        return Signs(
            visits={name: self.visits.get(name, ()) for name in names},
            uses={name: self.uses.get(name, ()) for name in names},
        )

    def between(self, start: Instant, end: Instant) -> list[tuple[Instant, Sign]]:
        """All from ``start`` until before ``end``, in the order of time; at once, by domain."""
        signs = [one for one in self._each() if start <= one[0] < end]
        signs.sort(key=lambda one: (one[0], one[1].domain))
        return signs

    def _each(self) -> Iterator[tuple[Instant, Sign]]:
        for name, times in self.visits.items():
            visit = Visited(name)
            yield from ((at, visit) for at in times)
        for name, times in self.uses.items():
            use = ActivityReported(name)
            yield from ((at, use) for at in times)
