"""Many servers at rest: what they cost, counted in looks, and what a wake among them waits for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from cProfile import Profile
from itertools import pairwise
from typing import Any

import pytest

from hall.application.actuator import Actuator, Drivers
from hall.application.hub import Hub
from hall.application.supervisor import Supervisor
from hall.application.turns import MOST_S, Rank
from hall.application.watchers import Probes, Watchers
from hall.core.config.document import Configuration
from hall.core.lifecycle.open import open_cell
from hall.core.model.check import ProbeResult
from hall.core.model.facts import Ticked, WakeRequested
from hall.core.model.reason import because
from hall.core.model.state import ServerState
from tests.support.fakes import FakeClock, FakeDocker
from tests.support.small_hall import running

SOON_S = 20.0
"""Until everything in a small crowd was looked at."""

UP = ProbeResult(ok=True, detail=because("tcp_ok"), took_ms=1.0)
DOWN = ProbeResult(ok=False, detail=because("tcp_silent"))


class Link:
    """A link that remembers when it was looked at."""

    def __init__(self, *, up: bool) -> None:
        self.up = up
        self.at: list[float] = []

    async def look(self, timeout_s: float, _turn: object = None) -> ProbeResult:
        self.at.append(asyncio.get_running_loop().time())
        if not self.up:
            await asyncio.sleep(timeout_s)
        return UP if self.up else DOWN

    def since(self, at: float) -> list[float]:
        return [one for one in self.at if one >= at]


class Crowd:
    """Servers that all sleep, or are all up, with projects that are asked on the servers."""

    def __init__(self, servers: int, domains: int, *, up: bool, per_second: float = 200) -> None:
        self.config = Configuration.model_validate(_document(servers, domains))
        self.networks = {name: Link(up=up) for name in self.config.servers}
        self.apps = {name: Link(up=up) for name in self.config.domains}
        self.docker = FakeDocker()
        self.docker.up = up
        self.supervisor = Supervisor(
            {name: self._cell(name) for name in self.config.servers},
            clock=FakeClock(),
            hub=Hub(limit=1),
            carry=Actuator(Drivers(), lambda *_: None).carry,
            record=lambda _: None,
        )
        probes = {name: self._probes(name) for name in self.config.servers}
        self.watchers = Watchers(probes, self.supervisor, FakeClock(), per_second)

    def _cell(self, name: str) -> ServerState:
        return open_cell(name, self.config.servers[name], self._domains(name), now=0.0)

    def _domains(self, name: str) -> dict[str, Any]:
        return {key: one for key, one in self.config.domains.items() if one.server == name}

    def _probes(self, name: str) -> Probes:
        apps = {key: self.apps[key] for key in self._domains(name)}
        return Probes(network=self.networks[name], docker=None, apps=apps)

    def looks(self, since: float) -> int:
        return sum(len(one.since(since)) for one in [*self.networks.values(), *self.apps.values()])


def _document(servers: int, domains: int) -> dict[str, Any]:
    numbers = range(servers)
    return {
        "servers": {
            f"s{number}": {
                "name": f"Server {number}",
                "address": f"192.0.2.{number}",
                "wake": {"method": "wol", "mac": f"02:00:00:00:00:{number:02x}"},
            }
            for number in numbers
        },
        "domains": {
            f"s{number}-d{part}": {
                "name": f"Domain {part}",
                "server": f"s{number}",
                "url": "https://example.org/",
                "health": {"url": f"http://192.0.2.{number}:80/"},
            }
            for number in numbers
            for part in range(domains)
        },
    }


@asynccontextmanager
async def watched(crowd: Crowd, after_s: float = SOON_S) -> AsyncIterator[float]:
    """The crowd while it is watched; gives the instant when it has settled."""
    async with running(crowd.supervisor.run, crowd.watchers.run):
        await asyncio.sleep(after_s)
        yield asyncio.get_running_loop().time()


async def test_a_server_that_sleeps_costs_one_look_an_interval_and_its_projects_none():
    crowd = Crowd(20, 5, up=False)
    async with watched(crowd) as settled:
        await asyncio.sleep(100)
        looks = [len(one.since(settled)) for one in crowd.networks.values()]
        assert all(9 <= number <= 11 for number in looks)
        assert crowd.looks(settled) == sum(looks)


async def test_of_a_server_that_is_silent_from_the_start_one_project_is_asked_once():
    crowd = Crowd(20, 5, up=False)
    async with watched(crowd, 120):
        asked = [name for name, one in crowd.apps.items() if one.at]
        assert sorted(asked) == sorted(f"s{number}-d0" for number in range(20))
        assert all(len(crowd.apps[name].at) == 1 for name in asked)


async def test_in_a_small_house_everything_is_looked_at_within_a_second():
    crowd = Crowd(10, 2, up=True)
    async with watched(crowd, 1.0):
        assert all(one.at for one in [*crowd.networks.values(), *crowd.apps.values()])


async def test_a_crowd_is_not_looked_at_all_at_once():
    crowd = Crowd(100, 10, up=True, per_second=100)
    async with watched(crowd, 1.0) as second:
        assert crowd.looks(second - 1) <= 106  # a twentieth of a second more than turns


@pytest.mark.slow
async def test_the_budget_of_looks_is_kept_and_each_app_is_looked_at_within_a_minute():
    crowd = Crowd(40, 10, up=True, per_second=10)
    async with watched(crowd, 180) as settled:
        await asyncio.sleep(240)
        assert crowd.looks(settled) <= 10 * 240 + 2
        gaps = [b - a for one in crowd.apps.values() for a, b in pairwise(one.since(settled - 60))]
        assert max(gaps) <= 60


@pytest.mark.slow
async def test_the_network_goes_first_while_looks_are_short():
    crowd = Crowd(50, 10, up=True, per_second=12)
    async with watched(crowd, 180) as settled:
        await asyncio.sleep(100)
        per_network = sum(len(one.since(settled)) for one in crowd.networks.values()) / 50
        per_app = sum(len(one.since(settled)) for one in crowd.apps.values()) / 500
        assert per_network > 2 * per_app


async def test_too_small_a_budget_is_raised_to_a_look_a_minute_and_told(caplog):
    Crowd(100, 10, up=True, per_second=1)
    assert "gateway.looks_per_second is 1, but 100 servers take 19" in caplog.text


@pytest.mark.slow
async def test_a_wake_in_the_crowd_waits_for_no_turn():
    crowd = Crowd(100, 10, up=False, per_second=20)
    async with watched(crowd, 100) as settled:
        await crowd.supervisor.ask("s7-d3", WakeRequested("s7-d3"))
        assert crowd.networks["s7"].since(settled) == [settled]
        await asyncio.sleep(1)
        looks = crowd.networks["s7"].since(settled)
        assert max(b - a for a, b in pairwise([*looks, settled + 1])) < 0.5  # a turn takes 5 s


async def test_a_wake_before_the_first_turn_waits_for_none_either():
    crowd = Crowd(100, 10, up=False, per_second=20)
    async with watched(crowd, 0.1) as begun:
        late = next(name for name, one in crowd.networks.items() if not one.at)
        await crowd.supervisor.ask(f"{late}-d0", WakeRequested(f"{late}-d0"))
        assert set(crowd.networks[late].at) == {begun}


@pytest.mark.parametrize("rank", [Rank.NETWORK, Rank.OPEN, Rank.CLOSED])
def test_whatever_visitors_ask_for_is_looked_at_within_a_minute(rank):
    assert MOST_S[rank] < 60


async def test_a_fact_costs_as_many_steps_among_a_hundred_servers_as_among_two():
    few, many = [await _steps(Crowd(servers, 2, up=False)) for servers in (2, 100)]
    assert many <= 1.2 * few


async def _steps(crowd: Crowd) -> int:
    """How many functions are called from a fact to its being taken in; the lasting look is over."""
    async with watched(crowd):
        await crowd.supervisor.ask_server("s1", Ticked())
        profile = Profile()
        profile.enable()
        await crowd.supervisor.ask_server("s1", Ticked())
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())
