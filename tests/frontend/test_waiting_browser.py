"""The waiting page in a real Chromium, over a stand-in for Hall."""

import asyncio
import re
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

playwright_api = pytest.importorskip("playwright.async_api")

from playwright.async_api import Browser, BrowserContext, Page, expect  # noqa: E402

from frontend.preview import Preview, running  # noqa: E402
from frontend.samples import SAMPLES, climbing, ready  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

DEEP = "/client1/deep?x=1"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with playwright_api.async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        await chromium.close()


@dataclass
class Visit:
    """One visitor: the stand-in that answers, the page, and what its console said."""

    hall: Preview
    page: Page
    context: BrowserContext
    said: list[str] = field(default_factory=list)

    async def come(self, path: str = DEEP) -> None:
        await self.page.goto(self.hall.origin + path)
        await expect(self.part("stay")).to_be_visible()
        if self.hall.sockets:
            await self.greeted()

    async def greeted(self) -> None:
        """Until a page that was not connected is."""
        await asyncio.wait_for(self.hall.greeted.wait(), 10)
        self.hall.greeted.clear()

    def part(self, name: str):
        return self.page.locator(f'[data-part="{name}"]').first


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    hall = Preview()
    async with running(hall):
        context = await browser.new_context(locale="en-GB")
        one = Visit(hall, await context.new_page(), context)
        one.page.on("console", lambda message: one.said.append(message.text))
        one.page.on("pageerror", lambda error: one.said.append(str(error)))
        yield one
        await context.close()


# ---- live ---------------------------------------------------------------------------------------


async def test_the_page_climbs_with_the_wake_and_says_each_stage(visit: Visit):
    await visit.come()
    visit.hall.push(climbing((17.4, 8.2), 29.3))
    await expect(visit.part("headline")).to_have_text("Nearly there")
    await expect(visit.part("live")).to_have_text(
        "Nearly there. The server is ready. The project is starting."
    )
    await expect(visit.page.locator("[data-stage=docker]")).to_have_attribute("data-step", "done")
    await expect(visit.page).to_have_title("Nearly there · Atelier Lumen")


async def test_icon_and_light_follow_the_status(visit: Visit):
    await visit.come()
    icon = visit.page.locator("link[rel=icon]")
    before = await icon.get_attribute("href")
    visit.hall.push(SAMPLES["failed-docker"])
    await expect(visit.page.locator("html")).to_have_attribute("data-mood", "failed")
    assert await icon.get_attribute("href") != before
    await expect(visit.page.locator(".lamp[data-bay='1']")).to_have_attribute("data-step", "done")


async def test_progress_moves_between_messages_and_never_goes_back(visit: Visit):
    await visit.come()
    bar = visit.part("bar")
    first = int(await bar.get_attribute("aria-valuenow") or 0)
    await expect(bar).not_to_have_attribute("aria-valuenow", str(first))
    visit.hall.push(climbing((), 1.0))
    await expect(visit.part("time-line")).to_have_text("About 45\xa0s left")
    assert int(await bar.get_attribute("aria-valuenow") or 0) > first


@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_scripts_say_what_the_server_said(visit: Visit, lang: str):
    visit.hall.target = DEEP
    await visit.page.add_init_script("performance.now = () => 0")  # no second passes
    apart = {}
    for name, state in SAMPLES.items():
        visit.hall.state = deepcopy(state)
        await visit.page.goto(f"{visit.hall.origin}{DEEP}&lang={lang}")
        await expect(visit.part("stay")).to_be_visible()
        repainted, painted = await visit.page.evaluate(TEXTS, visit.hall.render(lang))
        if repainted != painted:
            apart[name] = set(repainted) ^ set(painted)
    assert apart == {}


TEXTS = """(html) => [document, new DOMParser().parseFromString(html, 'text/html')].map(
  (one) => [...one.querySelectorAll('.story [data-part], .stage, title')].map(
    (part) => `${part.dataset.part} ${part.dataset.step} ${part.getAttribute('aria-valuenow')} ` +
      part.textContent.replace(/\\s+/g, ' ')))
"""


async def test_who_comes_late_sees_the_same(visit: Visit):
    await visit.come()
    visit.hall.push(climbing((17.4, 8.2), 29.3))
    late = await visit.context.new_page()
    await late.goto(visit.hall.origin + DEEP)
    await expect(late.locator("[data-stage=docker]")).to_have_attribute("data-step", "done")
    await expect(late.locator("h1")).to_have_text("Nearly there")


async def test_nothing_is_reported_against_the_policy_or_the_scripts(visit: Visit):
    await visit.come()
    visit.hall.push(SAMPLES["failed-app"])
    await expect(visit.part("ask-button")).to_be_visible()
    assert [line for line in visit.said if "status of 503" not in line] == []


# ---- going in -----------------------------------------------------------------------------------


async def test_the_visitor_is_let_in_with_path_query_and_fragment(visit: Visit):
    await visit.come(f"{DEEP}#part")
    visit.hall.push(ready())
    await visit.page.wait_for_url("**/site/deep?x=1#part")
    await expect(visit.page.locator("h1")).to_have_text("The project itself: deep")


async def test_the_way_back_does_not_lead_to_the_waiting_page(visit: Visit):
    await visit.page.goto(visit.hall.origin + "/site/before")
    await visit.come()
    visit.hall.push(ready())
    await visit.page.wait_for_url("**/site/deep?x=1")
    await visit.page.go_back()
    assert visit.page.url.endswith("/site/before")


async def test_who_stays_finds_a_link_and_wakes_nothing_later(visit: Visit):
    await visit.come()
    await visit.part("stay").click()
    visit.hall.push(ready())
    await expect(visit.part("open")).to_be_visible()
    visit.hall.push(SAMPLES["asleep"])
    visit.hall.drop(1012)
    await visit.greeted()
    await expect(visit.part("headline")).to_have_text("Fast asleep")
    assert visit.hall.wakes == 0


