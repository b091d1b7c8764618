"""Forged messages against a real agent, over a real socket: none is accepted."""

import random

import pytest

from hall.net.signing import SignedRequest, Stamp, authorization
from tests.agent.agents import KEY, Agent, Heard, agent, exchange, raw
from tests.support.forging import changed

pytestmark = pytest.mark.slow

ORDER = SignedRequest("POST", "/v1/report", b'{"sessions": false}')
TRIALS = 500


def signed(agent: Agent, request: SignedRequest = ORDER, ahead: float = 0.0) -> str:
    stamp = agent.stamp()
    stamp = Stamp.of(stamp.seconds + ahead, stamp.instance, bytes.fromhex(stamp.nonce))
    return authorization(KEY, request, stamp)


def accepted(heard: Heard) -> bool:
    return heard.status not in {0, 401, 503}


async def test_changed_messages_are_refused_and_learn_nothing():
    dice, passed = random.Random(7), 0
    async with agent() as one:
        assert accepted(await one.send(ORDER, signed(one)))
        for _ in range(TRIALS):
            line = f"{ORDER.method} {ORDER.target} HTTP/1.1"
            parts = [line, signed(one), ORDER.body.decode()]
            which = dice.randrange(3)
            parts[which] = changed(parts[which], dice)
            heard = await exchange(one.port, assembled(*parts))
            passed += accepted(heard)
            assert "hall-signature" not in heard.headers
    assert passed == 0


def assembled(line: str, header: str, body: str) -> bytes:
    data = raw(SignedRequest("POST", "/", body.encode("latin-1")), header)
    return data.replace(b"POST / HTTP/1.1", line.encode("latin-1"), 1)


async def test_replayed_messages_are_refused():
    async with agent() as one:
        sent = [raw(ORDER, signed(one)) for _ in range(TRIALS)]
        first = [accepted(await exchange(one.port, data)) for data in sent]
        again = [accepted(await exchange(one.port, data)) for data in sent]
    assert (sum(first), sum(again)) == (TRIALS, 0)


async def test_late_messages_are_refused():
    dice = random.Random(8)
    async with agent() as one:
        late = [signed(one, ahead=-dice.uniform(60.5, 1e5)) for _ in range(TRIALS)]
        answers = [await one.send(ORDER, header) for header in late]
    assert {answer.code for answer in answers} == {"clock"}


async def test_reordered_messages_are_refused():
    async with agent() as one:
        held = [signed(one) for _ in range(TRIALS)]
        assert accepted(await one.send(ORDER, signed(one)))
        answers = [await one.send(ORDER, header) for header in held]
    assert {answer.code for answer in answers} == {"reordered"}


async def test_messages_from_before_a_suspend_or_a_restart_are_refused():
    async with agent() as one:
        before = signed(one)
        one.clock.asleep += 3600
        assert (await one.send(ORDER, before)).code == "instance"
        assert accepted(await (await one.hello()).send(ORDER, signed(one)))
    async with agent() as other:
        assert (await other.send(ORDER, before)).code == "instance"


async def test_a_signature_does_not_pass_to_a_second_request_of_the_connection():
    async with agent() as one:
        header = signed(one)
        heard = await exchange(one.port, raw(ORDER) + raw(ORDER, header))
        assert heard.code == "unsigned"
