"""A real Chromium, as Debian packages it, that stays quiet and looks like a person."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.support.timeouts import PATIENCE_S

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 1000 * PATIENCE_S
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
"""A headless browser is taken for a robot by its name, and robots wake nobody."""

WATCH = """
const look = () => {
  if (document.readyState === 'loading') return;
  const stages = [...document.querySelectorAll('[data-stage]')];
  const shown = stages.map(({dataset}) => `${dataset.stage}: ${dataset.step}`);
  if (shown.length) window.climb(shown.join(', '));
};
document.addEventListener('readystatechange', look);
new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
"""
"""A page paints a whole state at once, and the observer is called before it paints the next."""

Shown = str
"""What a page shows of the stages, in its order, as in `network: done, docker: now`."""


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A browser, or a skip that says why; with HALL_TEST_ALL=1 a failure."""
    if shutil.which(CHROMIUM) is None:
        reason = f"{CHROMIUM} is not installed (Debian package chromium)"
        (pytest.fail if os.environ.get("HALL_TEST_ALL") == "1" else pytest.skip)(reason)
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE_MS
        )
        yield chromium
        await chromium.close()


async def a_context(browser: Browser, **options: Any) -> BrowserContext:  # noqa: ANN401 - its own
    """Somebody's own browser; nothing in it is given up before its time."""
    context = await browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    return context


async def a_person(browser: Browser, **options: object) -> Page:
    """A page of somebody's own browser."""
    context = await a_context(browser, user_agent=PERSON, **options)
    return await context.new_page()


async def climb_of(page: Page) -> list[Shown]:
    """Everything that the page shows of the stages, one after the other: fills as it happens."""
    seen: list[Shown] = []

    def climb(shown: Shown) -> None:
        if seen[-1:] != [shown]:
            seen.append(shown)

    await page.expose_function("climb", climb)
    await page.add_init_script(WATCH)
    return seen
