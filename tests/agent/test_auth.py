"""The gate: Hall's requests pass once, and nothing else does."""

import random
from collections.abc import Callable

import pytest

from hall.agent.auth import WINDOW_S, Admission, Gate
from hall.agent.bounds import Bounds
from hall.net.signing import KEY_LENGTH, UNKNOWN, SignedRequest, Stamp, authorization
from tests.support.forging import changed

KEY = b"k" * KEY_LENGTH
HERE = "ab" * 16
NOW = 1795420800.0
LOOK = SignedRequest("GET", "/v1/docker/_ping")
ORDER = SignedRequest("POST", "/v1/sleep", b'{"instance": "x"}')
TRIALS = 2_500


class Hall:
    """Signs requests, each with a nonce of its own."""

    def __init__(self) -> None:
        self._number = 0

    def signs(self, request: SignedRequest, at: float = NOW, instance: str = HERE) -> str:
        self._number += 1
        stamp = Stamp.of(at, instance, self._number.to_bytes(16, "big"))
        return authorization(KEY, request, stamp)


@pytest.fixture
def gate() -> Gate:
    return Gate(KEY, HERE)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def code(admission: Admission) -> str | None:
    return admission.refusal.code if admission.refusal else None


def test_a_request_of_halls_passes(gate: Gate, hall: Hall):
    admission = gate.admit(LOOK, [hall.signs(LOOK)], NOW)
    assert admission == Admission(nonce=f"{1:032x}", refusal=None)


@pytest.mark.parametrize("headers", [[], [""], ["Bearer x"]])
def test_a_request_that_is_not_signed_is_refused(gate: Gate, headers: list[str]):
    admission = gate.admit(LOOK, headers, NOW)
    assert (code(admission), admission.nonce) == ("unsigned", None)


def test_two_signatures_are_none(gate: Gate, hall: Hall):
    assert code(gate.admit(LOOK, [hall.signs(LOOK), hall.signs(LOOK)], NOW)) == "unsigned"


def test_a_wrong_signature_learns_nothing_and_is_not_remembered(gate: Gate, hall: Hall):
    header = hall.signs(LOOK)
    for _ in range(3):
        admission = gate.admit(ORDER, [header], NOW)
        assert (code(admission), admission.nonce) == ("bad_signature", None)
    assert code(gate.admit(LOOK, [header], NOW)) is None


def test_a_request_passes_once_and_its_replay_is_not_answered_with_a_signature(
    gate: Gate, hall: Hall
):
    header = hall.signs(LOOK)
    gate.admit(LOOK, [header], NOW)
    admission = gate.admit(LOOK, [header], NOW + 1)
    assert (code(admission), admission.nonce) == ("replayed", None)


@pytest.mark.parametrize("skew", [-WINDOW_S, -1, 0, 1, WINDOW_S])
def test_clocks_may_differ_a_little(gate: Gate, hall: Hall, skew: float):
    assert code(gate.admit(LOOK, [hall.signs(LOOK, NOW + skew)], NOW)) is None


@pytest.mark.parametrize("skew", [-340, 340, -WINDOW_S - 0.01])
def test_clocks_that_differ_much_are_named(gate: Gate, hall: Hall, skew: float):
    admission = gate.admit(LOOK, [hall.signs(LOOK, NOW + skew)], NOW)
    assert admission.refusal is not None
    assert admission.refusal.code == "clock"
    assert f"differ by {abs(skew):.0f} s" in admission.refusal.message
    assert admission.nonce is not None


def test_a_request_from_the_future_does_not_become_valid_later(gate: Gate, hall: Hall):
    header = hall.signs(LOOK, NOW + 100)
    assert code(gate.admit(LOOK, [header], NOW)) == "clock"
    assert code(gate.admit(LOOK, [header], NOW + 100)) == "replayed"


def test_a_request_for_another_run_of_the_agent_is_refused(gate: Gate, hall: Hall):
    assert code(gate.admit(LOOK, [hall.signs(LOOK, instance=UNKNOWN)], NOW)) == "instance"


def test_a_replay_after_the_agent_began_anew_is_refused(gate: Gate, hall: Hall):
    header = hall.signs(LOOK)
    gate.admit(LOOK, [header], NOW)
    assert code(Gate(KEY, "cd" * 16).admit(LOOK, [header], NOW + 1)) == "instance"
    gate.renew("cd" * 16)
    assert code(gate.admit(LOOK, [header], NOW + 1)) == "instance"


