"""What is sent to all who follow a domain: built once for each state, however many they are.

One frame does for every language: it has codes and figures beside the English words.
"""

from dataclasses import dataclass

from hall.application.supervisor import View
from hall.core.timing import Instant
from hall.interface.wire.domain import state_message

FRESH_S = 0.25
"""For so long a frame is sent: its times are those of the moment at which it was built."""

MOST = 256
"""How many frames are kept; a visitor's is some 2 kB."""


@dataclass(frozen=True, slots=True)
class _Frame:
    seq: int
    built_at: Instant
    text: str


class Frames:
    """The latest frame of each domain that is followed."""

    def __init__(self) -> None:
        self._latest: dict[str, _Frame] = {}

    def of(self, view: View, now: Instant) -> str:
        """The state of a domain as a socket message; the very same text for all who ask now."""
        domain, latest = view.domain, self._latest.get(view.domain.id)
        if latest is not None and latest.seq == domain.seq and 0 <= now - latest.built_at < FRESH_S:
            return latest.text
        text = state_message(view, now)
        self._latest.pop(domain.id, None)
        self._latest[domain.id] = _Frame(domain.seq, now, text)
        if len(self._latest) > MOST:
            del self._latest[next(iter(self._latest))]
        return text
