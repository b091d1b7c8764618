"""The main job, for real: a server that sleeps, a magic packet, dockerd, a container, a browser."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.lab.gateway import Gateway, hall_config
from tests.lab.lab import Lab
from tests.lab.look import soon
from tests.lab.project import Project
from tests.lab.record import Record, read_record
from tests.lab.server import Hardware, LabServer
from tests.lab.statuses import following, until_asleep
from tests.support.chromium import Shown, a_browser, a_person, climb_of
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab, pytest.mark.browser]

SLOW = Hardware(boot_delay=1.0, docker_delay=5.0)
"""Linux repeats ARP once a second, so the network may be seen a second late: Docker comes later."""

PROJECT = Project(app_delay=5.0, early_health=True, db_delay=1.0)
"""Each link of its chain holds a good while after the one before."""

DEEP = "/deep/link.html?from=mail#lab-page"
LET_IN_MS = 1000 * PATIENCE_S
STAGES = ("network", "docker", "containers", "app")


def rung(reached: int) -> Shown:
    """What a page shows when this many stages are reached, and the next is waited for."""
    steps = ["done"] * reached + ["now"] + ["next"] * len(STAGES)
    return picture(steps[: len(STAGES)])


def picture(steps: Sequence[str]) -> Shown:
    return ", ".join(f"{name}: {step}" for name, step in zip(STAGES, steps, strict=True))


ASLEEP = picture(["next"] * len(STAGES))
CLIMB = [rung(reached) for reached in range(len(STAGES) + 1)]
"""One stage after the other is the one that is waited for; the last picture is all done."""


def assert_climbed(shown: list[Shown], rungs: list[Shown]) -> None:
    """Every rung was shown; of the last, the word may be lost as the page is left."""
    assert shown in (rungs, rungs[:-1])


def without_sleep(shown: list[Shown]) -> list[Shown]:
    """The first paint may be older than the wake that it asked for."""
    return shown[1:] if shown[:1] == [ASLEEP] else shown


@pytest.fixture
def server(lab: Lab) -> Iterator[LabServer]:
    with lab.server(PROJECT, hardware=SLOW) as one:
        yield one


@pytest.fixture
def hall(server: LabServer, tmp_path: Path) -> Iterator[Gateway]:
    config = hall_config(server)
    private = {"access": {"allow": ["192.0.2.0/24"]}}
    config["domains"]["private"] = config["domains"]["client1"] | private
    with Gateway(tmp_path, config) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as chromium:
        yield chromium


async def test_a_visitor_sees_every_rung_and_ends_on_the_projects_own_page(server, hall, browser):
    page = await a_person(browser)
    shown = await climb_of(page)
    await page.goto(f"{hall.url}/client1{DEEP}")
    await page.wait_for_url(server.url(DEEP), timeout=LET_IN_MS)
    await expect(page).to_have_title("Lab deep link")
    assert_climbed(without_sleep(shown), CLIMB)


async def test_who_listens_is_told_every_status_in_order(server, hall):
    await until_asleep(hall)
    async with following(hall) as early:
        await asyncio.to_thread(httpx.post, f"{hall.url}/api/wake/client1")
        await early.until("docker_up")
        async with following(hall) as late:
            await asyncio.gather(early.until("healthy"), late.until("healthy"))
    assert early.told == ["asleep", "waking", "docker_up", "healthy"]
    assert late.told == ["docker_up", "healthy"]


async def test_who_joins_late_sees_the_same_and_is_let_in_too(server, hall, browser):
    early, late = await a_person(browser), await a_person(browser)
    first, second = await climb_of(early), await climb_of(late)
    await early.goto(f"{hall.url}/client1")
    docker = early.locator("[data-stage=docker]")
    await expect(docker).to_have_attribute("data-step", "done", timeout=LET_IN_MS)
    await late.goto(f"{hall.url}/client1{DEEP}")
    await asyncio.gather(
        early.wait_for_url(server.url("/"), timeout=LET_IN_MS),
        late.wait_for_url(server.url(DEEP), timeout=LET_IN_MS),
    )
    assert_climbed(without_sleep(first), CLIMB)
    assert_climbed(second, CLIMB[2:])


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
    started = [datetime.fromisoformat(state["StartedAt"][:26]) for state in (db, web)]
    assert (started[1] - started[0]).total_seconds() > PROJECT.db_delay


@pytest.mark.parametrize("stage", ["network", "docker", "containers"])
async def test_hall_killed_in_mid_wake_loses_nothing_and_lets_the_browser_in(
    server, hall, browser, stage
):
    await asyncio.to_thread(httpx.get, f"{hall.url}/private")
    page = await a_person(browser)
    await page.goto(f"{hall.url}/client1{DEEP}")
    before = await asyncio.to_thread(record_once, hall, stage)
    await asyncio.to_thread(hall.kill)
    killed = await asyncio.to_thread(read_record, hall.data)
    await asyncio.to_thread(hall.start)
    await page.wait_for_url(server.url(DEEP), timeout=LET_IN_MS)
    await asyncio.to_thread(hall.terminate)
    after = await asyncio.to_thread(read_record, hall.data)
    assert all((before.wakes, before.transitions, before.visits, before.refusals))
    assert before.lost_in(killed) == killed.lost_in(after) == []
    assert [wake["outcome"] for wake in after.wakes] == ["ready"]
    assert after.reached == list(STAGES)


def record_once(hall: Gateway, stage: str) -> Record:
    """What is acknowledged in the journal, as soon as it says that this stage is reached."""
    assert soon(lambda: stage in read_record(hall.data).reached)
    return read_record(hall.data)


async def test_hall_killed_before_anything_answered_lets_the_browser_in_as_well(
    server, hall, browser
):
    page = await a_person(browser)
    await page.goto(f"{hall.url}/client1{DEEP}")
    await asyncio.to_thread(hall.kill)
    await asyncio.to_thread(hall.start)
    await page.wait_for_url(server.url(DEEP), timeout=LET_IN_MS)
