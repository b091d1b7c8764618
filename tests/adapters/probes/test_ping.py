import asyncio
from collections.abc import Awaitable, Iterator
from errno import EPERM

import pytest
from icmplib import ICMPv4Socket

from hall.adapters.probes.ping import PingProber, advise, ping_is_raw
from hall.adapters.probes.resolver import Names
from hall.core.model.check import ProbeResult
from tests.adapters.own_network import drop_capabilities, in_own_network, setting
from tests.support.timeouts import PATIENCE_S


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    """What a process may do is found once; here it changes from test to test."""
    ping_is_raw.cache_clear()
    advise.cache_clear()
    yield
    ping_is_raw.cache_clear()


def ping(address: str = "127.0.0.1", timeout_s: float = PATIENCE_S) -> Awaitable[ProbeResult]:
    return PingProber(address, Names(lambda _: ())).look(timeout_s)


@pytest.mark.lab
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_host_that_is_up_answers_ping(address: str):
    result = in_own_network(lambda: ping(address))
    assert str(result.detail) == "Answers ping"
    assert result.ok
    assert result.took_ms > 0


@pytest.mark.lab
def test_pings_also_go_through_datagram_sockets():
    async def look() -> ProbeResult:
        setting("ipv4/ping_group_range", "0 2147483647")
        drop_capabilities()
        return await ping()

    assert in_own_network(look).ok
    assert ping_is_raw() is False


@pytest.mark.lab
def test_without_any_right_to_ping_the_sight_says_so():
    result = in_own_network(ping, privileged=False)
    assert not result.ok
    assert result.detail.code == "ping_impossible"


@pytest.mark.lab
def test_a_right_to_ping_that_is_given_later_is_used_without_a_restart():
    async def looks() -> list[ProbeResult]:
        before = await ping()
        setting("ipv4/ping_group_range", "0 2147483647")
        return [before, await ping()]

    sights = in_own_network(looks, privileged=False)
    assert [result.detail.code for result in sights] == ["ping_impossible", "ping_ok"]


async def test_without_any_right_to_ping_the_log_says_once_what_to_do(monkeypatch, caplog):
    def forbidden(_self: ICMPv4Socket, _type: int) -> None:
        raise PermissionError(EPERM, "Operation not permitted")

    monkeypatch.setattr(ICMPv4Socket, "_create_socket", forbidden)
    assert [(await ping()).detail.code for _ in range(2)] == ["ping_impossible"] * 2
    [record] = caplog.records
    assert 'net.ipv4.ping_group_range="0 2147483647"' in record.message
    assert '"network": {"method": "tcp", "port": 22}' in record.message


@pytest.mark.lab
def test_a_silent_host_is_silent_for_as_long_as_it_was_given():
    async def look() -> ProbeResult:
        setting("ipv4/icmp_echo_ignore_all", "1")
        return await ping(timeout_s=0.05)

    result = in_own_network(look)
    assert (result.ok, result.detail.code, result.took_ms) == (False, "ping_silent", None)


@pytest.mark.lab
def test_an_address_without_a_way_to_it_is_unreachable():
    assert in_own_network(lambda: ping("192.0.2.1")).detail.code == "unreachable"


@pytest.mark.lab
def test_a_hundred_pings_at_once_each_get_their_own_answer():
    async def look() -> list[ProbeResult]:
        setting("ipv6/icmp/echo_ignore_all", "1")
        looks = [ping("127.0.0.1" if number % 2 else "::1", 3) for number in range(100)]
        return await asyncio.gather(*looks)

    assert [result.ok for result in in_own_network(look)] == [False, True] * 50


@pytest.mark.lab
def test_the_name_of_a_sleeping_host_may_be_unknown():
    assert in_own_network(lambda: ping("server.lan")).detail.code == "name_unknown"
