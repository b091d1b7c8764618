"""What changed since: a number for each change, and by object the number of its last.

A follower remembers one mark. However long it was away, it is told each object once, with all
respects in which it changed; nothing is queued for it, and nothing is kept for longer.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from hall.core.model.aspect import Aspect, Changed


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has read: a revision, of the run of Hall that ``epoch`` names."""

    epoch: str
    revision: int


@dataclass(frozen=True, slots=True)
class Change:
    """A domain of a server changed, or with None the server itself; last at ``revision``.

    What comes next for a server follows from its domains, too: it is read anew with each.
    """

    server: str
    domain: str | None
    revision: int
    aspects: frozenset[Aspect]


@dataclass(slots=True)
class _Last:
    """When an object changed last, in each respect."""

    revision: int = 0
    by_aspect: dict[Aspect, int] = field(default_factory=dict)


class Revisions:
    """One number for the whole, which grows with each step that changed anything."""

    def __init__(self) -> None:
        self._epoch = secrets.token_hex(8)
        self._revision = 0
        self._last: dict[tuple[str, str | None], _Last] = {}  # the latest change is at the end

    @property
    def mark(self) -> Mark:
        """As of now."""
        return Mark(self._epoch, self._revision)

    def note(self, server: str, changed: Changed) -> None:
        """Number what a step changed."""
        self._revision += 1
        for domain, aspects in changed.items():
            last = self._last.pop((server, domain), None) or _Last()
            last.revision = self._revision
            last.by_aspect.update(dict.fromkeys(aspects, self._revision))
            self._last[server, domain] = last

    def since(self, mark: Mark) -> tuple[Change, ...] | None:
        """What changed after a mark, latest first; None when it is not one of this run of Hall."""
        if mark.epoch != self._epoch or not 0 <= mark.revision <= self._revision:
            return None
        return tuple(self._after(mark.revision))

    def _after(self, revision: int) -> Iterator[Change]:
        for (server, domain), last in reversed(self._last.items()):
            if last.revision <= revision:
                return
            aspects = frozenset(one for one, at in last.by_aspect.items() if at > revision)
            yield Change(server, domain, last.revision, aspects)
