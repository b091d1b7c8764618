"""What is signed, and that nothing else passes for it."""

import random
import re

import pytest

from hall.net.signing import (
    AGENT,
    KEY_LENGTH,
    ForgedError,
    LineReader,
    LineSigner,
    SignedAnswer,
    SignedRequest,
    Stamp,
    answer_is_signed,
    answer_signature,
    authorization,
    key_problem,
    line_signature,
    read_authorization,
    read_told,
    request_is_signed,
    signed_clock,
)
from tests.support.forging import changed

KEY = b"k" * KEY_LENGTH
NONCE = "0f" * 16
STAMP = Stamp.of(1795420800.25, "ab" * 16, bytes(16))
ORDER = SignedRequest("POST", "/v1/docker/containers/web/start?x=1", b'{"a": 1}')
DONE = SignedAnswer(
    200, {"content-type": "application/json", AGENT: signed_clock("ab" * 16, 7.0)}, b"[]"
)
TRIALS = 10_000


def signature_of(request: SignedRequest, stamp: Stamp = STAMP, key: bytes = KEY) -> str:
    read = read_authorization(authorization(key, request, stamp))
    assert read is not None
    assert read[0] == stamp
    return read[1]


def test_a_signed_request_is_known_again():
    assert request_is_signed(KEY, ORDER, STAMP, signature_of(ORDER))
    assert STAMP.seconds == 1795420800.25


@pytest.mark.parametrize(
    "other",
    [
        SignedRequest("GET", ORDER.target, ORDER.body),
        SignedRequest("POST", ORDER.target + "2", ORDER.body),
        SignedRequest("POST", ORDER.target, ORDER.body + b" "),
        SignedRequest("POS", "T" + ORDER.target, ORDER.body),
        SignedRequest("POST", ORDER.target, b""),
    ],
)
def test_no_part_of_a_request_can_be_changed(other: SignedRequest):
    assert not request_is_signed(KEY, other, STAMP, signature_of(ORDER))


@pytest.mark.parametrize("part", [{"time": "1.000000"}, {"instance": NONCE}, {"nonce": NONCE}])
def test_no_part_of_a_stamp_can_be_changed(part: dict[str, str]):
    values = {"time": STAMP.time, "instance": STAMP.instance, "nonce": STAMP.nonce}
    other = Stamp(**(values | part))
    assert not request_is_signed(KEY, ORDER, other, signature_of(ORDER))


def test_another_key_signs_otherwise():
    assert not request_is_signed(b"l" * KEY_LENGTH, ORDER, STAMP, signature_of(ORDER))


def test_fields_that_run_into_each_other_are_told_apart():
    bodies = [(b"ab", b"c"), (b"a", b"bc"), (b"", b"abc"), (b"abc", b"")]
    assert len({line_signature(KEY, NONCE, 0, kind, payload) for kind, payload in bodies}) == 4


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic aGFsbA==",
        "Hall-HMAC-SHA256",
        authorization(KEY, ORDER, STAMP) + " ",
        authorization(KEY, ORDER, STAMP) + "\n",
        authorization(KEY, ORDER, STAMP).replace("0", chr(0x660), 1),
        authorization(KEY, ORDER, STAMP).replace("ab", "AB"),
        authorization(KEY, ORDER, STAMP).replace("time=1", "time=-1"),
        authorization(KEY, ORDER, STAMP).replace(".250000", ""),
    ],
)
def test_what_is_no_authorization_is_not_read(header: str):
    assert read_authorization(header) is None


def test_what_the_agent_tells_of_itself_is_read():
    assert read_told(signed_clock("ab" * 16, 1795420800.25)) == ("ab" * 16, 1795420800.25)
    assert read_told("instance=me, time=now") is None


def test_an_answer_is_bound_to_its_request_and_to_all_that_counts_of_it():
    signature = answer_signature(KEY, NONCE, DONE)
    assert answer_is_signed(KEY, NONCE, DONE, signature)
    others = [
        SignedAnswer(201, DONE.headers, DONE.body),
        SignedAnswer(200, {}, DONE.body),
        SignedAnswer(200, {**DONE.headers, "date": ""}, DONE.body),
        SignedAnswer(200, DONE.headers, b"{}"),
        SignedAnswer(200, DONE.headers, None),
    ]
    assert not any(answer_is_signed(KEY, NONCE, other, signature) for other in others)
    assert not answer_is_signed(KEY, "f0" * 16, DONE, signature)
    assert not answer_is_signed(KEY, NONCE, DONE, signature + "é")


