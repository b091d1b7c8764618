"""A domain that is closed, or held asleep: what people and scripts are told."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from hall.core.model.facts import HoldSet, PowerAnnounced
from hall.core.model.override import Hold, HoldKind
from hall.core.model.power import PowerNews
from hall.core.model.state import Status
from hall.interface.app import create_app
from tests.support.callers import BROWSER, SCRIPT, Caller
from tests.support.office_hours import before_opening, office_hours
from tests.support.small_hall import SmallHouse, small_house
from tests.support.timeouts import PATIENCE_S

AT_EIGHT = "client1 is closed; it opens at 2026-11-24T07:00:00Z"


@pytest.fixture
async def closed() -> AsyncIterator[SmallHouse]:
    async with small_house(office_hours(), clock=before_opening(600)) as running:
        await running.until("asleep")
        yield running


@pytest.fixture
async def held(house: SmallHouse) -> SmallHouse:
    await hold_asleep(house, 600)
    return house


async def hold_asleep(house: SmallHouse, seconds: float) -> None:
    until = house.clock.now() + seconds
    hold = Hold(kind=HoldKind.ASLEEP, until=until)
    await house.parts.supervisor.ask("client1", HoldSet(hold, "client1"))


def person(house: SmallHouse) -> Caller:
    return Caller(create_app(house.parts).test_client(), BROWSER)


def program(house: SmallHouse) -> Caller:
    return Caller(create_app(house.parts).test_client(), SCRIPT)


# ---- closed -------------------------------------------------------------------------------------


async def test_a_person_sees_when_it_opens_and_wakes_nothing(closed):
    answer = await person(closed).get("/client1/deep")
    html = await answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert "The project opens on Tuesday 24 November at\xa008:00." in html
    assert (closed.status, closed.power.orders) == ("asleep", 0)


@pytest.mark.slow
async def test_hours_that_permit_say_when_and_wake_nothing_before_a_visit():
    hours = office_hours(inside="on_demand")
    async with small_house(hours, clock=before_opening(600)) as house:
        await house.until("asleep")
        html = await (await person(house).get("/client1")).get_data(as_text=True)
        assert "The project opens on Tuesday 24 November at\xa008:00." in html
        house.clock.set(700)
        state = await program(house).get("/api/status/client1?wait=60")
        assert ((await state.get_json())["closed"], house.power.orders) == (None, 0)
        await person(house).get("/client1")
        await house.until("healthy")


async def test_a_script_does_not_wait_in_vain_for_what_stays_closed(closed):
    answer = await program(closed).get("/api/status/client1?wait=60&until=healthy")
    assert 590 <= (await answer.get_json())["closed"]["in_s"] <= 600


async def test_a_script_is_told_the_code_the_state_and_when_to_come_back(closed):
    answer = await program(closed).get("/client1")
    error = (await answer.get_json())["error"]
    assert answer.status_code == 503
    assert 590 <= int(answer.headers["Retry-After"]) <= 600
    assert (error["code"], error["message"]) == ("closed", AT_EIGHT)
    assert error["details"]["closed"]["opens_at"] == "2026-11-24T07:00:00.000Z"


async def test_the_state_says_until_when_it_is_closed(closed):
    answer = await program(closed).get("/api/status/client1")
    state = await answer.get_json()
    assert (answer.status_code, state["status"], state["reason_code"]) == (200, "asleep", "closed")
    assert state["closed"]["code"] == "closed"
    assert 590 <= state["closed"]["in_s"] <= 600


@pytest.mark.parametrize("path", ["/api/wake/client1", "/_hall/api/wake/client1"])
async def test_an_order_is_refused_and_wakes_nothing(closed, path):
    answer = await program(closed).post(path)
    error = (await answer.get_json())["error"]
    assert answer.status_code == 409
    assert (error["code"], error["message"]) == ("closed", AT_EIGHT)
    assert error["details"]["id"] == "client1"
    assert (closed.status, closed.power.orders) == ("asleep", 0)


async def test_a_form_gets_its_page_again(closed):
    answer = await person(closed).post("/_hall/api/wake/client1", form={"next": "/client1/a"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/client1/a")
    assert closed.power.orders == 0


async def test_activity_is_still_taken(closed):
    assert (await program(closed).post("/api/activity/client1")).status_code == 202
    assert closed.status == "asleep"


async def test_nobody_is_let_in_although_it_is_up_for_another(closed):
    closed.wake_up()
    supervisor = closed.parts.supervisor
    with closed.parts.hub.follower(supervisor.snapshot().mark) as follower:
        async with asyncio.timeout(PATIENCE_S):
            while supervisor.server("main").status_now.status is not Status.HEALTHY:
                await follower.next()
    answer = await person(closed).get("/client1")
    assert (answer.status_code, closed.reason) == (503, "Closed at this time")


async def test_a_weekend_is_no_reason_to_stay_away_for_two_days():
    async with small_house(office_hours(), clock=before_opening(60 * 3600)) as house:
        await house.until("asleep")
        answer = await program(house).get("/client1")
    assert answer.headers["Retry-After"] == "3600"


async def test_it_opens_by_itself_for_those_who_wait():
    async with small_house(office_hours(), clock=before_opening(0.5)) as house:
        poll = program(house).get("/api/status/client1?wait=10&until=healthy")
        state = await (await poll).get_json()
    assert (state["ready"], state["closed"]) == (True, None)


async def test_while_it_is_made_ready_it_is_still_closed():
    async with small_house(office_hours(), clock=before_opening(60)) as house:
        house.power.boots = ()
        await house.until("waking")
        page = await (await person(house).get("/client1")).get_data(as_text=True)
        answer = await program(house).post("/api/wake/client1")
    assert "It is being made ready for you." in page
    assert (answer.status_code, (await answer.get_json())["error"]["code"]) == (409, "closed")


async def test_what_is_ready_before_its_opening_lets_nobody_in_before():
    async with small_house(office_hours(), clock=before_opening(60)) as house:
        await house.until("waking")
        await house.until("asleep")
        assert (await person(house).get("/client1")).status_code == 503
        view = house.parts.visits.view("client1")
        assert view.server.first_failing(view.domain) is None


async def test_a_project_that_never_opens_again_says_so():
    past = [{"date": "2026-01-05", "from": "08:00", "to": "18:00"}]
    config = office_hours(open=[], extra=past)
    async with small_house(config, clock=before_opening(600)) as house:
        await house.until("asleep")
        answer = await program(house).get("/client1")
        page = await (await person(house).get("/client1")).get_data(as_text=True)
    error = (await answer.get_json())["error"]
    assert error["message"] == "client1 is closed; no opening is planned"
    assert error["details"]["closed"] == {"code": "closed", "opens_at": None, "in_s": None}
    assert "No opening is planned for now." in page
    assert "help@example.org" in page


async def test_outside_its_hours_a_project_may_be_woken_by_a_visit():
    config = office_hours(outside="on_demand")
    async with small_house(config, clock=before_opening(600)) as house:
        assert (await person(house).get("/client1")).status_code == 503
        await house.until("healthy")


# ---- held asleep by an admin --------------------------------------------------------------------


async def test_who_comes_to_a_held_project_is_told_until_when(held):
    await held.until("asleep")
    answer = await program(held).get("/client1")
    error = (await answer.get_json())["error"]
    assert (answer.status_code, error["code"]) == (503, "held")
    assert error["message"].startswith("client1 is held asleep by an admin until 1970-01-")
    assert (await program(held).post("/api/wake/client1")).status_code == 409
    assert held.power.orders == 0


async def test_a_held_project_that_is_awake_lets_in(house):
    await program(house).post("/api/wake/client1")
    await house.until("healthy")
    await hold_asleep(house, 600)
    assert (await person(house).get("/client1")).status_code == 302
    assert (await program(house).post("/api/wake/client1")).status_code == 200


async def test_a_wake_that_runs_when_the_hold_comes_is_waited_for(house):
    house.power.boots = ()
    await program(house).post("/api/wake/client1")
    await house.until("waking")
    await hold_asleep(house, 600)
    answer = await program(house).post("/api/wake/client1")
    assert (answer.status_code, (await answer.get_json())["closed"]) == (202, None)


async def test_when_the_hold_is_over_a_visit_wakes_it_again(house):
    await house.until("asleep")
    await hold_asleep(house, 0.3)
    with house.parts.hub.listener("client1", house.parts.supervisor.server("main")) as seen:
        async with asyncio.timeout(PATIENCE_S):
            while (await seen.next()).domains["client1"].closed is not None:
                pass
    assert (await program(house).post("/api/wake/client1")).status_code == 202
    await house.until("healthy")


# ---- just being put to sleep --------------------------------------------------------------------


async def test_who_comes_while_it_is_put_to_sleep_is_told_that_it_is_woken_right_after(house):
    await program(house).post("/api/wake/client1")
    await house.until("healthy")
    house.parts.supervisor.tell("main", PowerAnnounced(PowerNews.GOING_TO_SLEEP))
    await house.until("stopping")
    html = await (await person(house).get("/client1")).get_data(as_text=True)
    assert "The server is just being put to sleep. It will be woken right after." in html
    assert house.status == "waking"
