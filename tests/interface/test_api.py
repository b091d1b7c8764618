import asyncio

import pytest
from jsonschema import Draft202012Validator

from hall.application.supervisor import View
from hall.core.config.document import Configuration
from hall.core.model.events import WakeStarted
from hall.core.model.state import Status
from hall.interface.api import Wish
from hall.interface.app import create_app
from tests.core import scenes as s
from tests.support.callers import SCRIPT, Caller
from tests.support.fakes import MemoryJournal
from tests.support.small_hall import a_document, hasty, small_house


async def test_the_state_has_the_shape_of_the_product(script, house):
    await house.until("asleep")
    state = await (await script.get("/api/status/client1")).get_json()
    assert state["v"] == 1
    assert [check["name"] for check in state["checks"]] == [
        "network",
        "docker",
        "containers",
        "app",
    ]
    assert (state["status"], state["ready"], state["url"]) == ("asleep", False, None)


async def test_asking_for_the_state_never_wakes(script, house):
    await house.until("asleep")
    await script.get("/api/status/client1?wait=0.2")
    assert house.status == "asleep"


async def test_a_wake_is_started_and_answered_with_202_and_the_state(script, house):
    answer = await script.post("/api/wake/client1")
    assert answer.status_code == 202
    await house.until("healthy")
    assert (await script.post("/api/wake/client1")).status_code == 200


@pytest.mark.slow
async def test_a_thousand_orders_are_one_wake(script, house):
    house.power.boots = ()
    await house.until("asleep")
    await asyncio.gather(*(script.post("/api/wake/client1") for _ in range(1000)))
    started = [event for event in house.journal.events if isinstance(event, WakeStarted)]
    assert len(started) == 1


async def test_a_long_poll_answers_when_the_state_changes(script, house):
    await house.until("asleep")
    seq = house.parts.visits.view("client1").domain.seq
    poll = script.get(f"/api/status/client1?wait=10&seq={seq}")
    answer, _ = await asyncio.gather(poll, script.post("/api/wake/client1"))
    assert (await answer.get_json())["seq"] > seq


async def test_a_long_poll_until_healthy_answers_when_it_is(script, house):
    await script.post("/api/wake/client1")
    state = await (await script.get("/api/status/client1?wait=10&until=healthy")).get_json()
    assert state["ready"]
    assert state["url"] == "https://client1.example.org/"


async def test_a_long_poll_until_healthy_ends_early_when_the_wake_fails():
    async with small_house(hasty("network")) as house:
        house.power.boots = ()
        script = Caller(create_app(house.parts).test_client(), SCRIPT)
        await script.post("/api/wake/client1")
        state = await (await script.get("/api/status/client1?wait=60&until=healthy")).get_json()
    assert (state["status"], state["retry"]) == ("failed", None)


async def test_a_wake_that_the_page_asks_for_by_itself_is_a_visit(script, house):
    await house.until("asleep")
    await script.post("/_hall/api/wake/client1?visit=true")
    await house.until("healthy")
    started = [event for event in house.journal.events if isinstance(event, WakeStarted)]
    assert [event.wake.trigger for event in started] == ["visit"]


async def test_a_long_poll_whose_time_is_over_answers_with_the_state_as_it_is(script, house):
    await house.until("asleep")
    answer = await script.get("/api/status/client1?wait=0.1&until=healthy")
    assert (await answer.get_json())["status"] == "asleep"


async def test_a_poll_that_missed_a_change_is_answered_at_once(script, house):
    await house.until("asleep")
    async with asyncio.timeout(50):
        answer = await script.get("/api/status/client1?wait=60&seq=-5")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("query", "word"),
    [("wait=-1", "wait"), ("wait=999", "wait"), ("wait=soon", "wait"), ("wait=1&until=x", "until")],
)
async def test_a_wrong_parameter_is_named(script, query, word):
    answer = await script.get(f"/api/status/client1?{query}")
    assert answer.status_code == 400
    assert word in (await answer.get_json())["error"]["message"]


