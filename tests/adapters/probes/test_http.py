import asyncio
from pathlib import Path

import pytest

from hall.adapters.probes.factory import AppProbers
from hall.adapters.probes.http import TEXT_LIMIT
from hall.adapters.probes.resolver import Names
from hall.core.config.domain import HealthConfig
from hall.core.model.check import ProbeResult
from tests.adapters.neighbours import answering, dropping, hang_up, refusing, say_nothing, serving
from tests.support.timeouts import PATIENCE_S

NAMES = {"app.test": ("127.0.0.1",), "two.test": ("127.0.0.2", "127.0.0.1")}


async def ask(
    port: int, *, host: str = "127.0.0.1", within: float = PATIENCE_S, **more: object
) -> ProbeResult:
    health = HealthConfig(url=f"http://{host}:{port}/health", **{"timeout_seconds": 30} | more)
    async with AppProbers(Names(lambda name: NAMES.get(name, ()))) as probers:
        return await probers.prober(health).look(within)


async def reason(head: str, body: bytes = b"", **more: object) -> str:
    async with serving(answering(head, body)) as port:
        return str((await ask(port, **more)).detail)


@pytest.mark.parametrize("head", ["200 OK", "204 No Content", "302 Found", "401 No", "404 No"])
async def test_any_status_under_500_is_an_answer(head: str):
    async with serving(answering(head)) as port:
        result = await ask(port)
    assert result.ok
    assert str(result.detail) == f"Answers with HTTP status {head[:3]}"
    assert result.took_ms > 0


async def test_a_500_is_no_answer():
    assert await reason("500 Oops") == "Answers with HTTP status 500, expected < 500"


async def test_only_the_expected_statuses_count():
    wanted = {"expect_status": (200, 204)}
    assert await reason("204 No Content", **wanted) == "Answers with HTTP status 204"
    assert await reason("404 No", **wanted) == "Answers with HTTP status 404, expected 200, 204"


async def test_the_expected_text_must_be_in_the_body():
    assert await reason("200 OK", b"all is well", expect_text="well") == (
        "Answers with HTTP status 200"
    )
    assert await reason("200 OK", b"loading", expect_text="well") == (
        "Answers, but without the expected text"
    )


@pytest.mark.parametrize("charset", ["latin-1", "nonsense"])
async def test_the_text_is_read_in_the_charset_of_the_page(charset: str):
    head = f"200 OK\r\nContent-Type: text/html; charset={charset}"
    body = "prêt".encode("utf-8" if charset == "nonsense" else charset)
    assert "status 200" in await reason(head, body, expect_text="prêt")


@pytest.mark.parametrize("charset", ["=undefined", "=idna", "=hex", "*=utf-8''a%00"])
async def test_a_charset_that_nothing_can_be_read_in_is_taken_for_utf_8(charset: str):
    head = f"200 OK\r\nContent-Type: text/html; charset{charset}"
    assert "status 200" in await reason(head, "prêt …".encode(), expect_text="prêt")


async def test_a_long_body_is_read_no_further_than_the_limit():
    late = b" " * TEXT_LIMIT + b"well"
    assert "without" in await reason("200 OK", late, expect_text="well", timeout_seconds=2)


async def test_redirects_are_not_followed():
    seen: list[str] = []
    async with serving(answering("302 Found\r\nLocation: /login", seen=seen)) as port:
        assert (await ask(port)).ok
    assert len(seen) == 1