async def test_who_changes_their_mind_goes_in(visit: Visit):
    await visit.come()
    await visit.part("stay").click()
    visit.hall.push(ready())
    await expect(visit.part("lead")).to_have_text("Everything is running. Go in whenever you like.")
    await visit.part("stay").click()
    await visit.page.wait_for_url("**/site/deep?x=1")


async def test_a_project_on_this_very_address_is_tried_once_a_second(visit: Visit):
    visit.hall.target = DEEP
    await visit.come()
    visit.hall.push(ready())
    await visit.page.wait_for_timeout(3500)
    assert 3 <= visit.hall.visits <= 6


# ---- trouble ------------------------------------------------------------------------------------


async def test_retry_asks_for_a_wake_without_leaving(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["failed-containers"])
    visit.hall.after_wake = climbing((), 0.5)
    await visit.come()
    await expect(visit.part("reason")).to_contain_text("client1-web is unhealthy")
    await visit.part("ask-button").click()
    await expect(visit.part("headline")).to_have_text("Waking up")
    await expect(visit.part("ask")).to_be_hidden()
    assert (visit.hall.wakes, visit.hall.visits) == (1, 1)
    assert visit.hall.asked_from == visit.hall.origin


async def test_a_retry_that_is_not_heard_is_told(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["failed-docker"])
    await visit.come()
    visit.hall.away = True
    await visit.part("ask-button").click()
    await expect(visit.part("problem")).to_be_visible()


async def test_an_announced_attempt_is_counted_down(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["failed-network"])
    await visit.come()
    line = visit.part("time-line")
    await expect(line).to_have_text("New attempt in 20\xa0s")
    await expect(line).to_have_text("New attempt in 18\xa0s")


async def test_offline_is_said_only_after_a_while_and_taken_back(visit: Visit):
    await visit.come()
    visit.hall.away = True
    visit.hall.drop(1012)
    await visit.page.wait_for_timeout(2500)
    await expect(visit.part("offline")).to_be_hidden()
    await expect(visit.part("offline")).to_be_visible()
    visit.hall.away = False
    visit.hall.push(climbing((17.4,), 21.3))
    await expect(visit.part("offline")).to_be_hidden(timeout=12_000)
    await expect(visit.page.locator("[data-stage=network]")).to_have_attribute("data-step", "done")


async def test_a_restart_of_hall_is_bridged_and_its_lost_wake_asked_for_again(visit: Visit):
    await visit.come()
    visit.hall.state = deepcopy(SAMPLES["unknown"])
    visit.hall.after_wake = climbing((17.4,), 21.3)
    visit.hall.drop(1012)
    await expect(visit.page.locator("[data-stage=network]")).to_have_attribute("data-step", "done")
    assert visit.hall.wakes == 1


async def test_where_sockets_are_blocked_the_page_asks_instead(visit: Visit):
    visit.hall.sockets = False
    await visit.come()
    visit.hall.push(climbing((17.4,), 21.3))
    await expect(visit.page.locator("[data-stage=network]")).to_have_attribute("data-step", "done")
    await visit.page.wait_for_timeout(4500)
    await expect(visit.part("offline")).to_be_hidden()
    visit.hall.push(ready())
    await visit.page.wait_for_url("**/site/deep?x=1")


async def test_a_page_that_may_not_listen_reloads_once(visit: Visit):
    await visit.come()
    visit.hall.drop(1008)
    await visit.greeted()
    visit.hall.drop(1008)
    await expect(visit.part("outdated")).to_be_visible()
    assert visit.hall.visits == 2


async def test_a_page_from_before_an_update_reloads(visit: Visit):
    await visit.come()
    visit.hall.push({**SAMPLES["waking"], "v": 2})
    await visit.greeted()
    assert visit.hall.visits == 2


async def test_a_page_brought_back_from_memory_is_right_at_once(visit: Visit):
    await visit.come()
    await visit.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    visit.hall.push(climbing((17.4,), 21.3))
    await visit.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )
    await expect(visit.page.locator("[data-stage=network]")).to_have_attribute("data-step", "done")


# ---- everybody ----------------------------------------------------------------------------------


async def test_without_scripts_the_page_refreshes_and_goes_in(browser: Browser):
    hall = Preview()
    async with running(hall):
        context = await browser.new_context(java_script_enabled=False, locale="fr-FR")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        await expect(page.locator("h1")).to_have_text("Réveil en cours")
        hall.push(ready())
        await page.wait_for_url("**/site/deep?x=1", timeout=10_000)
        await context.close()


async def test_without_scripts_the_button_is_a_plain_form(browser: Browser):
    hall = Preview()
    hall.state = deepcopy(SAMPLES["failed-docker"])
    hall.after_wake = climbing((), 0.5)
    async with running(hall):
        context = await browser.new_context(java_script_enabled=False, locale="en")
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
        context = await browser.new_context(reduced_motion="reduce")
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
        context = await browser.new_context(color_scheme=theme, reduced_motion="reduce")
        page = await context.new_page()
        await page.goto(hall.origin + DEEP)
        assert await page.evaluate(CONTRASTS) == []
        await context.close()


CONTRASTS = """() => {
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const light = (colour) => {
    pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (e) => {
    const own = getComputedStyle(e).backgroundColor;
    return own === 'rgba(0, 0, 0, 0)' && e.parentElement ? ground(e.parentElement) : own;
  };
  const leaves = [...document.querySelectorAll('.words *')].filter((e) => !e.children.length);
  return leaves.filter((e) => e.innerText).filter((e) => {
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) < 4.5;
  }).map((e) => e.innerText);
}"""


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
