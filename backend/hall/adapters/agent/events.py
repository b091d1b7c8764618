"""What an agent tells by itself: that its server goes to sleep, and that it is back."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager

import httpx

from hall.adapters.agent.client import AgentLine, agent_reason, check_agent
from hall.core.errors import AgentError
from hall.core.model.facts import PowerAnnounced
from hall.core.model.power import PowerNews
from hall.core.model.reason import because


class AgentAnnouncer:
    """The agent's stream of power events, opened anew for each listener."""

    def __init__(self, line: AgentLine) -> None:
        self._line = line

    @asynccontextmanager
    async def announcements(self) -> AsyncIterator[AsyncIterator[PowerAnnounced]]:
        """What it tells, as it happens; it is open once the context is entered.

        Raises:
            AgentError: it could not be opened in its time; later, that it was cut. An agent
                that is gone without a word is noticed after about 6 s.
        """
        async with AsyncExitStack() as stack:
            with _translated():
                async with asyncio.timeout(self._line.timeouts.open_s):
                    client = await stack.enter_async_context(self._line.client())
                    answer = await stack.enter_async_context(client.stream("GET", "/news"))
                    if answer.is_error:
                        check_agent(answer.status_code, await answer.aread())
            async with aclosing(_told(answer)) as told:
                yield told


async def _told(answer: httpx.Response) -> AsyncGenerator[PowerAnnounced]:
    with _translated():
        async for lines in answer.aiter_raw():
            for announced in map(_announced, lines.splitlines()):
                if announced is not None:
                    yield announced
    raise AgentError(because("agent_news_ended"))


def _announced(line: bytes) -> PowerAnnounced | None:
    """None for news that this Hall does not know."""
    try:
        return PowerAnnounced(PowerNews(json.loads(line)["news"]))
    except (ValueError, KeyError, TypeError):
        return None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.TransportError, OSError) as error:
        raise AgentError(agent_reason(error)) from error
