"""Which containers an engine has: a project's, one by name, all that run."""

import asyncio
import json
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from hall.adapters.docker.api import AnswerError, ask_engine, place_of, side_by_side
from hall.adapters.docker.models import (
    ONE_OFF,
    PROJECT_LABEL,
    Inspected,
    JsonRows,
    Labels,
    Listed,
    Listing,
    said_by,
)
from hall.adapters.docker.swarm import STACK, SWARM_SERVICE_LABEL, in_swarm
from hall.adapters.probes.connect_errors import failure_of
from hall.core.model.container import SHARED, Container, Dependency, ProjectRef, RunningContainer

_SHORT_ID = 12
"""How many digits of an id Docker itself shows: fewer may be anybody's."""


async def containers(
    client: httpx.AsyncClient, project: ProjectRef, inspect_s: float
) -> tuple[Container, ...]:
    """The project's containers, running or not; by name, an absent one is ``missing``.

    One that the engine does not tell of within ``inspect_s`` is ``unread``.

    Where Docker is in Swarm mode, what is absent is ``swarm``: it may be a stack or a service.
    """
    if project.compose is None:
        found = [await _named(client, name, inspect_s) for name in project.names]
    else:
        found = await _composed(client, project.compose, inspect_s)
        if not found and await in_swarm(client, STACK, project.compose):
            found = [Container(name=project.compose, state="swarm")]
    known = [one for one in found if isinstance(one, Inspected)]
    return tuple(_told(one, known) if isinstance(one, Inspected) else one for one in found)


async def running_containers(client: httpx.AsyncClient) -> tuple[RunningContainer, ...]:
    """All containers that run, of whatever project."""

    async def inspected(one: Listed) -> Inspected | None:
        return await inspect(client, one.id)

    found = await side_by_side(inspected, await _listed(client, {}))
    return tuple(one.running() for one in found if one is not None and one.state.pid)


async def running_of(client: httpx.AsyncClient, project: ProjectRef) -> list[Listed]:
    """Those of the project that run, `docker compose run` included."""
    if project.compose is not None:
        return await _listed(client, _labelled(project.compose))
    names = set(project.names)
    return [one for one in await _listed(client, {}) if one.plain_names & names]


def path_of(key: str, what: str) -> str:
    """The path that asks for something of one container, by id or name."""
    return f"/containers/{quote(key, safe='')}/{what}"


def _told(one: Inspected, known: list[Inspected]) -> Container:
    """The container, with the names of those it leans on, which Docker may tell by id."""
    container = one.container()
    return replace(
        container, depends_on=tuple(_with_name(need, known) for need in container.depends_on)
    )


def _with_name(need: Dependency, known: list[Inspected]) -> Dependency:
    if need.condition != SHARED or len(need.service) < _SHORT_ID:
        return need
    names = (one.plain_name for one in known if one.id.startswith(need.service))
    return replace(need, service=next(names, need.service))


async def _composed(
    client: httpx.AsyncClient, project: str, inspect_s: float
) -> list[Inspected | Container]:
    query = {"all": "1", **_labelled(project)}
    rows = JsonRows.validate_json(await ask_engine(client, "GET", "/containers/json", query))
    found = [await _row(client, row, inspect_s) for row in rows]
    return [one for one in found if one is not None]


async def _row(
    client: httpx.AsyncClient, row: dict[str, Any], inspect_s: float
) -> Inspected | Container | None:
    """A line of the list, inspected; None when it is gone, or of `docker compose run`."""
    try:
        listed = Listed.model_validate(row)
    except ValidationError as error:
        name = str(row.get("Id"))[:_SHORT_ID]
        return Container(name=name, state="unread", unread=place_of(error))
    if listed.labels.get(ONE_OFF, "").lower() == "true":
        return None
    name = next(iter(sorted(listed.plain_names)), listed.id[:_SHORT_ID])
    return await _known(client, listed.id, name, listed.labels, inspect_s)


async def _named(client: httpx.AsyncClient, name: str, inspect_s: float) -> Inspected | Container:
    found = await _known(client, name, name, {}, inspect_s)
    # Docker also takes the beginning of another container's id for a name.
    if found is None or (isinstance(found, Inspected) and found.plain_name != name):
        swarm = await in_swarm(client, SWARM_SERVICE_LABEL, name)
        return Container(name=name, state="swarm" if swarm else "missing")
    return found


async def _known(
    client: httpx.AsyncClient, key: str, name: str, labels: Labels, inspect_s: float
) -> Inspected | Container | None:
    """One container; what cannot be read of it is its own trouble, and nobody else's."""
    without = partial(Container, name=name, state="unread", **said_by(labels))
    try:
        async with asyncio.timeout(inspect_s):
            return await inspect(client, key)
    except ValidationError as error:
        return without(unread=place_of(error))
    except AnswerError as error:
        return without(unread=error.why)
    except (TimeoutError, httpx.RemoteProtocolError) as error:
        return without(unread=failure_of(error).reason("docker"))


async def _listed(client: httpx.AsyncClient, query: dict[str, str]) -> list[Listed]:
    return Listing.validate_json(await ask_engine(client, "GET", "/containers/json", query))


def _labelled(project: str) -> dict[str, str]:
    return {"filters": json.dumps({"label": [f"{PROJECT_LABEL}={project}"]})}


async def inspect(client: httpx.AsyncClient, key: str) -> Inspected | None:
    """One container by id or name; None when it does not exist (any more).

    An engine says so in words; a 404 without any is of something in between.
    """
    try:
        body = await ask_engine(client, "GET", path_of(key, "json"))
    except AnswerError as error:
        if error.status == HTTPStatus.NOT_FOUND and isinstance(error.why, str):
            return None
        raise
    return Inspected.model_validate_json(body)
