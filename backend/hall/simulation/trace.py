"""Who came when: the visits of a server's parts, in the order of time."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hall.core.timing import Instant
from hall.simulation.setting import Members


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The instants at which each domain was visited, and at which it was said to be in use.

    In whole seconds, sorted.
    """

    visits: Mapping[str, Sequence[Instant]] = field(default_factory=dict)
    uses: Mapping[str, Sequence[Instant]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """The same for one part; ``lags`` has, for each visit, what its domain adds to the boot.

    ``counted`` says whether its visitors count, or are counted elsewhere.
    """

    visits: "array[float]"
    lags: "array[float]"
    uses: "array[float]"
    counted: bool = True


def traced(members: Members, signs: Signs, start: Instant, end: Instant) -> Trace:
    """The visits to all domains of a part, merged; those outside the span are left out."""
    visits = sorted(
        (at, lag)
        for name, lag in members.lags
        for at in signs.visits.get(name, ())
        if start <= at < end
    )
    uses = (at for name, _ in members.lags for at in signs.uses.get(name, ()) if start <= at < end)
    return Trace(
        visits=array("d", (at for at, _ in visits)),
        lags=array("d", (lag for _, lag in visits)),
        uses=array("d", sorted(uses)),
        counted=members.counted,
    )
