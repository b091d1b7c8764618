"""A whole small Hall puts its server to sleep when nobody uses it, and wakes it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hall.application.agent_watcher import AgentWatcher
from hall.core.config.document import Configuration
from hall.core.errors import AgentError
from hall.core.model.events import SleepEnded
from hall.core.model.facts import PowerAnnounced
from hall.core.model.guards import GuardReport
from hall.core.model.power import Ending, PowerNews
from hall.core.policy.verdict_reasons import server_reason
from tests.support.fakes import FakeClock
from tests.support.small_hall import SmallHouse, a_document, running, small_house
from tests.support.timeouts import PATIENCE_S

ON_DEMAND: dict[str, Any] = {"type": "on_demand", "idle_minutes": 10, "min_awake_minutes": 0}
WEBHOOK = {"method": "webhook", "url": "http://192.0.2.9/off"}
A_DAY_S = 86_400
SSH = {"user": "hall", "key": "key", "host_key": f"ssh-ed25519 {'A' * 68}"}


def sleepy_config() -> Configuration:
    """A server that may sleep ten minutes after its last use."""
    document = a_document(policy=ON_DEMAND)
    document["domains"]["private"]["policy"] = ON_DEMAND
    document["servers"]["main"] |= {"sleep": WEBHOOK, "ssh": SSH}
    return Configuration.model_validate(document)


async def until(house: SmallHouse, words: str) -> None:
    """Wait until the verdict on the server says this; time alone turns it, too."""

    def said() -> str:
        verdict = house.parts.supervisor.server("main").verdict
        return str(server_reason(verdict.cause, house.clock.now()))

    async with asyncio.timeout(A_DAY_S):
        while words not in said():  # noqa: ASYNC110
            await asyncio.sleep(10)


async def test_it_sleeps_when_idle_and_is_woken_by_the_next_visit():
    async with small_house(sleepy_config()) as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        await until(house, "Nobody needs it, and it is asleep")
        assert (house.rest.orders, house.watchman.asked) == (1, 1)
        ended = [event for event in house.journal.events if isinstance(event, SleepEnded)]
        assert [event.ending for event in ended] == [Ending.SILENT]
        await house.parts.visits.visit("client1")
        await house.until("healthy")


async def test_a_busy_server_is_asked_again_and_sleeps_when_it_is_quiet():
    async with small_house(sleepy_config()) as house:
        house.watchman.busy = GuardReport(sessions=("alice on pts/0",))
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        await until(house, "Nobody needs it, but it is busy: Logged in: alice on pts/0")
        house.watchman.busy = GuardReport()
        await until(house, "Nobody needs it, and it is asleep")
        assert house.rest.orders == 1


async def test_traffic_keeps_it_awake_and_is_the_reason():
    async with small_house(sleepy_config()) as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        house.docker.bytes_more = 1_000_000
        await until(house, "client1: Its containers had traffic")
        await asyncio.sleep(3600)
        assert house.rest.orders == 0
        house.docker.bytes_more = 0
        await until(house, "Nobody needs it, and it is asleep")


# ---- what the server tells of itself -----------------------------------------------------------


class FakeAnnouncer:
    """A server that tells what the test tells it; None cuts the stream."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = asyncio.Event()
        self.said: asyncio.Queue[PowerNews | None] = asyncio.Queue()

    @asynccontextmanager
    async def announcements(self) -> AsyncIterator[AsyncIterator[PowerAnnounced]]:
        self.opened += 1
        try:
            yield self._said()
        finally:
            self.closed.set()

    async def _said(self) -> AsyncIterator[PowerAnnounced]:
        while (news := await self.said.get()) is not None:
            yield PowerAnnounced(news)
        raise AgentError("cut")


def left_alone_config() -> Configuration:
    """A server that no look goes to while it may sleep."""
    document = a_document()
    document["servers"]["main"]["network"] = {"method": "ping", "while_asleep": "leave_alone"}
    return Configuration.model_validate(document)


async def test_a_server_that_was_left_alone_is_looked_at_as_soon_as_somebody_asks_for_it():
    clock = FakeClock()
    clock.fixed = clock.start  # no patience ever runs out
    async with small_house(left_alone_config(), clock=clock) as house:
        await asyncio.sleep(0)
        assert house.network.looks == 0
        await house.parts.visits.visit("client1")
        await house.until("healthy")


async def test_the_stream_is_closed_when_a_server_is_to_be_left_alone():
    async with small_house(left_alone_config()) as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        supervisor, announcer = house.parts.supervisor, FakeAnnouncer()
        async with running(AgentWatcher("main", announcer, supervisor).run):
            announcer.said.put_nowait(PowerNews.GOING_TO_SLEEP)
            async with asyncio.timeout(PATIENCE_S):
                await announcer.closed.wait()
    assert announcer.opened == 1


async def test_an_announced_sleep_is_seen_at_once_and_the_stream_opened_again():
    async with small_house(sleepy_config()) as house, asyncio.TaskGroup() as group:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        supervisor, announcer = house.parts.supervisor, FakeAnnouncer()
        listening = group.create_task(AgentWatcher("main", announcer, supervisor).run())
        announcer.said.put_nowait(None)
        announcer.said.put_nowait(PowerNews.GOING_TO_SLEEP)
        await house.until("stopping")
        assert announcer.opened == 2
        listening.cancel()
