"""A page that stands where its project will be and waits for its proxy, in a real Chromium."""

from copy import deepcopy

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.frontend.preview import Preview, running
from tests.frontend.samples import SAMPLES, climbing, ready
from tests.frontend.visits import DEEP, Visit
from tests.support.chromium import a_context

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("way_browser"),
]

SHUT = "The project is ready, but the way to it is not open yet."


@pytest_asyncio.fixture(loop_scope="module")
async def here(visit: Visit) -> Visit:
    """Somebody at the address that the project will have."""
    visit.hall.target = DEEP
    return visit


async def looked(visit: Visit, more: int = 1) -> int:
    """Until the page has looked so often again; how often in all."""
    enough = visit.hall.looks + more
    while visit.hall.looks < enough:
        await visit.page.wait_for_timeout(20)
    return visit.hall.looks


async def test_it_looks_until_the_way_is_open_and_only_then_goes(here: Visit):
    await here.come(f"{DEEP}#part")
    here.hall.push(ready())
    await looked(here, 5)
    assert here.hall.visits == 1
    here.hall.let_through = True
    await expect(here.page.locator("h1")).to_have_text("The project itself: deep")
    assert here.hall.visits == 1
    assert here.page.url == f"{here.hall.origin}{DEEP}#part"


async def test_it_says_that_the_way_is_not_open_yet_and_takes_it_back(here: Visit):
    await here.come()
    await here.part("stay").click()
    here.hall.push(ready())
    await expect(here.part("lead")).to_have_text(SHUT)
    await expect(here.part("live")).to_have_text(f"Ready, just a moment. {SHUT}")
    await expect(here.part("open")).to_have_text("Try now")
    here.hall.let_through = True
    await expect(here.part("lead")).to_have_text("Everything is running. Go in whenever you like.")
    await here.part("stay").click()
    await expect(here.page.locator("h1")).to_have_text("The project itself: deep")


async def test_who_is_sent_here_although_all_is_ready_is_told_at_once(here: Visit):
    here.hall.state = deepcopy(ready())
    await here.come()
    await expect(here.part("headline")).to_have_text("Ready, just a moment")
    await expect(here.part("lead")).to_contain_text("As soon as it is, you will be taken there.")


async def test_when_the_server_sleeps_again_nothing_more_is_asked(here: Visit):
    await here.page.clock.install()
    await here.come()
    here.hall.push(ready())
    await looked(here)
    here.hall.push(SAMPLES["asleep"])
    await expect(here.part("headline")).to_have_text("Fast asleep")
    before = here.hall.looks  # and not so long that a silent Hall would be taken for a lost one
    await here.page.clock.run_for(20_000)
    here.hall.push(climbing((), 1.0))
    await expect(here.part("headline")).to_have_text("Waking up")
    assert (here.hall.looks, here.hall.wakes) == (before, 0)


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_front_proxy_that_reaches_nobody_is_not_the_project(here: Visit, status: int):
    here.hall.in_front = (status, {})
    await here.come()
    here.hall.push(ready())
    await looked(here, 3)
    await expect(here.part("headline")).to_have_text("Come in")


async def test_a_404_is_the_projects_own_once_it_has_stood_for_a_while(here: Visit):
    here.hall.in_front = (404, {})
    await here.come()
    async with here.page.expect_navigation():
        here.hall.push(ready())
    assert here.hall.looks > 2


async def test_a_page_that_hall_left_goes_in_where_the_project_answers_whatever_is_asked(
    here: Visit,
):
    await here.come()
    app = {"status": 200, "content_type": "text/html", "body": "one page for all"}
    await here.page.route("**/_hall/api/**", lambda route: route.fulfill(**app))
    here.hall.sockets, here.hall.let_through = False, True
    here.hall.drop(1012)
    await expect(here.page.locator("h1")).to_have_text("The project itself: deep")


async def test_a_page_that_hall_left_stays_while_only_the_proxy_answers(here: Visit):
    await here.come()
    here.hall.away, here.hall.in_front = True, (502, {})
    here.hall.drop(1012)
    await expect(here.part("offline")).to_be_visible()
    await looked(here, 2)
    here.hall.away = False
    await expect(here.part("offline")).to_be_hidden()
    assert here.hall.visits == 1


async def test_where_head_and_get_lead_apart_the_page_is_led_back_once_and_no_more(here: Visit):
    here.hall.state, here.hall.in_front = deepcopy(ready()), (405, {})
    await here.page.goto(here.hall.origin + DEEP)
    await looked(here, 3 - here.hall.looks)
    assert (
        here.hall.looks_by_head == 1
    )  # led back, it asks as a browser does, and does not go again
    here.hall.let_through = True
    await expect(here.page.locator("h1")).to_have_text("The project itself: deep")


async def test_a_project_that_redirects_is_the_project(here: Visit):
    await here.come()
    here.hall.push(ready())
    await looked(here)
    here.hall.in_front = (302, {"Location": "https://login.example.org/"})
    async with here.page.expect_navigation():
        pass
    assert here.hall.visits == 2


async def test_a_page_that_is_left_looks_for_nothing_and_goes_on_when_it_is_back(here: Visit):
    await here.page.clock.install()
    await here.come()
    here.hall.push(ready())
    await looked(here)
    await here.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    before = here.hall.looks
    await here.page.clock.run_for(60_000)
    assert here.hall.looks <= before + 1
    await here.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )
    await looked(here)


async def test_a_page_back_from_memory_goes_in_although_hall_is_not_reached_any_more(here: Visit):
    await here.come()
    here.hall.push(ready())
    await looked(here)
    await here.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    here.hall.away, here.hall.let_through = True, True
    here.hall.drop(1012)
    await here.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )
    await expect(here.page.locator("h1")).to_have_text("The project itself: deep")


async def test_without_scripts_it_says_so_and_comes_back_now_and_then(browser: Browser):
    hall = Preview()
    hall.target, hall.state = DEEP, deepcopy(ready())
    async with running(hall):
        context = await a_context(browser, java_script_enabled=False, locale="fr-FR")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await expect(page.locator("h1")).to_have_text("Prêt, un instant")
        again = page.locator("noscript meta, head > meta[http-equiv=refresh]")
        await expect(again).to_have_attribute("content", "15")
        await context.close()
