"""Orders by HTTP, against real servers on loopback."""

import asyncio
import ssl
from pathlib import Path

import pytest

from hall.adapters.power.factory import power_driver
from hall.adapters.power.webhook import Patience, WebhookDriver
from hall.adapters.probes.resolver import Names
from hall.core.config.methods import Header, Webhook
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError, HallError, SleepError, WakeError
from tests.adapters.neighbours import (
    Talk,
    answering,
    dropping,
    hang_up,
    refusing,
    say_nothing,
    serving,
)
from tests.lab.certificates import Authority
from tests.support.timeouts import PATIENCE_S

DONE = "204 No Content"
SECRET = "s3cret-token"
PATIENT = Patience(connect_s=PATIENCE_S, answer_s=PATIENCE_S, in_all_s=PATIENCE_S)
BRIEF = Patience(connect_s=2, answer_s=2, in_all_s=5)


def driver(port: int, patience: Patience = PATIENT, **more: object) -> WebhookDriver:
    host, scheme = more.pop("host", "127.0.0.1"), more.pop("scheme", "http")
    url = f"{scheme}://{host}:{port}/relay/0?turn=on&key={SECRET}"
    names = Names(lambda _: ("127.0.0.1",))
    config = Webhook(**{"method": "webhook", "url": url} | more)
    return WebhookDriver(config, names=names, waking=patience, sleeping=patience)


async def woken(talk: Talk, **more: object) -> None:
    async with serving(talk) as port:
        await driver(port, **more).wake()


async def slept(talk: Talk, **more: object) -> None:
    async with serving(talk) as port:
        await driver(port, **more).sleep()


def lines(request: str) -> tuple[str, dict[str, str]]:
    """The first line, and the headers."""
    first, *rest = request.rstrip().split("\r\n")
    return first, dict(line.split(": ", 1) for line in rest)


async def test_by_default_it_is_a_post_without_a_body():
    seen: list[str] = []
    await woken(answering(DONE, seen=seen), host="plug.lan")
    first, headers = lines(seen[0])
    assert first == f"POST /relay/0?turn=on&key={SECRET} HTTP/1.1"
    assert headers["Host"].startswith("plug.lan:")
    assert (headers["Content-Length"], headers["Connection"]) == ("0", "close")


async def test_verb_headers_and_body_are_as_configured(tmp_path: Path):
    (tmp_path / "token").write_text(f"Bearer {SECRET}\n")
    (tmp_path / "token").chmod(0o600)
    config = {
        "headers": [
            {"name": "Authorization", "value": {"file": "token"}},
            {"name": "content-type", "value": "application/json"},
            {"name": "ACCEPT", "value": "application/json"},
        ],
        "verb": "PATCH",
        "body": '{"état": "on"}',
    }
    got = bytearray()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.extend(await reader.readuntil(b"}"))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

    async with serving(talk) as port:
        wake = {"method": "webhook", "url": f"http://127.0.0.1:{port}/", **config}
        server = ServerConfig.model_validate({"name": "M", "address": "127.0.0.1", "wake": wake})
        made = power_driver(server, tmp_path)
        assert made is not None
        await made.wake()
    head, _, body = got.partition(b"\r\n\r\n")
    first, headers = lines(head.decode())
    assert (first, body.decode()) == ("PATCH / HTTP/1.1", '{"état": "on"}')
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert "Accept" not in headers
    assert headers["ACCEPT"] == headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "500 Oops"])
async def test_any_other_status_is_an_error_and_no_redirect_is_followed(status: str):
    seen: list[str] = []
    with pytest.raises(WakeError, match=f"HTTP status {status[:3]}, expected 200 to 299"):
        await woken(answering(f"{status}\r\nLocation: /elsewhere", seen=seen))
    with pytest.raises(SleepError, match=f"HTTP status {status[:3]}"):
        await slept(answering(status))
    assert len(seen) == 1


