"""Asking an agent who and what is busy on its server."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from hall.adapters.agent.client import AgentLine, agent_reason, ask_agent
from hall.core.config.methods import GuardsConfig
from hall.core.errors import AgentError, InspectError
from hall.core.model.container import RunningContainer
from hall.core.model.guards import ConnectionCount, GuardReport, PortUse, Unreadable
from hall.core.model.reason import because

_UNTOLD = Unreadable(because("agent_untold"))


class _Unread(BaseModel):
    unread: str


ContainerNames = tuple[str, ...] | _Unread | None


class _Guards(BaseModel):
    """What the agent tells of each guard; None for one that it does not."""

    sessions: ContainerNames = None
    load: float | _Unread | None = None
    inhibitors: ContainerNames = None
    processes: ContainerNames = None
    lock_files: ContainerNames = None
    connections: tuple[tuple[str, int], ...] | _Unread | None = None
    ports: tuple[tuple[int, int], ...] | _Unread | None = None
    keep_awake: ContainerNames = None


class _Memory(BaseModel):
    total: int
    available: int


class Vitals(BaseModel):
    """How a server is: load of the last 1, 5 and 15 minutes, bytes of memory, seconds up."""

    load: tuple[float, float, float]
    memory: _Memory
    uptime_s: float


class _Answer(BaseModel):
    guards: _Guards
    vitals: Vitals


class AgentInspector:
    """Asks for guards. The agent asks its own Docker where the containers are.

    Args:
        line: The way to the agent.
        own_users: Those that Hall logs in as over SSH: their sessions without a terminal are none.
    """

    def __init__(self, line: AgentLine, own_users: Sequence[str] = ()) -> None:
        self._line = line
        self._own_users = tuple(own_users)

    async def report(
        self, guards: GuardsConfig, containers: Sequence[RunningContainer] | None
    ) -> GuardReport:
        """What of ``guards`` is asked for, as it is now; what cannot be read is ``Unreadable``.

        ``keep_awake`` is asked for when nobody else knows the containers: they are None.

        Raises:
            InspectError: the agent does not answer, or refuses.
        """
        wanted = _wanted(guards, keep_awake=containers is None)
        answer = await self._ask({**wanted, "own_users": self._own_users})
        untold = {name: _UNTOLD for name, value in wanted.items() if value}
        return replace(GuardReport(**untold), **_told(answer.guards))

    async def vitals(self) -> Vitals:
        """Load, memory and uptime.

        Raises:
            InspectError: the agent does not answer, or refuses.
        """
        return (await self._ask({})).vitals

    async def _ask(self, wanted: dict[str, object]) -> _Answer:
        try:
            within_s = self._line.timeouts.report_s
            async with asyncio.timeout(within_s), self._line.client() as client:
                return _Answer.model_validate_json(
                    await ask_agent(client, "POST", "/report", wanted)
                )
        except AgentError as error:
            raise InspectError(error.why) from error
        except TimeoutError as error:
            raise InspectError(agent_reason(error)) from error
        except ValidationError as error:
            raise InspectError(because("agent_report_odd")) from error


def _wanted(guards: GuardsConfig, *, keep_awake: bool) -> dict[str, object]:
    return {
        "sessions": guards.sessions,
        "load": guards.load is not None,
        "inhibitors": guards.inhibitors,
        "connections": guards.connections,
        "ports": guards.ports,
        "keep_awake": keep_awake,
        "processes": guards.processes,
        "lock_files": guards.lock_files,
    }


def _told(guards: _Guards) -> dict[str, Any]:
    """What is told of the guards, as a report has it."""
    told = {name: value for name, value in guards if value is not None}
    if isinstance(guards.connections, tuple):
        told["connections"] = tuple(ConnectionCount(*one) for one in guards.connections)
    if isinstance(guards.ports, tuple):
        told["ports"] = tuple(PortUse(*one) for one in guards.ports)
    return {
        name: Unreadable(value.unread) if isinstance(value, _Unread) else value
        for name, value in told.items()
    }
