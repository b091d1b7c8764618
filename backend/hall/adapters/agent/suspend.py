"""Putting a server to sleep by its agent."""

import asyncio

import httpx
from pydantic import BaseModel

from hall.adapters.agent.client import AgentLine, agent_reason, ask_agent, check_agent
from hall.adapters.probes.connect_errors import UnfitError
from hall.core.errors import AgentError, SleepError


class _Hello(BaseModel):
    instance: str


class AgentSleeper:
    """Gives the order to sleep, once.

    The order names the run of the agent that it is for, which ends with each suspend: one that is
    delivered late, after the server has slept and woken, does not put it to sleep again.
    """

    def __init__(self, line: AgentLine) -> None:
        self._line = line

    async def sleep(self) -> None:
        """Give the order. A connection that is lost after it is no error.

        Raises:
            SleepError: it could not be given, the agent refuses it, or its command fails at once.
        """
        async with self._line.client() as client:
            try:
                async with asyncio.timeout(self._line.timeouts.hello_s):
                    hello = _Hello.model_validate_json(await ask_agent(client, "GET", "/hello"))
            except AgentError as error:
                raise SleepError(error.why) from error
            except ValueError as error:
                raise SleepError(str(error)) from error
            except TimeoutError as error:
                raise SleepError(agent_reason(error)) from error
            await _order(client, hello.instance, self._line.timeouts.answer_s)


async def _order(client: httpx.AsyncClient, instance: str, within_s: float) -> None:
    try:
        async with asyncio.timeout(within_s):
            answer = await client.post("/sleep", json={"instance": instance})
        check_agent(answer.status_code, answer.content)
    except (httpx.ConnectError, httpx.ConnectTimeout, UnfitError) as error:
        raise SleepError(agent_reason(error)) from error
    except AgentError as error:
        raise SleepError(error.why) from error
    except (httpx.TransportError, OSError):
        return
