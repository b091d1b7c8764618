"""Logs why clients cannot be told: each reason once for each peer, ``MOST_DOUBTS`` lines in all."""

import logging

from hall.interface.auth.client_address import Doubt, IpAddress, truncated

logger = logging.getLogger("hall.http")

MOST_DOUBTS = 20
"""Lines that are written at most, however many ask: anybody can cause one."""


class Doubts:
    """Remembers what was said already, as long as the process lives."""

    def __init__(self) -> None:
        self._said: set[tuple[Doubt, str]] = set()

    def tell(self, doubt: Doubt, peer: IpAddress | None) -> None:
        """Say it, unless it was said of this peer before; a public one is told truncated."""
        shown = str(peer) if peer is not None and peer.is_private else truncated(peer)
        if (doubt, shown) in self._said or len(self._said) >= MOST_DOUBTS:
            return
        self._said.add((doubt, shown))
        last = "; no more of this is logged" if len(self._said) == MOST_DOUBTS else ""
        logger.warning("Refused, from %s: %s%s", shown, doubt, last)