async def test_the_request_is_hall_s_own_and_the_connection_ends_with_it():
    seen: list[str] = []
    async with serving(answering("200 OK", seen=seen)) as port:
        await ask(port)
    assert seen[0].startswith("GET /health HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}\r\n" in seen[0]
    assert "User-Agent: Hall/" in seen[0]
    assert "Connection: close\r\n" in seen[0]


async def test_a_shared_proxy_is_asked_for_the_configured_host():
    seen: list[str] = []
    async with serving(answering("200 OK", seen=seen)) as port:
        await ask(port, host="app.test")
        health = HealthConfig(url=f"http://127.0.0.1:{port}/", host="client1.example")
        async with AppProbers() as probers:
            await probers.prober(health).look(PATIENCE_S)
    assert f"Host: app.test:{port}\r\n" in seen[0]
    assert "Host: client1.example\r\n" in seen[1]


@pytest.mark.parametrize(
    "host", ["xn--n3h.test", "xn--zz99.test", "my_app", "A.test.", "[fd00::1]"]
)
async def test_whatever_host_the_configuration_takes_can_be_asked_for(host: str):
    async with AppProbers(Names(lambda _: ())) as probers:
        prober = probers.prober(HealthConfig(url=f"https://{host}:1/", timeout_seconds=0.1))
        assert (await prober.look(0.1)).detail.code in {"name_unknown", "app_silent", "unreachable"}


async def test_cookies_of_one_look_are_not_sent_in_the_next():
    seen: list[str] = []
    head = "200 OK\r\nSet-Cookie: a=b"
    async with serving(answering(head, seen=seen)) as port, AppProbers() as probers:
        prober = probers.prober(HealthConfig(url=f"http://127.0.0.1:{port}/"))
        await prober.look(PATIENCE_S)
        await prober.look(PATIENCE_S)
    assert "cookie" not in seen[1].lower()


async def test_no_variable_sends_the_request_through_a_proxy(monkeypatch: pytest.MonkeyPatch):
    with refusing() as nobody:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{nobody}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{nobody}")
        assert await reason("200 OK") == "Answers with HTTP status 200"


async def test_a_name_with_two_addresses_is_reached_at_the_one_that_answers():
    async with serving(answering("200 OK")) as port:
        assert (await ask(port, host="two.test")).ok


async def test_a_refusal_a_silence_and_an_unknown_name_are_told_apart():
    with refusing() as port:
        assert str((await ask(port)).detail) == "Is not listening yet"
    with dropping() as port:
        assert str((await ask(port, within=0.3)).detail) == "Does not answer"
    assert (await ask(9, host="absent.test")).detail.code == "name_unknown"
    assert (await ask(9, host="127.255.255.255")).detail.code == "unreachable"


async def test_an_app_that_accepts_and_says_nothing_is_silent():
    async with serving(say_nothing) as port:
        result = await ask(port, timeout_seconds=0.3)
    assert (result.ok, result.detail.code, result.took_ms) == (False, "app_silent", None)


async def test_an_answer_that_never_ends_is_bounded():
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nx")
        await reader.read()

    async with serving(drip) as port:
        result = await ask(port, expect_text="y", timeout_seconds=0.3)
    assert str(result.detail) == "Answers, but its body did not end within 0.3 s, without the text"


@pytest.mark.slow
async def test_an_answer_whose_head_comes_late_and_that_never_ends_is_told_as_an_answer():
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(1.5)  # longer than the connect may take
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nx")
        await reader.read()

    async with serving(late) as port:
        result = await ask(port, expect_text="y", timeout_seconds=2, within=0.5)
    assert (result.detail.code, result.alive) == ("app_unfinished", True)


async def test_a_text_in_an_answer_that_never_ends_is_found_as_it_comes():
    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for part in (b"data: re", b"ady\n"):
            writer.write(b"%x\r\n%b\r\n" % (len(part), part))
            await writer.drain()
        await reader.read()

    async with serving(stream) as port:
        assert (await ask(port, expect_text="ready", timeout_seconds=30)).ok


@pytest.mark.parametrize(("head", "weak"), [("200 OK", False), ("403 No", False), ("404 No", True)])
async def test_a_status_that_a_proxy_gives_by_itself_is_a_weak_answer(head: str, *, weak: bool):
    async with serving(answering(head)) as port:
        assert (await ask(port)).weak is weak
        assert not (await ask(port, expect_status=(int(head[:3]),))).weak


async def test_an_answer_of_hall_itself_is_none_of_the_project():
    assert await reason("200 OK\r\nX-Hall: 1") == "Hall itself answers there, not the project"


async def test_a_look_whose_turn_it_is_not_hangs_up_without_a_question():
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.read())
        writer.close()

    async with serving(listen) as port, AppProbers() as probers:
        prober = probers.prober(HealthConfig(url=f"http://127.0.0.1:{port}/"))
        assert await prober.look(5.0, lambda: False) is None
        assert await heard.get() == b""


async def test_an_app_that_hangs_up_is_broken():
    async with serving(hang_up) as port:
        result = await ask(port)
    assert str(result.detail) == "Does not answer as expected: it hung up without an answer"


async def test_a_port_that_speaks_something_else_is_broken():
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        await reader.read()

    async with serving(greet) as port:
        result = await ask(port)
    assert str(result.detail) == "Does not answer as expected: it does not speak HTTP"


async def test_a_connection_that_is_reset_is_broken():
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        await writer.drain()

    async with serving(reset) as port:
        assert (await ask(port, expect_text="y")).detail.code == "app_broken"


async def test_looks_that_give_up_leave_no_connection_behind():
    health = HealthConfig(url="http://127.0.0.1:9/", timeout_seconds=0.001)
    async with serving(say_nothing) as port, AppProbers() as probers:
        prober = probers.prober(health.model_copy(update={"url": f"http://127.0.0.1:{port}/"}))
        await prober.look(PATIENCE_S)
        before = _open_files()
        for _ in range(30):
            assert (await prober.look(PATIENCE_S)).detail.code == "app_silent"
        assert _open_files() <= before + 2


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
