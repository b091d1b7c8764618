"""How Hall gets on with an agent: its time, its new beginnings, and what goes wrong, in words."""

import asyncio
import logging
import ssl
from pathlib import Path

import httpx
import pytest

from hall.adapters.agent.client import ask_agent
from hall.adapters.agent.factory import agent_inspector
from hall.adapters.agent.identity import AgentIdentity
from hall.adapters.agent.timeouts import AgentTimeouts
from hall.adapters.agent.transport import SigningTransport
from hall.adapters.docker.factory import container_runtime
from hall.adapters.probes.connect_errors import UnfitError, failure_of
from hall.adapters.probes.resolver import Names
from hall.agent.settings import Tls
from hall.core.config.methods import GuardsConfig
from hall.core.config.server import ServerConfig
from hall.core.errors import AgentError, ConfigurationError, InspectError
from hall.core.model.guards import GuardReport
from hall.net import signing
from tests.adapters.agent.calling import Hall, line, server
from tests.adapters.neighbours import dropping, hang_up, refusing, say_nothing, serving
from tests.agent.agents import SECRET, agent
from tests.lab.certificates import Authority
from tests.support.timeouts import PATIENCE_S

NONE = GuardsConfig(sessions=False, load=None, inhibitors=False, connections=False)


async def hello(port: int, timeouts: AgentTimeouts = AgentTimeouts()) -> bytes:
    async with line(port, timeouts=timeouts).client() as client:
        return await ask_agent(client, "GET", "/hello")


@pytest.mark.parametrize("ahead", [340.0, -340.0, 3e8, -1.7e9])
async def test_hall_adapts_to_an_agent_whose_clock_differs(
    ahead: float, caplog: pytest.LogCaptureFixture
):
    async with agent() as one:
        one.clock.ahead = ahead
        assert one.instance.encode() in await hello(one.port)
    assert "differ by" in caplog.text


async def test_hall_adapts_when_the_clocks_drift_apart_later(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.WARNING)
    async with agent() as one, line(one.port).client() as client:
        for ahead in (0, 500, 5000):
            one.clock.ahead = ahead
            await ask_agent(client, "GET", "/hello")
    assert caplog.text.count("The clocks of Hall and of an agent differ by") == 2


async def test_hall_goes_on_with_an_agent_that_began_anew_or_slept():
    async with agent() as one:
        known, told = line(one.port), set()
        for _ in range(3):
            one.clock.asleep += 3600
            async with known.client() as client:
                told.add(await ask_agent(client, "GET", "/hello"))
        assert len(told) == 3  # each time another run of the agent


async def test_orders_at_the_same_time_all_come_through(tmp_path: Path):
    async with agent() as one:
        hall = Hall(one.port, tmp_path)
        async with asyncio.TaskGroup() as group:
            reports = [group.create_task(hall.inspector.report(NONE, ())) for _ in range(20)]
        assert [one.result() for one in reports] == [GuardReport()] * 20


async def test_an_agent_that_has_no_end_of_refusals_is_given_up():
    async with agent() as one:
        client_line = line(one.port)

        async def drift() -> None:
            one.clock.ahead += 1000

        async with client_line.client() as client:
            client.event_hooks["request"].append(lambda _: drift())
            await ask_agent(client, "GET", "/hello")
            client_line.peer.learn = lambda _: True  # type: ignore[method-assign]
            with pytest.raises(AgentError, match=r"the clocks differ by 1000 s, more than 60 s"):
                await ask_agent(client, "GET", "/hello")


async def test_another_key_is_named_and_is_not_in_the_words(tmp_path: Path):
    async with agent() as one:
        other = Hall(one.port, tmp_path, "another" * 8)
        with pytest.raises(InspectError, match="the agent has another key than Hall") as caught:
            await other.inspector.report(NONE, None)
    assert "anotheranother" not in str(caught.value)


async def test_another_key_is_named_where_docker_is_seen_too(tmp_path: Path):
    async with agent() as one:
        engine = container_runtime(server(one.port, tmp_path, "another" * 8), tmp_path)
        assert engine is not None
        result = await engine.ping(PATIENCE_S)
    assert str(result.detail) == (
        "Docker does not answer as expected: the agent has another key than Hall"
    )


async def test_an_agent_that_is_not_there_is_told_by_how():
    with refusing() as port, pytest.raises(AgentError, match="the agent is not listening"):
        await hello(port)
    async with serving(hang_up) as port:
        with pytest.raises(AgentError, match="it hung up without an answer"):
            await hello(port)


async def test_an_agent_that_is_asleep_is_noticed_soon():
    with dropping() as port, pytest.raises(AgentError, match="the agent does not answer"):
        await hello(port, AgentTimeouts(connect_s=0.1))


