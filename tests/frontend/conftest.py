"""A browser for each module, a visitor and a stand-in for Hall for each test."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from frontend.preview import Preview, running
from frontend.visits import CHROMIUM, FLAGS, Visit

HERE = Path(CHROMIUM).exists()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if not HERE and not os.environ.get("HALL_TEST_ALL"):
        pytest.skip(f"needs {CHROMIUM}")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


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
