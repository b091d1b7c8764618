"""The page of a closed project, in a real Chromium."""

import re
from copy import deepcopy

import pytest
from playwright.async_api import Browser, expect

from tests.frontend.contrasts import CONTRASTS
from tests.frontend.preview import Preview, running
from tests.frontend.samples import SAMPLES, climbing, ready, shut
from tests.frontend.serving import at
from tests.frontend.visits import DEEP, Visit
from tests.support.chromium import a_context, a_person
from tests.support.office_hours import before_opening, office_hours
from tests.support.small_hall import small_house

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("closed_browser"),
]
HOUR_S = 3600.0


# ---- what it says -------------------------------------------------------------------------------


async def test_it_says_when_it_opens_and_offers_no_wake(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["closed"])
    await visit.come()
    await expect(visit.page).to_have_title("Closed for now · Atelier Lumen")
    await expect(visit.part("lead")).to_have_text(
        "The project opens on Tuesday 24 November at\xa008:00. This page will then take you there."
    )
    await expect(visit.part("there")).to_be_hidden()
    await expect(visit.part("ask")).to_be_hidden()
    await expect(visit.part("stages")).to_be_hidden()


async def test_the_projects_own_message_comes_and_goes_with_the_wake(visit: Visit):
    visit.hall.view["message"] = "Your preview is starting."
    visit.hall.state = deepcopy(SAMPLES["closed"])
    await visit.come()
    await expect(visit.part("note")).to_be_hidden()
    visit.hall.push(climbing((), 1.0))
    await expect(visit.part("note")).to_have_text("Your preview is starting.")
    await expect(visit.part("note")).to_be_visible()
    visit.hall.push(shut("closed", 600))
    await expect(visit.part("note")).to_be_hidden()


async def test_who_stays_is_not_told_that_they_are_taken_there(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["closed"])
    await visit.come()
    await visit.part("stay").click()
    await expect(visit.part("lead")).to_have_text(
        "The project opens on Tuesday 24 November at\xa008:00."
    )


async def test_who_is_elsewhere_sees_their_own_time_and_that_of_the_project(browser: Browser):
    hall = Preview()
    hall.state = deepcopy(SAMPLES["closed"])
    async with running(hall):
        page = await a_person(browser, locale="fr-FR", timezone_id="America/New_York")
        await page.goto(hall.origin + DEEP)
        there = page.locator("[data-part=there]")
        await expect(there).to_contain_text("heure normale d’Europe centrale")
        await expect(there).to_contain_text("mardi 08:00")
        await expect(page.locator("[data-part=lead]")).to_contain_text(
            "mardi 24 novembre à\xa002:00 (votre\xa0heure)"
        )
        await page.context.close()


async def test_without_scripts_the_zone_is_named_and_the_page_moves_on(browser: Browser):
    hall = Preview()
    hall.state = shut("closed", 1.5)
    async with running(hall):
        context = await a_context(browser, java_script_enabled=False, locale="en-GB")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await expect(page.locator("noscript p").first).to_have_text(
            "Times are those of Europe/Paris."
        )
        hall.push(ready())
        await page.wait_for_url("**/site/deep?x=1")
        await context.close()


# ---- counting down ------------------------------------------------------------------------------


async def test_the_countdown_goes_by_the_second_whatever_the_browser_takes_for_now(visit: Visit):
    visit.hall.state = shut("closed", 20.9)
    await visit.stop_the_clock()
    await visit.page.add_init_script("Date.now = () => 0")
    await visit.come()
    for left in ("19\xa0s", "18\xa0s", "17\xa0s"):
        await visit.page.clock.run_for(1000)
        await expect(visit.part("left")).to_have_text(left)


async def test_those_who_listen_are_not_told_each_second(visit: Visit):
    visit.hall.state = shut("closed", 62.5)
    await visit.stop_the_clock()
    await visit.page.add_init_script(COUNT_WORDS)
    await visit.come()
    await visit.page.clock.run_for(4000)
    await expect(visit.part("left")).to_have_text("58\xa0s")
    assert await visit.part("countdown").get_attribute("role") == "timer"
    said = await visit.page.evaluate("window.said")
    assert len(said) == 1
    assert said[0].startswith("Closed for now. The project opens on Monday 23 November")
    assert said[0].endswith("Opens in 1\xa0min 00\xa0s.") or said[0].endswith("59\xa0s.")


COUNT_WORDS = """
window.said = [];
addEventListener('DOMContentLoaded', () => {
  const live = document.querySelector('[data-part=live]');
  new MutationObserver(() => window.said.push(live.textContent)).observe(live, {childList: true});
});
"""


async def test_at_the_end_of_the_countdown_it_is_a_moment_and_then_the_page_climbs(visit: Visit):
    visit.hall.state = shut("closed", 1.9)
    await visit.come()
    await expect(visit.part("left")).to_have_text("Any moment now")
    visit.hall.push(climbing((17.4,), 21.3))
    await expect(visit.part("countdown")).to_be_hidden()
    await expect(visit.page.locator("[data-stage=network]")).to_have_attribute("data-step", "done")
    visit.hall.push(ready())
    await visit.page.wait_for_url("**/site/deep?x=1")
    assert visit.hall.wakes == 0


