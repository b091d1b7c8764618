"""One visitor of the waiting page, in a real Chromium."""

import asyncio
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.frontend.preview import Preview
from tests.support.timeouts import PATIENCE_S

DEEP = "/client1/deep?x=1"


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
        self.hall.visits = 1  # a page comes again by itself when a script was lost on its way

    async def stop_the_clock(self) -> None:
        """From here on time passes on the page only as `page.clock.run_for` says."""
        await self.page.clock.install(time=0)
        await self.page.clock.pause_at(1000)

    async def greeted(self) -> None:
        """Until a page that was not connected is."""
        await asyncio.wait_for(self.hall.greeted.wait(), PATIENCE_S)
        self.hall.greeted.clear()

    def part(self, name: str) -> Locator:
        return self.page.locator(f'[data-part="{name}"]').first
