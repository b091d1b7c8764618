"""The waiting page for everybody: no script, keyboard, calm, contrast, any screen."""

import re
from copy import deepcopy

import pytest
from playwright.async_api import Browser, expect

from tests.frontend.contrasts import CONTRASTS, SWITCH
from tests.frontend.preview import Preview, running
from tests.frontend.samples import SAMPLES, climbing, ready
from tests.frontend.visits import DEEP, Visit
from tests.support.chromium import a_context

BROKEN = ("failed", "unhealthy")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("waiting_everybody"),
]


async def test_without_scripts_the_page_refreshes_and_goes_in(browser: Browser):
    hall = Preview()
    async with running(hall):
        context = await a_context(browser, java_script_enabled=False, locale="fr-FR")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await expect(page.locator("h1")).to_have_text("Réveil en cours")
        hall.push(ready())
        await page.wait_for_url("**/site/deep?x=1")
        await context.close()


async def test_without_scripts_the_button_is_a_plain_form(browser: Browser):
    hall = Preview()
    hall.state = deepcopy(SAMPLES["failed-docker"])
    hall.after_wake = climbing((), 0.5)
    async with running(hall):
        context = await a_context(browser, java_script_enabled=False, locale="en")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.locator("h1")).to_have_text("Waking up")
        assert (page.url, hall.asked_from) == (hall.origin + DEEP, hall.origin)
        await context.close()


async def test_everything_is_reached_by_keyboard_and_shows_where_it_is(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["failed-docker"])
    await visit.come()
    reached = []
    for _ in range(3):
        await visit.page.keyboard.press("Tab")
        focus = visit.page.locator(":focus-visible")
        reached.append(await focus.inner_text())
        assert await focus.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert reached == ["Try again", "Stay on this page", "studio@example.org"]
    await visit.part("stay").focus()
    await visit.page.keyboard.press("Space")
    await expect(visit.part("stay")).to_have_attribute("aria-pressed", "true")


async def test_nothing_moves_for_those_who_asked_for_calm(browser: Browser):
    hall = Preview()
    async with running(hall):
        context = await a_context(browser, reduced_motion="reduce")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        running_animations = (
            "document.getAnimations().filter(a => a.playState === 'running').length"
        )
        await page.wait_for_timeout(300)
        assert await page.evaluate(running_animations) == 0
        await context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_text_can_be_read(browser: Browser, theme: str):
    hall = Preview()
    hall.view |= {"accent": "#ffee00", "message": "Draft"}
    hall.state = deepcopy(SAMPLES["failed-containers"])
    async with running(hall):
        context = await a_context(browser, color_scheme=theme, reduced_motion="reduce")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        assert await page.evaluate(CONTRASTS) == []
        await context.close()


PHONE = {"width": 390, "height": 664}
"""What a browser's own bars leave of 390 by 844."""


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", [name for name in SAMPLES if SAMPLES[name]["status"] in BROKEN])
async def test_a_phone_shows_what_broke_and_the_way_on_without_scrolling(
    visit: Visit, name: str, lang: str
):
    visit.hall.state = deepcopy(SAMPLES[name])
    await visit.page.set_viewport_size(PHONE)
    await visit.come(f"{DEEP}&lang={lang}")
    for part in ("headline", "reason", "ask-button"):
        box = await visit.part(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], part


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("accent", ["#ffee00", "#101010", "#ffffff", "#7a5cff"])
async def test_a_switch_that_is_on_stands_out(browser: Browser, theme: str, accent: str):
    hall = Preview()
    hall.view |= {"accent": accent}
    async with running(hall):
        context = await a_context(browser, color_scheme=theme, reduced_motion="reduce")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await page.locator("[data-part=stay]").click()
        assert await page.evaluate(SWITCH) >= 3
        await context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
@pytest.mark.parametrize("name", ["docker_up", "failed-app"])
async def test_no_screen_has_to_be_scrolled_sideways(visit: Visit, name: str, width: int):
    visit.hall.state = deepcopy(SAMPLES[name])
    visit.hall.view["name"] = "Fondation-internationale-pour-la-sauvegarde-du-patrimoine " * 2
    await visit.page.set_viewport_size({"width": width, "height": 800})
    await visit.come()
    assert await visit.page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_page_keeps_nothing_in_the_browser(visit: Visit):
    await visit.come()
    await visit.part("stay").click()
    assert await visit.context.cookies() == []
    kept = "localStorage.length + sessionStorage.length"
    assert await visit.page.evaluate(kept) == 0
    assert re.fullmatch(r"null", await visit.page.evaluate("JSON.stringify(history.state)"))
