"""The waiting page as it lives, in a real Chromium over a stand-in for Hall."""

import re
from copy import deepcopy

import pytest
from playwright.async_api import Route, expect

from tests.frontend.samples import SAMPLES, climbing, ready
from tests.frontend.visits import DEEP, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("waiting_browser"),
]


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
    await visit.stop_the_clock()
    await visit.come()
    bar = visit.part("bar")
    first = int(await bar.get_attribute("aria-valuenow") or 0)
    await visit.page.clock.run_for(3000)
    await expect(bar).not_to_have_attribute("aria-valuenow", str(first))
    visit.hall.push(climbing((), 1.0))
    await expect(visit.part("time-line")).to_have_text("About 45\xa0s left")
    assert int(await bar.get_attribute("aria-valuenow") or 0) > first


async def test_a_french_page_counts_the_times_in_a_reason_by_itself(visit: Visit):
    visit.hall.target, visit.hall.state = DEEP, deepcopy(SAMPLES["in-use"])
    await visit.stop_the_clock()
    await visit.come(f"{DEEP}&lang=fr")
    reason = visit.part("reason")
    await expect(reason).to_have_text("Visité il y a 4\xa0min, gardé encore 1\xa0j 2\xa0h")
    await visit.page.clock.run_for(20_000)
    await expect(reason).to_have_text("Visité il y a 5\xa0min, gardé encore 1\xa0j 1\xa0h")


@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_scripts_say_what_the_server_said(visit: Visit, lang: str):
    visit.hall.target, visit.hall.lang = DEEP, lang
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


async def test_who_stays_hears_the_sentence_that_is_shown(visit: Visit):
    await visit.come()
    await visit.part("stay").click()
    visit.hall.push(ready())
    await expect(visit.part("live")).to_have_text(
        "Come in. Everything is running. Go in whenever you like."
    )
    await visit.part("stay").click()
    await visit.page.wait_for_url("**/site/deep?x=1")


async def test_who_changes_their_mind_goes_in(visit: Visit):
    await visit.come()
    await visit.part("stay").click()
    visit.hall.push(ready())
    await expect(visit.part("lead")).to_have_text("Everything is running. Go in whenever you like.")
    await visit.part("stay").click()
    await visit.page.wait_for_url("**/site/deep?x=1")


# ---- trouble ------------------------------------------------------------------------------------


async def test_a_stumble_promises_nothing_until_it_mends(visit: Visit):
    await visit.come()
    visit.hall.push(SAMPLES["trouble"])
    await expect(visit.part("headline")).to_have_text("Something is in the way")
    await expect(visit.part("reason")).to_contain_text("client1-web is unhealthy")
    await expect(visit.part("time-line")).to_have_text(re.compile(r"^\d+\xa0s so far$"))
    await expect(visit.part("percent")).to_be_hidden()
    visit.hall.push(climbing((17.4, 8.2), 31.3))
    await expect(visit.part("headline")).to_have_text("Nearly there")
    await expect(visit.part("percent")).to_be_visible()


async def test_retry_asks_for_a_wake_without_leaving(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["failed-containers"])
    visit.hall.after_wake = climbing((), 0.5)
    await visit.come()
    await expect(visit.part("reason")).to_contain_text("client1-web is unhealthy")
    await visit.part("ask-button").click()
    await expect(visit.part("headline")).to_have_text("Waking up")
    await expect(visit.part("ask")).to_be_hidden()
    assert (visit.hall.wakes, visit.hall.wakes_by_itself, visit.hall.visits) == (1, 0, 1)
    assert visit.hall.asked_from == visit.hall.origin


async def test_who_came_with_a_password_in_the_address_is_heard_too(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["failed-docker"])
    await visit.page.goto(visit.hall.origin.replace("//", "//name:password@") + DEEP)
    visit.hall.after_wake = climbing((), 0.0)
    await visit.part("ask-button").click()
    await expect(visit.part("headline")).to_have_text("Waking up")
    assert visit.hall.visits == 1


async def test_a_retry_that_is_not_heard_is_told(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["failed-docker"])
    await visit.come()
    visit.hall.away = True
    await visit.part("ask-button").click()
    await expect(visit.part("problem")).to_be_visible()


async def test_an_announced_attempt_is_counted_down(visit: Visit):
    visit.hall.state = deepcopy(SAMPLES["failed-network"])
    await visit.stop_the_clock()
    await visit.come()
    line = visit.part("time-line")
    await expect(line).to_have_text("New attempt in 20\xa0s")
    await visit.page.clock.run_for(2000)
    await expect(line).to_have_text("New attempt in 18\xa0s")


async def test_offline_is_said_only_after_a_while_and_taken_back(visit: Visit):
    await visit.page.add_init_script(WHEN_OFFLINE)
    await visit.come()
    visit.hall.away = True
    before = await visit.page.evaluate("performance.now()")
    visit.hall.drop(1012)
    await expect(visit.part("offline")).to_have_text(
        "Connection lost. We keep trying; the server goes on starting."
    )
    await expect(visit.part("offline")).to_be_visible()
    assert await visit.page.evaluate("window.offlineAt") - before > 2500
    visit.hall.away = False
    visit.hall.push(climbing((17.4,), 21.3))
    await expect(visit.part("offline")).to_be_hidden()
    await expect(visit.page.locator("[data-stage=network]")).to_have_attribute("data-step", "done")


WHEN_OFFLINE = """
addEventListener('DOMContentLoaded', () => {
  const offline = document.querySelector('[data-part=offline]');
  const look = () => offline.hidden || (window.offlineAt ??= performance.now());
  new MutationObserver(look).observe(offline, {attributes: true});
});
"""


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


@pytest.mark.parametrize("module", ["waiting/waiting.js", "shared/net/backoff.js"])
async def test_a_page_whose_script_was_cut_off_on_its_way_comes_alive_by_itself(
    visit: Visit, module: str
):
    async def cut_off_at_first(route: Route) -> None:
        await (route.abort("failed") if visit.hall.visits == 1 else route.continue_())

    await visit.page.route(f"**/{module}", cut_off_at_first)
    await visit.page.goto(visit.hall.origin + DEEP)
    await expect(visit.part("stay")).to_be_visible()
    assert visit.hall.visits == 2


async def test_a_page_brought_back_from_memory_is_right_at_once(visit: Visit):
    await visit.come()
    await visit.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    visit.hall.push(climbing((17.4,), 21.3))
    await visit.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )
    await expect(visit.page.locator("[data-stage=network]")).to_have_attribute("data-step", "done")
