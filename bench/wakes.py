"""How soon is a visitor told, and in: beside tools that look each second.

One process holds the simulated server, the pages' sockets and the clock, so that every moment is
taken from the same clock; Hall runs in a process of its own, and so does the browser.
"""

import asyncio
import json
import random
import tempfile
from collections import defaultdict
from pathlib import Path

import httpx
from playwright.async_api import Browser, async_playwright
from websockets.asyncio.client import connect

from bench.figures import Figures, show
from bench.gateway import Stage, staged

REPETITIONS = 3
WAKES = 20
LONGEST_S = 30.0
CHROMIUM = "/usr/bin/chromium"
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
"""A headless browser is taken for a robot, and robots wake nobody."""
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


async def main() -> None:
    """Wake the server again and again, and print how late everybody learned of it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        repetitions = [await _repetition(browser) for _ in range(REPETITIONS)]
        await browser.close()
    title = f"Lateness in ms, {WAKES} simulated wakes: median of {REPETITIONS} runs (least to most)"
    show(title, repetitions)


async def _repetition(browser: Browser) -> Figures:
    """Twenty wakes by a Hall that has just been started."""
    figures: Figures = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder)) as stage:
            for _ in range(WAKES):
                await _one(stage, browser, figures)
    return figures


async def _one(stage: Stage, browser: Browser, figures: Figures) -> None:
    page = await browser.new_page(user_agent=PERSON)
    async with asyncio.timeout(LONGEST_S), asyncio.TaskGroup() as group:
        told = group.create_task(_told(stage))
        looked = group.create_task(_looked(stage))
        polled = group.create_task(_polled(stage))
        await page.goto(f"{stage.url}/{stage.server.scene.id}/deep/link")
        inside = f"http://127.0.0.1:{stage.server.ports.app}/deep/link"
        await page.wait_for_url(inside, wait_until="commit")
        await page.wait_for_selector("h1")
    moments = stage.server.moments
    shown, ready = told.result()
    figures["network up → shown"].append(shown - moments["network"])
    figures["  comparator: a look each second"].append(looked.result() - moments["network"])
    figures["app answers → browser told"].append(ready - moments["app"])
    figures["app answers → browser navigates"].append(moments["visit"] - moments["app"])
    figures["  comparator: a poll each second"].append(polled.result() - moments["app"])
    await page.close()
    await _asleep(stage)


async def _told(stage: Stage) -> tuple[float, float]:
    """When a socket saw the network up, and the domain ready."""
    now, shown = asyncio.get_running_loop().time, None
    async with connect(stage.socket_url) as socket:
        async for text in socket:
            state = json.loads(text)
            waking = state["wake"] is not None and state["wake"]["outcome"] is None
            if shown is None and waking and state["checks"][0]["state"] == "ok":
                shown = now()
            if state["ready"]:
                return shown or now(), now()
    raise ConnectionError("the socket closed before the domain was ready")


async def _looked(stage: Stage) -> float:
    """When a tool that tries the server each second, as most do, found its network up.

    It looks as Hall does, at the port of ssh: connected at once, or refused at once.
    """
    await asyncio.sleep(random.random())
    while not await _is_open(stage.server.ports.ssh):
        await asyncio.sleep(1)
    return asyncio.get_running_loop().time()


async def _is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _polled(stage: Stage) -> float:
    """When a script that asks each second learned that the domain is ready."""
    await asyncio.sleep(random.random())
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"{stage.url}/api/status/{stage.server.scene.id}"
        while not (await client.get(url)).json()["ready"]:
            await asyncio.sleep(1)
    return asyncio.get_running_loop().time()


async def _asleep(stage: Stage) -> None:
    """Send the server to sleep, and wait until Hall has seen it."""
    stage.server.fall_asleep()
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"{stage.url}/api/status/{stage.server.scene.id}?wait=20&until=asleep"
        await client.get(url, timeout=30)
