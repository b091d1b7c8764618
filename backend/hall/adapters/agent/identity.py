"""One agent as Hall knows it: the shared key, its present run, and its time."""

import logging
from collections.abc import Callable
from secrets import token_bytes

from hall.net import signing
from hall.net.signing import SignedRequest, Stamp

SKEW_S = 60.0
"""From how many seconds on a difference of the clocks is worth a line in the log."""

_log = logging.getLogger(__name__)


class AgentIdentity:
    """Signs with the agent's own time: a gateway without a clock of its own may be far off.

    Args:
        key: The key that both share.
        now: Tells Hall's time; it never goes back.
    """

    def __init__(self, key: bytes, now: Callable[[], float]) -> None:
        self.key = key
        self._now = now
        self._instance = signing.UNKNOWN
        self._ahead_s = 0.0

    def stamp(self) -> Stamp:
        """A new stamp for one request."""
        return Stamp.of(self._now() + self._ahead_s, self._instance, token_bytes(16))

    def sign(self, request: SignedRequest, stamp: Stamp) -> str:
        """The header Authorization of a request."""
        return signing.authorization(self.key, request, stamp)

    def learn(self, told: str) -> bool:
        """Take over what the agent told in a signed header; False if it says nothing."""
        read = signing.read_told(told)
        if read is None:
            return False
        before = self._ahead_s
        self._instance, time = read
        self._ahead_s = time - self._now()
        if abs(self._ahead_s - before) > SKEW_S:
            _log.warning("The clocks of Hall and of an agent differ by %.0f s", self._ahead_s)
        return True