def test_an_order_that_was_overtaken_is_refused_and_a_look_is_not(gate: Gate, hall: Hall):
    early, later = hall.signs(ORDER, NOW), hall.signs(ORDER, NOW + 0.000001)
    assert code(gate.admit(ORDER, [later], NOW)) is None
    assert code(gate.admit(ORDER, [early], NOW)) == "reordered"
    assert code(gate.admit(LOOK, [hall.signs(LOOK, NOW - 5)], NOW)) is None


def test_an_order_from_a_clock_ahead_does_not_hold_up_the_next(gate: Gate, hall: Hall):
    assert code(gate.admit(ORDER, [hall.signs(ORDER, NOW + 30)], NOW)) is None
    assert code(gate.admit(ORDER, [hall.signs(ORDER, NOW + 1)], NOW + 1)) is None


def test_what_is_remembered_is_bounded_and_fails_closed(hall: Hall):
    gate = Gate(KEY, HERE, Bounds(nonces=3))
    for _ in range(3):
        assert code(gate.admit(LOOK, [hall.signs(LOOK)], NOW)) is None
    assert code(gate.admit(LOOK, [hall.signs(LOOK)], NOW)) == "too_many"
    later = NOW + WINDOW_S + 1
    assert code(gate.admit(LOOK, [hall.signs(LOOK, later)], later)) is None


def test_strangers_cannot_fill_what_is_remembered(hall: Hall):
    gate = Gate(KEY, HERE, Bounds(nonces=3))
    for number in range(100):
        stamp = Stamp.of(NOW, HERE, number.to_bytes(16, "little"))
        gate.admit(LOOK, [authorization(b"x" * KEY_LENGTH, LOOK, stamp)], NOW)
    assert code(gate.admit(LOOK, [hall.signs(LOOK)], NOW)) is None


# ---- ten thousand messages, a quarter of each kind -------------------------------------------

Message = tuple[SignedRequest, str, float]


def mutated(hall: Hall, dice: random.Random) -> Message:
    parts = [ORDER.method, ORDER.target, ORDER.body.decode(), hall.signs(ORDER)]
    which = dice.randrange(4)
    parts[which] = changed(parts[which], dice)
    return SignedRequest(parts[0], parts[1], parts[2].encode()), parts[3], NOW


def late(hall: Hall, dice: random.Random) -> Message:
    at = NOW - WINDOW_S - dice.uniform(0.001, 1e6)
    return ORDER, hall.signs(ORDER, at), NOW


@pytest.mark.parametrize("make", [mutated, late])
def test_of_thousands_of_changed_or_late_messages_none_passes(
    gate: Gate, hall: Hall, make: Callable[[Hall, random.Random], Message]
):
    dice = random.Random(4)
    results = [pass_of(gate, make(hall, dice)) for _ in range(TRIALS)]
    assert (len(results), sum(results)) == (TRIALS, 0)
    assert pass_of(gate, (ORDER, hall.signs(ORDER), NOW))


def pass_of(gate: Gate, message: Message) -> bool:
    request, header, now = message
    return gate.admit(request, [header], now).refusal is None


def test_of_thousands_of_replayed_messages_none_passes(gate: Gate, hall: Hall):
    dice = random.Random(5)
    sent = [(ORDER, hall.signs(ORDER, NOW + n / 100), NOW + n / 100) for n in range(TRIALS)]
    assert all(pass_of(gate, message) for message in sent)
    replays = [(*dice.choice(sent)[:2], NOW + dice.uniform(25, 200)) for _ in range(TRIALS)]
    assert sum(pass_of(gate, message) for message in replays) == 0


def test_of_thousands_of_reordered_orders_none_passes(gate: Gate, hall: Hall):
    """Orders are held back and delivered in another order: only those that are newest pass."""
    dice = random.Random(6)
    accepted = overtaken = 0
    for _ in range(TRIALS // 3):
        at = NOW + accepted
        times = [at + dice.random() / 2 for _ in range(8)]
        newest = 0.0
        for time in times:
            passes = pass_of(gate, (ORDER, hall.signs(ORDER, time), at + 1))
            assert passes == (time > newest)
            newest = max(newest, time)
            accepted, overtaken = accepted + passes, overtaken + (not passes)
    assert accepted > 0
    assert overtaken >= TRIALS