async def test_activity_is_taken_and_wakes_nobody(script, house):
    await house.until("asleep")
    assert (await script.post("/api/activity/client1")).status_code == 202
    assert house.status == "asleep"
    assert house.parts.visits.view("client1").domain.activity.at is not None


@pytest.mark.parametrize("path", ["/api/wake/client1", "/api/activity/client1"])
async def test_another_sites_page_may_not_change_anything(browser, house, path):
    answer = await browser.post(path, Origin="https://evil.example")
    assert answer.status_code == 403
    assert (await answer.get_json())["error"]["code"] == "foreign_origin"
    assert house.power.orders == 0


async def test_the_domains_own_site_may_report_activity(browser):
    answer = await browser.post("/api/activity/client1", Origin="https://client1.example.org")
    assert answer.status_code == 202


async def test_the_retry_form_goes_back_to_its_page_and_nowhere_else(browser):
    for path, back in [("/client1/a?b=1", "/client1/a?b=1"), ("//evil.example/", "/")]:
        answer = await browser.post("/_hall/api/wake/client1", form={"next": path})
        assert (answer.status_code, answer.headers["Location"]) == (303, back)


async def test_a_private_domain_is_closed_to_the_api_too(script):
    for ask in (script.get("/api/status/private"), script.post("/api/wake/private")):
        answer = await ask
        assert answer.status_code == 403
        assert (await answer.get_json())["error"]["code"] == "refused"


async def test_a_wrong_method_says_which_is_right(script):
    answer = await script.get("/api/wake/client1")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


async def test_a_body_that_is_too_long_is_refused(browser):
    form = {"next": "/" + "x" * 10_000}
    assert (await browser.post("/_hall/api/wake/client1", form=form)).status_code == 413


async def test_alive_is_always_and_ready_is_after_the_first_look(script, house):
    assert (await (await script.get("/healthz")).get_json())["status"] == "ok"
    await house.until("asleep")
    answer = await script.get("/readyz")
    assert (answer.status_code, (await answer.get_json())["journal"]) == (200, "ok")


async def test_a_server_that_is_left_alone_keeps_nobody_from_being_ready():
    document = a_document()
    document["servers"]["main"]["network"] = {"method": "ping", "while_asleep": "leave_alone"}
    async with small_house(Configuration.model_validate(document)) as house:
        answer = await Caller(create_app(house.parts).test_client(), SCRIPT).get("/readyz")
        assert (answer.status_code, house.network.looks) == (200, 0)


async def test_the_api_describes_itself_and_its_answers_fit(script, house):
    document = await (await script.get("/openapi.json")).get_json()
    content = document["paths"]["/api/status/{name}"]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    await script.post("/api/wake/client1")
    state = await (await script.get("/api/status/client1")).get_json()
    assert list(Draft202012Validator(schema).iter_errors(state)) == []


async def test_a_robot_that_runs_the_pages_script_wakes_nobody(robot, house):
    await house.until("asleep")
    assert (await robot.post("/_hall/api/wake/client1")).status_code < 400
    assert house.status == "asleep"


async def test_a_journal_that_could_not_be_opened_is_told_before_anything_happens():
    journal = MemoryJournal()
    journal.first_failing = True
    async with small_house(journal=journal) as sick:
        answer = await Caller(create_app(sick.parts).test_client(), SCRIPT).get("/readyz")
        assert (await answer.get_json())["journal"] == "sick"


def test_who_waits_for_a_healthy_project_is_not_sent_in_while_it_is_in_doubt():
    wish = Wish(wait_s=60, by=0.0, until=Status.HEALTHY, seq=0)
    cell = s.healthy().tell(s.stopped()).cell
    assert not wish.met(View(cell, cell.domains["client1"]))
    cell = s.healthy().cell
    assert wish.met(View(cell, cell.domains["client1"]))
