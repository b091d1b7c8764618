"""Which containers run on this machine, and where they are to be found."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from hall.agent.docker_filter import KEEP_AWAKE_KEY, extract
from hall.agent.engine import EngineClient, EngineError

LIST_WITHIN_S = 5.0
"""How long the engine may take for one answer."""

_AT_ONCE = 8
_NO = frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class ContainerPlace:
    """A container that runs: its first process, its addresses, and its network mode."""

    name: str
    pid: int
    addresses: tuple[str, ...] = ()
    network: str = ""
    keep_awake: bool = False


async def places(engine: EngineClient) -> tuple[ContainerPlace, ...]:
    """All containers that run, in the engine's order; one that ends meanwhile is left out.

    Raises:
        EngineError: the engine did not answer, or not as expected.
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(key: str) -> ContainerPlace | None:
        async with gate:
            found = await _asked(engine, "inspect", f"/containers/{key}/json")
        return None if found is None else _place(found)

    listed = await _asked(engine, "list", "/containers/json")
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(look(one["Id"])) for one in listed]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return tuple(place for task in tasks if (place := task.result()) is not None)


async def _asked(engine: EngineClient, kind: str, target: str) -> Any:  # noqa: ANN401 - JSON
    """An answer of the engine's; None for a container that is gone meanwhile."""
    said = await engine.ask("GET", target, LIST_WITHIN_S)
    if said.status == HTTPStatus.NOT_FOUND:
        return None
    read = json.loads(extract(kind, said.body))
    if said.status != HTTPStatus.OK or read is None:
        raise EngineError("broken", f"it answers with HTTP status {said.status}")
    return read


def _place(found: Mapping[str, Any]) -> ContainerPlace | None:
    """None for one that does not run any more."""
    pid = (found.get("State") or {}).get("Pid") or 0
    if not pid:
        return None
    networks = ((found.get("NetworkSettings") or {}).get("Networks") or {}).values()
    addresses = [one.get(key) for one in networks for key in ("IPAddress", "GlobalIPv6Address")]
    kept = ((found.get("Config") or {}).get("Labels") or {}).get(KEEP_AWAKE_KEY)
    return ContainerPlace(
        name=found["Name"].removeprefix("/"),
        pid=pid,
        addresses=tuple(filter(None, addresses)),
        network=(found.get("HostConfig") or {}).get("NetworkMode") or "",
        keep_awake=kept is not None and kept.strip().lower() not in _NO,
    )
