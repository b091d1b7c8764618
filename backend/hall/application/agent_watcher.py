"""Listens to what one server's agent announces: that it goes to sleep, that it is back."""

import asyncio
import logging
from collections.abc import Callable

from hall.application.supervisor import Supervisor
from hall.core.errors import AgentError
from hall.core.model.state import ServerState
from hall.core.policy.quiet import left_alone
from hall.core.ports import Announcer

logger = logging.getLogger("hall.news")

AGENT_REOPEN_S = 1.0
AGENT_REOPEN_MOST_S = 60.0
"""Seconds before a stream that was cut is opened again; twice as long after each failure."""


class AgentWatcher:
    """Tells ``PowerAnnounced`` as the server says it; the stream is opened again when it is cut."""

    def __init__(self, server: str, announcer: Announcer, supervisor: Supervisor) -> None:
        self._server = server
        self._announcer = announcer
        self._supervisor = supervisor

    async def run(self) -> None:
        """Listen until cancelled, while the network is up and no connection would wake the server.

        A failed or cut stream is opened again after 1 s, then after twice as long, up to 60 s.
        """
        pause_s = AGENT_REOPEN_S
        while True:
            await self._until(lambda cell: cell.network.is_ok)
            if await self._listen():
                pause_s = AGENT_REOPEN_S
            await asyncio.sleep(pause_s)
            pause_s = min(AGENT_REOPEN_MOST_S, pause_s * 2)

    async def _until(self, seen: Callable[[ServerState], bool]) -> None:
        while not seen(self._supervisor.server(self._server)):
            await self._supervisor.signal(self._server).rung()

    async def _listen(self) -> bool:
        """Listen until the stream is cut, or the server is to be left alone; whether it was open.

        The kernel probes a connection whose other end is silent: a card that wakes on any packet
        would wake of that.
        """
        opened: list[bool] = []
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(self._hear(opened), name="news")
            alone = group.create_task(self._until(left_alone), name="left alone")
            await asyncio.wait((hearing, alone), return_when=asyncio.FIRST_COMPLETED)
            hearing.cancel()
            alone.cancel()
        return bool(opened)

    async def _hear(self, opened: list[bool]) -> None:
        try:
            async with self._announcer.announcements() as announcements:
                opened.append(True)
                async for announced in announcements:
                    self._supervisor.tell(self._server, announced)
        except AgentError as error:
            logger.debug("%s: %s", self._server, error)