def test_headers_that_are_not_signed_are_free():
    more = SignedAnswer(200, {**DONE.headers, "server": "x"}, DONE.body)
    assert answer_is_signed(KEY, NONCE, more, answer_signature(KEY, NONCE, DONE))


def test_a_stream_is_read_to_its_end():
    signer, reader = LineSigner(KEY, NONCE), LineReader(KEY, NONCE)
    sent = [signer.line(b"one"), signer.line(b""), signer.line(b"tw+o .\xff"), signer.end()]
    assert [reader.read(line[:-1]) for line in sent] == [b"one", b"", b"tw+o .\xff", None]


def test_an_end_is_no_line_and_a_line_is_no_end():
    line, end = LineSigner(KEY, NONCE).line(b""), LineSigner(KEY, NONCE).end()
    for forged in (line.replace(b" +", b" ."), end.replace(b" .", b" +")):
        with pytest.raises(ForgedError):
            LineReader(KEY, NONCE).read(forged[:-1])


@pytest.mark.parametrize("key", ["", "short", "k" * (KEY_LENGTH - 1)])
def test_a_short_key_is_refused_with_the_command_that_makes_a_good_one(key: str):
    problem = key_problem(key)
    assert problem is not None
    assert "openssl rand -hex 32" in problem
    assert not key or key not in problem
    assert key_problem("k" * KEY_LENGTH) is None


def test_of_ten_thousand_changed_requests_none_is_accepted():
    dice = random.Random(1)
    header, accepted = authorization(KEY, ORDER, STAMP), 0
    assert heard(ORDER, header)
    for _ in range(TRIALS):
        parts = [ORDER.method, ORDER.target, ORDER.body.decode(), header]
        which = dice.randrange(4)
        parts[which] = changed(parts[which], dice)
        accepted += heard(SignedRequest(parts[0], parts[1], parts[2].encode()), parts[3])
    assert accepted == 0


def heard(request: SignedRequest, header: str) -> bool:
    read = read_authorization(header)
    return read is not None and request_is_signed(KEY, request, *read)


def test_of_ten_thousand_changed_answers_none_is_accepted():
    dice = random.Random(2)
    signature, accepted = answer_signature(KEY, NONCE, DONE), 0
    for _ in range(TRIALS):
        parts = [NONCE, str(DONE.status), DONE.headers[AGENT], "[]", signature]
        which = dice.randrange(5)
        parts[which] = changed(parts[which], dice)
        nonce, status, agent, body, signed = parts
        headers = {**DONE.headers, AGENT: agent}
        code = int(status) if re.fullmatch("[1-9][0-9]*", status) else 0
        accepted += answer_is_signed(KEY, nonce, SignedAnswer(code, headers, body.encode()), signed)
    assert accepted == 0


def test_of_ten_thousand_streams_that_were_meddled_with_none_is_believed():
    dice = random.Random(3)
    believed = sum(delivered(*meddled(dice)) for _ in range(TRIALS))
    assert believed == 0


def meddled(dice: random.Random) -> tuple[list[bytes], list[bytes]]:
    """The payloads of a stream, and its lines with one dropped, doubled, moved or changed."""
    signer = LineSigner(KEY, NONCE)
    payloads = [b"%d" % number for number in range(6)]
    lines = [*map(signer.line, payloads), signer.end()]
    at, to = dice.sample(range(len(lines)), 2)
    match dice.choice(["drop", "double", "swap", "change", "other stream"]):
        case "drop":
            del lines[at]
        case "double":
            lines.insert(max(at, to), lines[min(at, to)])
        case "swap":
            lines[at], lines[to] = lines[to], lines[at]
        case "change":
            text = changed(lines[at][:-1].decode(), dice)
            lines[at] = text.encode() + b"\n"
        case _:
            other = LineSigner(KEY, "f0" * 16)
            lines[at] = [other.line(payload) for payload in [*payloads, b"6"]][at]
    return payloads, lines


def delivered(payloads: list[bytes], lines: list[bytes]) -> bool:
    """Whether a reader takes it for a whole stream, or takes a payload that was not next."""
    reader, read = LineReader(KEY, NONCE), []
    try:
        for line in lines:
            payload = reader.read(line[:-1])
            if payload is None:
                return True
            read.append(payload)
    except ForgedError:
        pass
    return read != payloads[: len(read)]


def test_the_same_stream_left_alone_is_believed():
    signer = LineSigner(KEY, NONCE)
    assert delivered([b"a"], [signer.line(b"a"), signer.end()])