async def test_a_computer_that_slept_asks_at_once_how_things_stand(visit: Visit):
    visit.hall.state = shut("closed", HOUR_S)
    await visit.come()
    await visit.page.evaluate("(now => { Date.now = () => now() + 3600e3 })(Date.now)")
    await visit.greeted()
    visit.hall.push(shut("closed", 90.9))
    await expect(visit.part("left")).to_have_text(re.compile(r"^1\xa0min \d\d\xa0s$"))


# ---- waking nothing -----------------------------------------------------------------------------


async def test_a_closed_page_wakes_nothing_whatever_happens_to_its_connection(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["closed"])
    await visit.come()
    visit.hall.drop(1012)
    await visit.greeted()
    visit.hall.push(SAMPLES["closed-soon"])
    await expect(visit.part("left")).to_have_text(re.compile(r"^12\xa0min 3\d\xa0s$"))
    assert visit.hall.wakes == 0


async def test_a_button_pressed_too_late_shows_that_it_is_closed(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["asleep"])
    visit.hall.after_wake = deepcopy(SAMPLES["asleep"])
    await visit.come()
    visit.hall.state = {**deepcopy(SAMPLES["closed"]), "seq": 99}
    await visit.part("ask-button").click()
    await expect(visit.part("headline")).to_have_text("Closed for now")
    await expect(visit.part("problem")).to_be_hidden()


async def test_when_a_hold_is_over_the_page_asks_for_a_wake_by_itself(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["held"])
    visit.hall.after_wake = climbing((17.4,), 21.3)
    await visit.come()
    await expect(visit.part("lead")).to_contain_text(
        "An admin lets the project rest until\xa015:00"
    )
    visit.hall.push(SAMPLES["asleep"])
    await expect(visit.page.locator("[data-stage=network]")).to_have_attribute("data-step", "done")
    assert (visit.hall.wakes, visit.hall.wakes_by_itself) == (1, 1)


# ---- opening, with the real Hall ----------------------------------------------------------------


async def test_a_page_that_is_open_when_it_opens_goes_in_by_itself(browser: Browser):
    clock = before_opening(3)
    clock.stop()
    async with small_house(office_hours(), clock=clock) as house, at(house) as origin:
        page = await a_person(browser, locale="en-GB", timezone_id="Europe/Paris")
        await page.route("https://client1.example.org/**", lambda route: route.fulfill(body="In"))
        await page.goto(f"{origin}/client1/deep?x=1")
        await expect(page.locator("h1")).to_have_text("Closed for now")
        clock.go_on()
        await page.wait_for_url("https://client1.example.org/deep?x=1")
        assert house.status == "healthy"
        await page.context.close()


# ---- for everybody ------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["closed", "readying"])
async def test_every_text_can_be_read(browser: Browser, theme: str, name: str):
    hall = Preview()
    hall.view |= {"accent": "#ffee00", "message": "Draft"}
    hall.state = deepcopy(SAMPLES[name])
    async with running(hall):
        context = await a_context(
            browser, color_scheme=theme, reduced_motion="reduce", timezone_id="Asia/Tokyo"
        )
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await expect(page.locator("[data-part=there]")).to_be_visible()
        assert await page.evaluate(CONTRASTS) == []
        await context.close()


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", ["closed-days", "held-long"])
async def test_a_phone_shows_when_it_opens_without_scrolling(visit: Visit, name: str, lang: str):
    visit.hall.state = deepcopy(SAMPLES[name])
    await visit.page.set_viewport_size({"width": 390, "height": 664})
    await visit.come(f"{DEEP}&lang={lang}")
    box = await visit.part("countdown").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 664


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
async def test_no_screen_has_to_be_scrolled_sideways(browser: Browser, width: int):
    hall = Preview()
    hall.state = deepcopy(SAMPLES["held-long"])
    async with running(hall):
        context = await a_context(
            browser,
            locale="fr-FR",
            timezone_id="America/New_York",
            viewport={"width": width, "height": 800},
        )
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await expect(page.locator("[data-part=there]")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await context.close()


async def test_nothing_moves_for_those_who_asked_for_calm(browser: Browser):
    hall = Preview()
    hall.state = deepcopy(SAMPLES["readying"])
    async with running(hall):
        context = await a_context(browser, reduced_motion="reduce")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await expect(page.locator("[data-part=stay]")).to_be_visible()
        assert await page.evaluate("document.getAnimations().length") == 0
        await context.close()


async def test_nothing_is_reported_against_the_policy_or_the_scripts(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["closed-soon"])
    await visit.come()
    visit.hall.push(SAMPLES["closed-never"])
    await expect(visit.part("countdown")).to_be_hidden()
    assert [line for line in visit.said if "status of 503" not in line] == []
