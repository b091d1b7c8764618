"""The four links of the chain: what one look saw, and what is known of each."""

from dataclasses import dataclass
from enum import StrEnum

from hall.core.model.reason import Reason, because
from hall.core.timing import Instant


class CheckName(StrEnum):
    """The four links of the chain, in climbing order."""

    NETWORK = "network"
    DOCKER = "docker"
    CONTAINERS = "containers"
    APP = "app"


@dataclass(frozen=True)
class ProbeResult:
    """One look at one link: did it answer, in which words, and how long it took.

    ``took_ms`` is None when there was no answer: 0 would be a lie. ``alive`` says that the machine
    itself answered, though not as it should: it refused, or spoke of something else. ``weak`` is an
    answer that a proxy in between may give by itself: alone it proves nothing of the project.
    ``ours`` says that the look could not be made, by a fault of Hall's own machine: it tells
    nothing of the link. ``by_other`` says that the answer is another link's, which proves this one;
    ``troubled`` that waiting alone may not mend it.
    """

    ok: bool
    detail: Reason
    took_ms: float | None = None
    alive: bool = False
    weak: bool = False
    ours: bool = False
    by_other: bool = False
    troubled: bool = False

    @property
    def lives(self) -> bool:
        """Whether the machine that was asked is up, whatever it said."""
        return self.ok or self.alive


class CheckState(StrEnum):
    """What is known of one link."""

    PENDING = "pending"
    OK = "ok"
    FAILING = "failing"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One link of the chain: its verdict, why, and since when.

    ``took_ms`` is how long the last answer took, None without one; ``seen_at`` when it was last
    looked at, None for never; ``misses`` how many looks failed in a row while the verdict is ok.
    ``alive_at`` is when the machine behind it last answered, in whatever way; None when it was
    silent since. ``unmade`` says that Hall itself could not look the last time. ``by_other`` and
    ``troubled`` are those of the look that ``detail`` is of.
    """

    name: CheckName
    state: CheckState
    detail: Reason
    since: Instant = 0.0
    took_ms: float | None = None
    seen_at: Instant | None = None
    misses: int = 0
    alive_at: Instant | None = None
    unmade: bool = False
    by_other: bool = False
    troubled: bool = False

    @property
    def is_ok(self) -> bool:
        """Whether this link is no obstacle: ok, or not configured."""
        return self.state is CheckState.OK or self.state is CheckState.SKIPPED


def fresh_check(name: CheckName, *, configured: bool, now: Instant) -> Check:
    """A link that was never looked at, or that is not configured."""
    if configured:
        return Check(name=name, state=CheckState.PENDING, detail=because("not_looked"), since=now)
    return Check(name=name, state=CheckState.SKIPPED, detail=because("not_configured"), since=now)
