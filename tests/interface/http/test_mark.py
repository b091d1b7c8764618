"""By what Hall's answers are told from those of a project, and looks for them from visits."""

import pytest

from hall.core.model.events import VisitNoted
from hall.interface.app import create_app
from tests.support.callers import BROWSER, Caller
from tests.support.small_hall import SmallHouse, a_config, small_house

HOST = "client1.example.org"
OWN = f"https://{HOST}/deep?x=1"
REFRESHED = {
    "Host": HOST,
    "Referer": OWN,
    "Sec_Fetch_Site": "same-origin",
    "Sec_Fetch_Mode": "navigate",
    "Sec_Fetch_Dest": "document",
}


async def visits(house: SmallHouse) -> int:
    await house.recorder.flush()
    return sum(isinstance(event, VisitNoted) for event in house.journal.events)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/client1", 503),
        ("HEAD", "/client1/deep", 503),
        ("GET", "/nowhere", 404),
        ("GET", "/private", 403),
        ("GET", "/_hall/assets/shared/net/link.js", 200),
        ("GET", "/_hall/assets/nothing.js", 404),
        ("GET", "/api/status/client1", 200),
        ("GET", "/api/status/client1?wait=x", 400),
        ("DELETE", "/api/wake/client1", 405),
        ("GET", "/healthz", 200),
        ("GET", "/api/admin/servers", 200),
    ],
)
async def test_every_answer_carries_the_mark(browser, method, path, status):
    answer = await browser.ask(method, path)
    assert (answer.status_code, answer.headers.getlist("X-Hall")) == (status, ["1"])


async def test_the_way_in_carries_the_mark(browser, house):
    await browser.get("/client1")
    await house.until("healthy")
    answer = await browser.get("/client1/deep")
    assert (answer.status_code, answer.headers["X-Hall"]) == (302, "1")


@pytest.mark.parametrize("status", ["asleep", "healthy"])
async def test_a_look_of_the_page_is_answered_by_hall_and_is_no_visit(browser, house, status):
    if status == "healthy":
        await house.parts.visits.order("client1")
    await house.until(status)
    before = await visits(house)
    for path, host in (("/deep?x=1", HOST), ("/client1/deep?x=1", "gate")):
        for method, accept in (("HEAD", "*/*"), ("GET", "text/html")):
            look = await browser.ask(method, path, Host=host, X_Hall="look", Accept=accept)
            assert (look.status_code, look.headers["X-Hall"]) == (503, "1")
    assert (await visits(house), house.status) == (before, status)


async def test_a_look_tells_nobody_what_they_may_not_enter(browser):
    assert (await browser.ask("HEAD", "/private", X_Hall="look")).status_code == 403
    assert (await browser.ask("HEAD", "/nowhere", X_Hall="look")).status_code == 404


async def test_a_page_without_scripts_that_comes_back_by_itself_wakes_nobody(browser, house):
    await house.until("asleep")
    for _ in range(3):
        answer = await browser.get("/deep?x=1", **REFRESHED)
        assert answer.status_code == 503
    assert (house.status, house.power.orders, await visits(house)) == ("asleep", 0, 0)
    assert '"visited": false' in await answer.get_data(as_text=True)


async def test_a_page_left_open_where_the_proxy_never_switches_lets_the_server_be_unused():
    async with small_house(a_config(url=f"https://{HOST}/")) as house:
        browser = Caller(create_app(house.parts).test_client(), BROWSER)
        await browser.get("/deep?x=1", Host=HOST)
        await house.until("healthy")
        before = house.parts.visits.view("client1").domain.activity
        await browser.get("/deep?x=1", **REFRESHED)
        await browser.ask("HEAD", "/deep?x=1", Host=HOST, X_Hall="look")
        assert house.parts.visits.view("client1").domain.activity is before


async def test_a_page_whose_proxy_does_not_let_through_says_so_and_comes_back_slowly(
    browser, house
):
    await browser.get("/client1")
    await house.until("healthy")
    html = await (await browser.get("/deep?x=1", Host=HOST)).get_data(as_text=True)
    assert "the way to it is not open yet" in html
    assert '<meta http-equiv="refresh" content="15">' in html
