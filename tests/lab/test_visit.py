"""The main job, for real: a server that sleeps, a magic packet, dockerd, a container, a browser."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from chromium import a_browser, a_person, rungs_of
from lab.gateway import Gateway, hall_config
from lab.lab import Lab
from lab.project import Project
from lab.record import wakes
from lab.server import Hardware, LabServer

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.timeout(180)]

SLOW = Hardware(boot_delay=1.0, docker_delay=0.5)
DEEP = "/deep/link.html?from=mail#lab-page"
LET_IN_MS = 60_000


@pytest.fixture
def server(lab: Lab) -> Iterator[LabServer]:
    with lab.server(Project(app_delay=2.0), hardware=SLOW) as one:
        yield one


@pytest.fixture
def hall(server: LabServer, tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(tmp_path, hall_config(server)) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as chromium:
        yield chromium


async def test_a_visitor_sees_every_rung_and_ends_on_the_projects_own_page(server, hall, browser):
    page = await a_person(browser)
    rungs = await rungs_of(page)
    await page.goto(f"{hall.url}/client1{DEEP}")
    await expect(page.locator("[data-stage=network]")).to_have_attribute("data-step", "now")
    await page.wait_for_url(server.url(DEEP), timeout=LET_IN_MS)
    await expect(page).to_have_title("Lab deep link")
    assert rungs == ["network", "docker", "containers", "app"]


async def test_who_joins_late_sees_the_same_and_is_let_in_too(server, hall, browser):
    early, late = await a_person(browser), await a_person(browser)
    first, second = await rungs_of(early), await rungs_of(late)
    await early.goto(f"{hall.url}/client1")
    docker = early.locator("[data-stage=docker]")
    await expect(docker).to_have_attribute("data-step", "done", timeout=LET_IN_MS)
    await late.goto(f"{hall.url}/client1{DEEP}")
    await asyncio.gather(
        early.wait_for_url(server.url("/"), timeout=LET_IN_MS),
        late.wait_for_url(server.url(DEEP), timeout=LET_IN_MS),
    )
    assert first == second == ["network", "docker", "containers", "app"]


async def test_the_firmware_got_a_real_magic_packet_and_no_storm(server, hall, browser):
    pages = [await a_person(browser) for _ in range(3)]
    for page in pages:
        await page.goto(f"{hall.url}/client1")
    await pages[0].wait_for_url(server.url("/"), timeout=LET_IN_MS)
    packets = server.packets()
    assert all(packet.detail["mac"] == server.mac for packet in packets)
    assert 1 <= len(packets) <= 6


async def test_db_was_healthy_before_web_was_started(server, hall, browser):
    page = await a_person(browser)
    await page.goto(f"{hall.url}/client1")
    await page.wait_for_url(server.url("/"), timeout=LET_IN_MS)
    with server.docker() as docker:
        db, web = (docker.inspect(f"client1-{name}-1")["State"] for name in ("db", "web"))
    healthy = next(run["End"] for run in db["Health"]["Log"] if run["ExitCode"] == 0)
    assert healthy < web["StartedAt"]


async def test_hall_killed_in_mid_wake_carries_on_and_the_browser_is_let_in(server, hall, browser):
    page = await a_person(browser)
    await page.goto(f"{hall.url}/client1{DEEP}")
    network = page.locator("[data-stage=network]")
    await expect(network).to_have_attribute("data-step", "done", timeout=LET_IN_MS)
    before = await asyncio.to_thread(wakes, hall.data)
    await asyncio.to_thread(hall.kill)
    await asyncio.to_thread(hall.start)
    await page.wait_for_url(server.url(DEEP), timeout=LET_IN_MS)
    await asyncio.to_thread(hall.terminate)
    after = await asyncio.to_thread(wakes, hall.data)
    assert [wake.id for wake in after] == [wake.id for wake in before]
    assert after[0].outcome == "ready"


async def test_hall_killed_before_anything_answered_lets_the_browser_in_as_well(
    server, hall, browser
):
    page = await a_person(browser)
    await page.goto(f"{hall.url}/client1{DEEP}")
    await asyncio.to_thread(hall.kill)
    await asyncio.to_thread(hall.start)
    await page.wait_for_url(server.url(DEEP), timeout=LET_IN_MS)
