"""A browser for each module, a visitor and a stand-in for Hall for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.frontend.preview import Preview, running
from tests.frontend.visits import Visit
from tests.support.chromium import a_browser, a_context


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as chromium:
        yield chromium


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    hall = Preview()
    async with running(hall):
        context = await a_context(browser, locale="en-GB", timezone_id="Europe/Paris")
        one = Visit(hall, await context.new_page(), context)
        one.page.on("console", lambda message: one.said.append(message.text))
        one.page.on("pageerror", lambda error: one.said.append(str(error)))
        yield one
        await context.close()
