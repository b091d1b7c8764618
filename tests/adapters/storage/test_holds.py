"""An admin's orders, over restarts: each Hall is a new one on the same folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hall.adapters.storage.journal import open_journal
from hall.application.actuator import Drivers
from hall.application.admin import AdminService, OrderTarget
from hall.core.model.facts import Ticked, Visited
from hall.core.model.override import AwakeUntilUnused, Hold, HoldKind
from hall.core.model.state import ServerState
from hall.wiring import Adapters, assemble
from tests.support.fakes import FakeClock
from tests.support.small_hall import a_config, running

NOW = 1_000_000.0
SERVER, DOMAIN = OrderTarget("main"), OrderTarget("main", "client1")


class Hall:
    """A running Hall that sees nothing of the world."""

    def __init__(self, parts, clock: FakeClock) -> None:
        self.office: AdminService = parts.admin
        self.supervisor = parts.supervisor
        self.clock = clock

    @property
    def server(self) -> ServerState:
        return self.supervisor.server("main")

    async def hold(self, target: OrderTarget, kind: str, for_s: float) -> None:
        hold = Hold(kind=HoldKind(kind), until=self.clock.now() + for_s)
        await self.office.hold(target, hold)

    def holds(self) -> tuple[Hold | None, Hold | None]:
        return self.server.hold, self.server.domains["client1"].hold


@asynccontextmanager
async def hall(folder: Path, *, at: float = NOW) -> AsyncIterator[Hall]:
    clock = FakeClock()
    clock.fixed = at
    async with open_journal(folder) as journal:
        outside = Adapters(clock=clock, journal=journal, drivers=Drivers(), probes={})
        house = await assemble(a_config(), outside, base=Path(), clients=1)
        async with running(*(run for _, run in house.tasks)):
            yield Hall(house.parts, clock)


async def test_holds_of_a_server_and_of_a_domain_survive_a_restart(tmp_path):
    async with hall(tmp_path) as first:
        await first.hold(DOMAIN, "asleep", 600)
        await first.hold(SERVER, "awake", 300.25)
    async with hall(tmp_path, at=NOW + 60) as second:
        assert second.holds() == (
            Hold(kind=HoldKind.AWAKE, until=NOW + 300.25),
            Hold(kind=HoldKind.ASLEEP, until=NOW + 600),
        )


async def test_a_hold_for_a_length_of_time_is_one_after_a_restart(tmp_path):
    for_an_hour = Hold(kind=HoldKind.AWAKE, until=NOW + 3600, lasts=True)
    async with hall(tmp_path) as first:
        await first.office.hold(DOMAIN, for_an_hour)
    async with hall(tmp_path) as second:
        assert second.holds() == (None, for_an_hour)


async def test_a_hold_that_was_lifted_or_replaced_does_not_come_back(tmp_path):
    async with hall(tmp_path) as first:
        await first.hold(DOMAIN, "awake", 600)
        await first.hold(DOMAIN, "asleep", 300)
        await first.hold(SERVER, "awake", 300)
        await first.office.hold(SERVER, None)
    async with hall(tmp_path) as second:
        assert second.holds() == (None, Hold(kind=HoldKind.ASLEEP, until=NOW + 300))


async def test_a_hold_whose_time_is_over_while_no_hall_runs_is_over(tmp_path):
    async with hall(tmp_path) as first:
        await first.hold(DOMAIN, "asleep", 60)
    async with hall(tmp_path, at=NOW + 61) as second:
        await second.supervisor.ask_server("main", Ticked())
        assert second.holds() == (None, None)
    async with hall(tmp_path, at=NOW + 30) as third:
        assert third.holds() == (None, None)


async def test_a_hold_keeps_visits_from_waking_it_from_the_first_moment_on(tmp_path):
    async with hall(tmp_path) as first:
        await first.hold(DOMAIN, "asleep", 600)
    async with hall(tmp_path, at=NOW + 1) as second:
        view = await second.supervisor.ask("client1", Visited("client1"))
        assert (view.domain.asked_at, view.domain.waking) == (None, False)


@pytest.mark.parametrize("target", [SERVER, DOMAIN], ids=["server", "domain"])
async def test_a_wake_now_goes_on_after_a_restart(tmp_path, target):
    async with hall(tmp_path) as first:
        await first.office.wake(target)
    async with hall(tmp_path, at=NOW + 5) as second:
        server, domain = second.server, second.server.domains["client1"]
        called = server if target is SERVER else domain
        assert called.override == AwakeUntilUnused(NOW)
        assert (server.server_wake is None) is (target is DOMAIN)


async def test_a_sleep_now_that_waits_for_its_guards_goes_on_after_a_restart(tmp_path):
    async with hall(tmp_path) as first:
        await first.office.sleep(DOMAIN)
    async with hall(tmp_path, at=NOW + 5) as second:
        assert second.server.domains["client1"].dismissed_at == NOW
