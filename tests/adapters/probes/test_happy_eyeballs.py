"""A name with several addresses: up when any answers, silent only when none does."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.docker.transport import tcp
from hall.adapters.probes.factory import AppProbers
from hall.adapters.probes.happy_eyeballs import first
from hall.adapters.probes.ping import PingProber
from hall.adapters.probes.resolver import Names
from hall.adapters.probes.tcp import TcpProber
from hall.core.config.domain import HealthConfig
from hall.core.model.check import ProbeResult
from tests.adapters.neighbours import answering, dropping, refusing, say_nothing, serving
from tests.adapters.own_network import in_own_network, ip

DEAD, OWN, NO_WAY = "127.0.0.2", "127.0.0.1", "2001:db8::1"


def named(*addresses: str) -> Names:
    """A resolver that knows these addresses of every name, in this order."""
    return Names(lambda _: addresses)


# ---- each look -----------------------------------------------------------------------------------


def ping(*addresses: str) -> ProbeResult:
    """A look at a name with these addresses, where 10.80.0.0/24 is silent."""

    async def look() -> ProbeResult:
        ip("link add silent type veth peer name nobody")
        ip("addr add 10.80.0.1/24 dev silent")
        ip("link set silent up")
        ip("link set nobody up")
        return await PingProber("server.lan", named(*addresses)).look(0.3)

    return in_own_network(look)


@pytest.mark.lab
def test_a_ping_is_answered_when_any_address_answers():
    assert ping("10.80.0.21", "10.80.0.22", "127.0.0.1").ok


@pytest.mark.lab
def test_a_ping_is_silent_when_no_address_answers():
    result = ping("10.80.0.21", "10.80.0.22")
    assert (result.ok, result.detail.code) == (False, "ping_silent")


@pytest.mark.lab
def test_an_address_that_no_way_leads_to_does_not_make_silence_unknown():
    result = ping("10.80.0.21", "192.0.2.1", NO_WAY)
    assert (result.detail.code, result.ours) == ("ping_silent", False)
    assert ping("192.0.2.1", NO_WAY).ours


async def test_a_connect_is_taken_at_whichever_address_accepts():
    async with serving(say_nothing) as port:
        with dropping(DEAD, port):
            result = await TcpProber("server.lan", port, named(DEAD, OWN)).look(0.5)
    assert result.detail.code == "tcp_ok"


async def test_a_connect_is_silent_only_where_no_address_answers():
    with dropping(OWN) as port, dropping(DEAD, port):
        result = await TcpProber("server.lan", port, named(DEAD, OWN)).look(0.3)
    assert (result.ok, result.detail.code) == (False, "tcp_silent")


async def test_a_project_answers_at_whichever_address_it_is_although_the_first_is_dead():
    async with serving(answering("200 OK")) as port, AppProbers(named(DEAD, OWN)) as probers:
        with dropping(DEAD, port):
            prober = probers.prober(HealthConfig(url=f"http://server.lan:{port}/"))
            assert (await prober.look(0.5)).ok


async def test_a_project_that_refuses_at_one_address_is_not_silent():
    with refusing() as port, dropping(DEAD, port):
        async with AppProbers(named(DEAD, OWN)) as probers:
            prober = probers.prober(HealthConfig(url=f"http://server.lan:{port}/"))
            assert (await prober.look(0.4)).detail.code == "app_refused"


async def test_docker_answers_at_whichever_address_it_is():
    ok = answering("200 OK\r\nApi-Version: 1.47")
    async with serving(ok) as port:
        with dropping(DEAD, port):
            engine = DockerEngine(tcp(f"server.lan:{port}", None, named(DEAD, OWN)))
            assert (await engine.ping(0.5)).ok


# ---- the race itself -----------------------------------------------------------------------------


def after(begun: asyncio.Event, name: str) -> Callable[[], Awaitable[str]]:
    """An attempt that succeeds once ``begun`` is set."""

    async def attempt() -> str:
        await begun.wait()
        return name

    return attempt


async def fail() -> str:
    raise ConnectionRefusedError


async def test_who_comes_second_in_the_same_moment_is_let_go():
    begun, dropped = asyncio.Event(), []

    async def drop(name: str) -> None:
        dropped.append(name)

    async def last() -> str:
        begun.set()
        await asyncio.Event().wait()
        return "never"

    attempts = [after(begun, "one"), after(begun, "two"), last]
    won = await first(attempts, within_s=10, drop=drop)
    assert [won, *dropped] == ["one", "two"]


async def test_a_race_that_is_called_off_lets_go_of_what_was_won():
    dropped: list[str] = []
    begun = asyncio.Event()

    async def drop(name: str) -> None:
        dropped.append(name)

    async def calls_off() -> str:
        begun.set()
        racing.cancel()
        raise ConnectionRefusedError

    async with asyncio.TaskGroup() as group:
        attempts = [after(begun, "won"), calls_off]
        racing = group.create_task(first(attempts, within_s=10, drop=drop))
    assert (racing.cancelled(), dropped) == (True, ["won"])


async def test_the_next_begins_at_once_when_the_one_before_failed():
    async def succeed() -> str:
        return "second"

    assert await first([fail, succeed], within_s=3600, drop=lambda _: asyncio.sleep(0)) == "second"
