"""Hears what one server tells of itself: that it goes to sleep, that it is back."""

import asyncio
import logging

from hall.application.hub import Listener
from hall.application.supervisor import Supervisor
from hall.core.errors import AgentError
from hall.core.ports import Announcer

logger = logging.getLogger("hall.news")

REOPEN_S = 1.0
REOPEN_MOST_S = 60.0
"""Seconds before a stream that was cut is opened again; twice as long after each failure."""


class AnnouncementWatcher:
    """Tells ``Announced`` as the server says it; the stream is opened again when it is cut."""

    def __init__(
        self, server: str, announcer: Announcer, supervisor: Supervisor, news: Listener
    ) -> None:
        self._server = server
        self._announcer = announcer
        self._supervisor = supervisor
        self._news = news

    async def run(self) -> None:
        """Listen until cancelled."""
        pause_s = REOPEN_S
        while True:
            await self._until_up()
            try:
                async with self._announcer.announcements() as announcements:
                    pause_s = REOPEN_S
                    async for announced in announcements:
                        self._supervisor.tell(self._server, announced)
            except AgentError as error:
                logger.debug("%s: %s", self._server, error)
            await asyncio.sleep(pause_s)
            pause_s = min(REOPEN_MOST_S, pause_s * 2)

    async def _until_up(self) -> None:
        while not self._supervisor.server(self._server).network.holds:
            await self._news.next()