async def test_the_expected_status_is_as_configured():
    await woken(answering("302 Found"), expect_status=(302, 409))
    with pytest.raises(WakeError, match="HTTP status 200, expected 302, 409"):
        await woken(answering("200 OK"), expect_status=(302, 409))


@pytest.mark.slow
async def test_no_error_holds_the_address_or_a_secret(caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG", logger="httpx")
    errors: list[str] = []
    for talk in (answering("500 Oops"), hang_up, say_nothing, answering("no status")):
        with pytest.raises(HallError) as caught:
            await woken(talk, patience=BRIEF, headers=[Header(name="X-Key", value=SECRET)])
        errors.append(str(caught.value))
    told = " ".join([*errors, caplog.text])
    assert SECRET not in told
    assert "127.0.0.1" not in told
    assert errors[1] == (
        "the webhook was not heard: it does not answer as expected (it hung up without an answer)"
    )
    assert errors[2] == "the webhook was not heard: it does not answer"


@pytest.mark.slow
@pytest.mark.parametrize("talk", [hang_up, say_nothing])
async def test_a_sleep_order_that_was_sent_needs_no_answer(talk: Talk):
    heard: list[str] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append("an order")
        await talk(reader, writer)

    await slept(hear, patience=BRIEF)
    assert heard == ["an order"]


async def test_a_connection_that_is_reset_after_the_sleep_order_is_no_error():
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1))
        writer.transport.abort()

    heard: list[bytes] = []
    await slept(reset)
    assert heard == [b"P"]


@pytest.mark.slow
async def test_a_sleep_order_that_nobody_hears_is_an_error():
    with refusing() as port, pytest.raises(SleepError, match="it refuses the connection"):
        await driver(port, BRIEF).sleep()
    with dropping() as port, pytest.raises(SleepError, match="it does not answer"):
        await driver(port, BRIEF).sleep()
    with pytest.raises(SleepError, match="it does not answer as expected"):
        await slept(answering("no status"), patience=BRIEF)


async def test_a_name_that_nobody_knows_is_an_error():
    made = WebhookDriver(
        Webhook(method="webhook", url="http://plug.lan/on"), names=Names(lambda _: ())
    )
    with pytest.raises(WakeError, match="the name of its host is not known"):
        await made.wake()


async def test_an_answer_without_end_is_not_waited_for():
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
            await writer.drain()

    async with asyncio.timeout(PATIENCE_S):
        await woken(endless)


async def test_headers_without_end_are_cut_off():
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X: " + b"x" * 1024 + b"\r\n")
            await writer.drain()

    with pytest.raises(WakeError, match="it does not answer as expected"):
        await woken(endless)


async def test_a_certificate_is_checked_unless_told_not_to(tmp_path: Path):
    files = Authority(tmp_path).server("127.0.0.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files.cert, files.key)
    async with serving(answering(DONE), tls) as port:
        with pytest.raises(WakeError, match="its TLS handshake fails"):
            await driver(port, scheme="https").wake()
        with pytest.raises(SleepError, match="its TLS handshake fails"):
            await driver(port, scheme="https").sleep()
        await driver(port, scheme="https", verify_tls=False).wake()


@pytest.mark.parametrize("value", ["a\nX-Other: b", "é", "\x00"])
def test_a_value_that_cannot_be_sent_is_refused_at_start(value: str):
    with pytest.raises(ConfigurationError, match="the value of X-Key cannot be sent") as caught:
        driver(1, headers=[Header(name="X-Key", value=value)])
    assert value not in str(caught.value)


async def test_nothing_stays_open_between_two_orders():
    gone: asyncio.Queue[None] = asyncio.Queue()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(DONE)(reader, writer)
        gone.put_nowait(None)

    async with serving(talk) as port:
        made = driver(port)
        for _ in range(2):
            await made.wake()
            async with asyncio.timeout(PATIENCE_S):
                await gone.get()
        assert gone.empty()