async def test_an_agent_that_says_nothing_is_given_up(tmp_path: Path):
    hasty = AgentTimeouts(report_s=0.1)
    async with serving(say_nothing) as port:
        with pytest.raises(InspectError, match="the agent does not answer"):
            await Hall(port, tmp_path, timeouts=hasty).inspector.report(NONE, None)


async def test_what_the_agent_refuses_is_told_in_its_words():
    async with agent() as one, line(one.port).client() as client:
        with pytest.raises(AgentError, match="the agent refuses: the agent offers no such thing"):
            await ask_agent(client, "GET", "/nothing")


# ---- the configuration ------------------------------------------------------------------------


async def test_over_tls_the_agent_is_known_by_its_authority(tmp_path: Path):
    files = Authority(tmp_path).server("127.0.0.1")
    async with agent(tls=Tls(files.cert, files.key)) as one:
        assert await Hall(one.port, tmp_path, ca="ca.pem").inspector.report(NONE, ())
        (tmp_path / "other").mkdir()
        Authority(tmp_path / "other")
        stranger = Hall(one.port, tmp_path, ca="other/ca.pem")
        with pytest.raises(InspectError, match="TLS handshake with the agent fails: "):
            await stranger.inspector.report(NONE, ())
        plain = Hall(one.port, tmp_path)
        with pytest.raises(InspectError, match="the agent does not answer as expected"):
            await plain.inspector.report(NONE, ())


@pytest.mark.parametrize(
    ("docker", "url", "authority"),
    [
        (None, None, "nas.lan:8765"),
        ("agent://nas.lan:9000", None, "nas.lan:9000"),
        ("agent://nas.lan:9000", "agent://other:1", "other:1"),
        ("unix:///x.sock", None, "nas.lan:8765"),
    ],
)
def test_the_agent_is_where_the_configuration_says(
    tmp_path: Path, docker: str | None, url: str | None, authority: str
):
    found = agent_inspector(
        ServerConfig(
            name="Main",
            address="nas.lan",
            docker=docker and {"url": docker},
            agent={"url": url, "key": {"file": str(keyed(tmp_path))}},
        ),
        tmp_path,
        Names(),
    )
    assert found._line.authority == authority  # noqa: SLF001 - nothing listens there


def keyed(folder: Path, text: str = SECRET) -> Path:
    path = folder / "key"
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def test_an_address_of_ipv6_stands_in_brackets(tmp_path: Path):
    key = {"file": str(keyed(tmp_path))}
    config = ServerConfig(name="Main", address="fd00::1", agent={"key": key})
    found = agent_inspector(config, tmp_path, Names())
    assert found._line.authority == "[fd00::1]:8765"  # noqa: SLF001 - nothing listens there


def test_a_key_that_is_too_short_is_refused_with_a_way_out(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="openssl rand -hex 32") as caught:
        Hall(1, tmp_path, "short")
    assert caught.value.problems[0].key == "agent.key"
    assert "short" not in str(caught.value).replace("too short", "")


def test_a_server_without_an_agent_in_its_configuration_is_told(tmp_path: Path):
    lacking = ServerConfig(name="Main", address="nas.lan", docker={"url": "agent://nas.lan:1"})
    with pytest.raises(ConfigurationError, match='needs "agent": the key that both share'):
        container_runtime(lacking, tmp_path)


@pytest.mark.parametrize(("text", "why"), [(None, "No such file"), ("x", "it cannot be used")])
def test_an_authority_of_no_use_is_told(tmp_path: Path, text: str | None, why: str):
    if text is not None:
        (tmp_path / "ca.pem").write_text(text)
    with pytest.raises(ConfigurationError, match=why) as caught:
        Hall(1, tmp_path, ca="ca.pem")
    assert caught.value.problems[0].key == "agent.ca"


def test_tls_checks_names():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert context.check_hostname


class TellsNothing(httpx.AsyncBaseTransport):
    """An agent, of another release perhaps, whose Docker is in trouble, and that says no more."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        known = signing.read_authorization(request.headers["Authorization"])
        assert known is not None
        headers = {signing.TROUBLE: "broken"}
        answer = signing.SignedAnswer(502, headers, b"{}")
        signature = signing.answer_signature(SECRET.encode(), known[0].nonce, answer)
        stream = httpx.ByteStream(b"{}")
        return httpx.Response(502, headers={**headers, signing.SIGNATURE: signature}, stream=stream)


async def test_trouble_without_a_word_about_it_is_told_all_the_same():
    peer = AgentIdentity(SECRET.encode(), lambda: 0.0)
    asked = httpx.Request("GET", "http://agent/containers/json")
    transport = SigningTransport(TellsNothing(), peer, PATIENCE_S)
    with pytest.raises(UnfitError) as caught:
        await transport.handle_async_request(asked)
    reason = failure_of(caught.value).reason("docker")
    assert str(reason).startswith("Docker does not answer as expected: it is not Hall's agent")
