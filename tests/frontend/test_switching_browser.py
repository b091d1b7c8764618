"""A visitor behind a front proxy that switches over later than the real Hall is ready."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from hall.core.model.events import VisitNoted
from tests.frontend.serving import at
from tests.frontend.switching import SwitchingProxy, in_front_of
from tests.support.chromium import a_person
from tests.support.ports import a_free_port
from tests.support.small_hall import SmallHouse, a_config, small_house

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("switching_browser"),
]

DEEP = "/deep?x=1"
PAGE, LOOK, SITE = f"GET {DEEP} hall", f"HEAD {DEEP} hall", f"GET {DEEP} site"


@asynccontextmanager
async def waiting_at_the_door(
    browser: Browser, **options: object
) -> AsyncIterator[tuple[SmallHouse, SwitchingProxy, Page]]:
    """Somebody on the page of a project that is ready, whose proxy does not let anybody through."""
    port = a_free_port()
    config = a_config(hosts=["client1.localhost"], url=f"http://client1.localhost:{port}/")
    async with small_house(config) as house, at(house) as hall, in_front_of(hall, port) as proxy:
        page = await a_person(browser, locale="en-GB", **options)
        await page.goto(f"http://client1.localhost:{port}{DEEP}")
        await house.until("healthy")
        yield house, proxy, page
        await page.context.close()


async def visits(house: SmallHouse) -> int:
    await house.recorder.flush()
    return sum(isinstance(event, VisitNoted) for event in house.journal.events)


async def test_it_waits_for_the_proxy_and_then_goes_in_with_path_and_query(browser: Browser):
    async with waiting_at_the_door(browser) as (house, proxy, page):
        await proxy.until(LOOK, 10)
        before = house.parts.visits.view("client1").domain.activity
        proxy.let_through = True
        await expect(page.locator("h1")).to_have_text("The project itself")
        assert page.url.endswith(DEEP)
        assert (proxy.count(PAGE), proxy.count(SITE), await visits(house)) == (1, 1, 1)
        assert proxy.count(f"HEAD {DEEP} site") == 1
        assert house.parts.visits.view("client1").domain.activity is before


async def test_a_page_that_waits_for_ever_is_no_use_of_the_server(browser: Browser):
    async with waiting_at_the_door(browser) as (house, proxy, page):
        before = house.parts.visits.view("client1").domain.activity
        lead = page.locator("[data-part=lead]")
        await expect(lead).to_contain_text("the way to it is not open yet")
        looks = proxy.count(LOOK)
        await proxy.until(LOOK, looks + 3)
        assert (proxy.count(PAGE), await visits(house)) == (1, 1)
        assert house.parts.visits.view("client1").domain.activity is before


async def test_without_scripts_coming_back_is_no_visit_either(browser: Browser):
    """Nothing is asked of the page meanwhile: Playwright's questions pass for a person's touch."""
    async with waiting_at_the_door(browser, java_script_enabled=False) as (house, proxy, page):
        before = house.parts.visits.view("client1").domain.activity
        await proxy.until(PAGE, 3)
        assert house.parts.visits.view("client1").domain.activity is before
        proxy.let_through = True
        await proxy.until(SITE, 1)
        assert await visits(house) == 1
        await expect(page.locator("h1")).to_have_text("The project itself")
