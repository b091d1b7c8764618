"""The gate: which requests are signed by Hall, and new."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from hall.agent.bounds import Bounds
from hall.net.signing import SignedRequest, Stamp, read_authorization, request_is_signed

WINDOW_S = 60
"""How many seconds a request's time may differ from the agent's."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused; ``code`` is stable, and no part of a secret is in either."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of a request: let in when there is no ``refusal``.

    ``nonce`` is that of a request whose signature is right, and to which the answer is signed.
    A replayed one has none: its signed refusal could pass for the answer to the first.
    """

    nonce: str | None = None
    refusal: Refusal | None = None


class Gate:
    """Lets each request of Hall's in once.

    Time is that of the agent, which never goes back: what has expired is not valid again.
    Orders (all that is not GET) must also come in the order in which they were signed.
    """

    def __init__(self, key: bytes, instance: str, bounds: Bounds = Bounds()) -> None:
        self.key = key
        self._nonces = bounds.nonces
        self.instance = instance
        self._seen: set[str] = set()
        self._expiring: list[tuple[float, str]] = []
        self._last_order = 0.0

    def renew(self, instance: str) -> None:
        """Refuse from now on whatever was signed so far: the agent began anew, or has slept."""
        self.instance = instance
        self._seen.clear()
        self._expiring.clear()

    def admit(self, request: SignedRequest, headers: Sequence[str], now: float) -> Admission:
        """Judge a request by its header(s) Authorization, at the agent's time ``now``."""
        read = read_authorization(headers[0]) if len(headers) == 1 else None
        if read is None:
            return Admission(None, Refusal("unsigned", "the request is not signed"))
        stamp, signature = read
        if not request_is_signed(self.key, request, stamp, signature):
            text = "the signature is not right: another key, or the request was changed on its way"
            return Admission(None, Refusal("bad_signature", text))
        refusal = self._refusal(stamp, now, order=request.method != "GET")
        replayed = refusal is not None and refusal.code == "replayed"
        return Admission(None if replayed else stamp.nonce, refusal)

    def _refusal(self, stamp: Stamp, now: float, *, order: bool) -> Refusal | None:
        if stamp.instance != self.instance:
            return Refusal("instance", "the agent began anew, or has slept, since this was signed")
        if stamp.seconds + WINDOW_S < now:
            return _skewed(stamp, now)
        if stamp.nonce in self._seen:
            return Refusal("replayed", "this request came before")
        self._forget(now)
        if len(self._seen) >= self._nonces:
            return Refusal("too_many", "too many requests in one minute")
        # Remembered even if refused below: one from the future must not become valid later.
        self._seen.add(stamp.nonce)
        heappush(self._expiring, (stamp.seconds + WINDOW_S, stamp.nonce))
        if stamp.seconds > now + WINDOW_S:
            return _skewed(stamp, now)
        return self._overtaken(stamp, now) if order else None

    def _overtaken(self, stamp: Stamp, now: float) -> Refusal | None:
        if stamp.seconds <= self._last_order:
            return Refusal("reordered", "an order that was signed later was obeyed already")
        self._last_order = min(stamp.seconds, now)
        return None

    def _forget(self, now: float) -> None:
        while self._expiring and self._expiring[0][0] < now:
            self._seen.discard(heappop(self._expiring)[1])


def _skewed(stamp: Stamp, now: float) -> Refusal:
    skew = abs(stamp.seconds - now)
    return Refusal("clock", f"the clocks differ by {skew:.0f} s, more than {WINDOW_S} s")
