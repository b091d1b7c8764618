import asyncio

import pytest

from hall.application.hub import Hub
from hall.application.supervisor import CLOCK_S, Supervisor
from hall.core.errors import UnknownDomainError
from hall.core.lifecycle.open import open_cell
from hall.core.model.events import Transition, WakeEnded, WakeStarted
from hall.core.model.facts import Visited, WakeRequested
from tests.support.fakes import FakeClock
from tests.support.small_hall import a_config, hasty, running, small_house
from tests.support.timeouts import PATIENCE_S


async def test_a_visit_wakes_the_server_starts_the_containers_and_ends_ready():
    async with small_house() as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        assert house.docker.started == ["web"]
        assert house.parts.visits.view("client1").ready


async def test_asking_for_the_state_sends_nothing():
    async with small_house() as house:
        await house.until("asleep")
        house.parts.visits.view("client1")
        await house.parts.visits.peek("client1")
        assert house.power.orders == 0


async def test_many_visitors_share_one_wake():
    async with small_house() as house:
        house.power.boots = ()
        for _ in range(200):
            await house.parts.visits.visit("client1")
        started = [e for e in house.journal.events if isinstance(e, WakeStarted)]
        assert len(started) == 1


async def test_a_wake_that_nothing_answers_fails_at_its_deadline_and_says_why():
    async with small_house(hasty("network")) as house:
        house.power.boots = ()
        await house.parts.visits.order("client1")
        await house.until("failed")
        assert house.reason.startswith("The server did not answer within 1 s of ")


async def test_a_packet_that_cannot_be_sent_is_told_in_the_reason():
    async with small_house(hasty("network")) as house:
        house.power.error = "network is down"
        house.power.boots = ()
        await house.parts.visits.visit("client1")
        await house.until("failed")
        assert house.reason == "The magic packet could not be sent: network is down"


async def test_the_journal_gets_the_wake_at_once_and_the_rest_at_the_end():
    async with small_house() as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
    kinds = [type(event) for event in house.journal.events]
    assert kinds.count(WakeStarted) == kinds.count(WakeEnded) == 1
    assert Transition in kinds


async def test_a_clock_that_is_set_dates_what_runs_anew_and_is_told_once(caplog):
    async with small_house() as house:
        await house.parts.visits.visit("client1")
        house.clock.set(3 * 86_400)
        await house.parts.visits.report("client1")
        await house.until("healthy")
        wake = house.parts.visits.view("client1").domain.wake
        assert wake is not None
        assert 0 <= house.clock.now() - wake.started_at < 3600
    assert caplog.text.count("The clock was set forward by 3 d; what runs goes on") == 1


async def test_a_clock_that_is_set_is_noticed_though_nothing_happens():
    config, clock = a_config(), FakeClock()
    cell = open_cell("main", config.servers["main"], config.domains, now=clock.now())
    supervisor = Supervisor(
        {"main": cell},
        clock=clock,
        hub=Hub(limit=1),
        carry=lambda _: None,
        record=lambda _: None,
    )
    async with running(supervisor.run):
        clock.set(-3600)
        await asyncio.sleep(CLOCK_S + 1)
    assert supervisor.server("main").status_now.since == cell.status_now.since - 3600


async def test_an_order_for_a_domain_nobody_knows_is_an_error():
    async with small_house() as house:
        with pytest.raises(UnknownDomainError, match="nowhere"):
            await house.parts.supervisor.ask("nowhere", WakeRequested("nowhere"))


async def test_a_server_that_is_up_already_is_entered_without_a_wake():
    async with small_house() as house:
        house.wake_up()
        await house.docker.start(["web"])
        await house.until("healthy")
        await house.parts.supervisor.ask("client1", Visited("client1"))
        assert house.power.orders == 0


async def test_a_server_that_fell_asleep_unseen_is_not_entered():
    async with small_house(a_config()) as house:
        house.wake_up()
        await house.docker.start(["web"])
        await house.until("healthy")
        house.network.up = house.app.up = house.docker.up = False
        house.clock.start += 60
        view = await house.parts.visits.visit("client1")
        assert not view.ready
        await house.until("healthy")


async def test_a_project_that_hangs_does_not_hold_up_the_first_paint():
    async with small_house() as house:
        house.wake_up()
        await house.docker.start(["web"])
        await house.until("healthy")
        house.app.hang = True
        house.clock.start += 60
        async with asyncio.timeout(PATIENCE_S):
            view = await house.parts.visits.visit("client1")
        assert not view.ready


async def test_an_order_that_goes_wrong_is_told_and_hall_goes_on():
    async with small_house(hasty("network")) as house:
        house.power.fault = OSError("address family not supported")
        await house.parts.visits.order("client1")
        await house.until("failed")
        assert house.reason == "The magic packet could not be sent: OSError"
