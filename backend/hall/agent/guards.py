"""The guards: who and what is busy on this machine, each read by itself and on demand."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol, Self

from hall.agent import proc
from hall.agent.bounds import Bounds
from hall.agent.connections import connections, into_ports
from hall.agent.containers import ContainerPlace, places
from hall.agent.engine import EngineClient, EngineError
from hall.agent.logind import inhibitors
from hall.agent.machine import MachineFiles
from hall.agent.sessions import sessions
from hall.agent.subprocesses import ToolError

logger = logging.getLogger("hall.agent")

_WORDS = {"refused": "Docker is not listening", "silent": "Docker does not answer"}


@dataclass(frozen=True, slots=True)
class WantedGuards:
    """Which guards are asked for; memory and the like are told in any case.

    ``ports`` are of the server itself; ``own_users`` are those that Hall logs in as over SSH.
    """

    sessions: bool = False
    load: bool = False
    inhibitors: bool = False
    connections: bool = False
    keep_awake: bool = False
    ports: tuple[int, ...] = ()
    processes: tuple[str, ...] = ()
    lock_files: tuple[str, ...] = ()
    own_users: tuple[str, ...] = ()

    @classmethod
    def read(cls, body: bytes) -> Self | None:
        """What a request asks for; None when it is not in the shape.

        What this agent does not know is passed over: a newer Hall takes it for unread.
        """
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(asked, dict):
            return None
        known: dict[str, Any] = {
            one.name: asked[one.name] for one in fields(cls) if one.name in asked
        }
        if not all(_fits(cls, name, value) for name, value in known.items()):
            return None
        lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
        return cls(**{**known, **lists})


def _fits(kind: type[WantedGuards], name: str, value: object) -> bool:
    if getattr(kind(), name) is False:
        return isinstance(value, bool)
    entry = int if name == "ports" else str
    return isinstance(value, list) and all(type(one) is entry for one in value)


class Reporter(Protocol):
    """What reads the guards of a machine."""

    async def report(self, wanted: WantedGuards) -> dict[str, Any]:
        """What of the guards is wanted, and how the machine is, in the shapes of JSON."""
        ...


class AgentGuards:
    """Reads the guards.

    Args:
        engine: This machine's Docker; None when there is none.
        ignored: Users whose sessions are none.
        port: Where the agent itself listens.
        machine: What is read.
        bounds: How long each may take.
    """

    def __init__(
        self,
        engine: EngineClient | None,
        ignored: frozenset[str],
        port: int,
        *,
        machine: MachineFiles = MachineFiles(),
        bounds: Bounds = Bounds(),
    ) -> None:
        self._machine = machine
        self._guard_s = bounds.guard_s
        self._engine = engine
        self._ignored = ignored
        self._port = port

    async def report(self, wanted: WantedGuards) -> dict[str, Any]:
        """What of the guards is wanted, as it is now; one that cannot be read says why."""
        readers = self._readers(wanted)
        async with asyncio.TaskGroup() as group:
            tasks = {
                name: group.create_task(_read(reader, self._guard_s))
                for name, reader in readers.items()
            }
        vitals = {
            "load": list(proc.load_average(self._machine.proc)),
            "memory": proc.memory_used(self._machine.proc),
            "uptime_s": proc.uptime_s(self._machine.proc),
        }
        return {"guards": {name: task.result() for name, task in tasks.items()}, "vitals": vitals}

    def _readers(self, wanted: WantedGuards) -> dict[str, Callable[[], Awaitable[Any]]]:
        names, files, own = wanted.processes, wanted.lock_files, frozenset(wanted.own_users)
        ports, machine = wanted.ports, self._machine
        asked: dict[str, Callable[[], Awaitable[Any]] | None] = {
            "sessions": (lambda: sessions(self._ignored, own, machine))
            if wanted.sessions
            else None,
            "load": (lambda: asyncio.to_thread(proc.load_per_cpu, machine.proc))
            if wanted.load
            else None,
            "inhibitors": (lambda: inhibitors(machine)) if wanted.inhibitors else None,
            "processes": (lambda: asyncio.to_thread(proc.running_processes, names, machine.proc))
            if names
            else None,
            "lock_files": (lambda: asyncio.to_thread(existing, files)) if files else None,
            "connections": self._connections if wanted.connections else None,
            "ports": (lambda: self._into(ports)) if ports else None,
            "keep_awake": self._keep_awake if wanted.keep_awake else None,
        }
        return {name: reader for name, reader in asked.items() if reader is not None}

    async def _connections(self) -> list[tuple[str, int]]:
        asked = (await self._places(), self._port, self._machine.proc)
        return await asyncio.to_thread(connections, *asked)

    async def _into(self, ports: tuple[int, ...]) -> list[tuple[int, int]]:
        asked = (ports, await self._places(), self._port, self._machine.proc)
        return await asyncio.to_thread(into_ports, *asked)

    async def _keep_awake(self) -> list[str]:
        return [place.name for place in await self._places() if place.keep_awake]

    async def _places(self) -> tuple[ContainerPlace, ...]:
        return () if self._engine is None else await places(self._engine)


def existing(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these paths that exist; a symbolic link does, wherever it leads.

    Raises:
        OSError: it cannot be seen whether one does.
    """
    return tuple(path for path in paths if _exists(Path(path)))


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


async def _read(reader: Callable[[], Awaitable[Any]], within_s: float) -> object:
    try:
        async with asyncio.timeout(within_s):
            return await reader()
    except TimeoutError:
        why = "it took too long"
    except EngineError as error:
        why = _WORDS.get(error.trouble) or f"Docker does not answer as expected: {error}"
    except ToolError as error:
        why = str(error)
    except OSError as error:
        why = error.strerror or type(error).__name__
    except Exception as fault:
        logger.exception("A guard could not be read")
        why = type(fault).__name__
    return {"unread": why}
