"""What admins are told comes next for a server."""

import asyncio
from typing import Any

import pytest

from tests.core import scenes as s
from tests.interface.admin_house import DOMAIN, SERVER, Admin, sleepy, up
from tests.support.fakes import FakeClock
from tests.support.office_hours import OPENING, WORKDAYS
from tests.support.small_hall import SmallHouse, small_house

HOURS = {"type": "scheduled", "timezone": "Europe/Paris", "open": [WORKDAYS]}


def at(seconds: float) -> FakeClock:
    """A clock that shows so many seconds to the opening, and runs."""
    return FakeClock(OPENING - seconds - asyncio.get_running_loop().time())


async def next_of(house: SmallHouse) -> Any:  # noqa: ANN401 - as it comes as JSON
    return (await Admin(house).read(SERVER))["next"]


def told(turn: Any) -> tuple[str, str | None, float]:  # noqa: ANN401
    return turn["what"], turn["domain"], pytest.approx(turn["in_s"], abs=5)


async def test_a_server_that_nothing_waits_for_has_no_next():
    async with small_house(sleepy()) as house:
        await house.until("asleep")
        assert await next_of(house) is None


async def test_a_server_that_is_used_may_sleep_when_that_is_over():
    async with small_house(sleepy()) as house:
        await up(house)
        assert told(await next_of(house)) == ("may_sleep", None, 1800)


async def test_a_server_wakes_ahead_of_an_opening():
    async with small_house(sleepy(policy=HOURS), clock=at(600)) as house:
        await house.until("asleep")
        assert told(await next_of(house)) == ("wakes", "client1", 600 - 120 - 120)


async def test_windows_that_only_permit_open_and_wake_nothing():
    hours: dict[str, object] = {**HOURS, "inside": "on_demand"}
    async with small_house(sleepy(policy=hours), clock=at(600)) as house:
        await house.until("asleep")
        assert told(await next_of(house)) == ("opens", "client1", 600)
        await Admin(house).tell(f"{SERVER}/hold", {"kind": "asleep", "for_s": 900})
        assert told(await next_of(house)) == ("hold_ends", "client1", 900)


async def test_a_server_that_is_up_is_wanted_by_what_opens_before_it_may_sleep():
    hours: dict[str, object] = {**HOURS, "outside": "on_demand"}
    async with small_house(sleepy(policy=hours), clock=at(600)) as house:
        await up(house)
        assert told(await next_of(house)) == ("wanted", "client1", 600 - 120)


async def test_the_end_of_a_hold_asleep_wakes_nothing_that_visits_wake():
    async with small_house(sleepy()) as house:
        await house.until("asleep")
        await Admin(house).tell(f"{SERVER}/hold", {"kind": "asleep", "for_s": 600})
        assert told(await next_of(house)) == ("hold_ends", "client1", 600)


async def test_the_end_of_a_hold_asleep_wakes_what_is_open_then():
    async with small_house(sleepy(policy=HOURS), clock=at(600)) as house:
        await house.until("asleep")
        await Admin(house).tell(f"{SERVER}/hold", {"kind": "asleep", "for_s": 900})
        assert told(await next_of(house)) == ("wakes", "client1", 900)


def test_a_wake_that_failed_is_tried_again_next():
    cell = s.waking(s.sleepy_server(retry={"attempts": 2}, deadlines={"network": 20}))
    cell.wait_until(21)
    assert cell.next_change == ("retries", "client1", cell.retry_at())


async def test_what_is_held_awake_may_sleep_after_it():
    async with small_house(sleepy()) as house:
        await Admin(house).tell(f"{DOMAIN}/hold", {"kind": "awake", "for_s": 7200})
        await house.until("healthy")
        assert told(await next_of(house)) == ("may_sleep", None, 7200)


def test_a_server_that_nobody_needs_may_sleep_when_it_was_up_for_its_shortest_time():
    cell = s.up(client1=s.on_demand(idle_minutes=5, min_awake_minutes=60)).wait_until(400)
    assert cell.next_change == ("may_sleep", None, 3600)


def test_a_server_that_is_held_awake_may_sleep_when_the_hold_ends():
    assert s.up().tell(s.held("awake", 1000)).next_change == ("may_sleep", None, 1000)


def test_what_is_always_on_wakes_when_it_is_held_asleep_no_more():
    cell = s.resting(client1=s.ALWAYS).tell(s.held("asleep", 1000))
    assert cell.next_change == ("wakes", "client1", 1000)
