"""Which containers an engine has: a project's, one by name, all that run."""

import json
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

import httpx

from hall.adapters.docker.calls import AnswerError, ask, side_by_side
from hall.adapters.docker.shapes import ONE_OFF, PROJECT, Inspected, Listed, Listing
from hall.core.facts import SHARED, Container, Need
from hall.core.ports import Project, Running

_SHORT_ID = 12
"""How many digits of an id Docker itself shows: fewer may be anybody's."""


async def containers(client: httpx.AsyncClient, project: Project) -> tuple[Container, ...]:
    """The project's containers, running or not; by name, an absent one is ``missing``."""
    if project.compose is None:
        found = [await _named(client, name) for name in project.names]
    else:
        found = await _composed(client, project.compose)
    known = [one for one in found if isinstance(one, Inspected)]
    return tuple(_told(one, known) if isinstance(one, Inspected) else one for one in found)


async def running(client: httpx.AsyncClient) -> tuple[Running, ...]:
    """All containers that run, of whatever project."""

    async def inspected(one: Listed) -> Inspected | None:
        return await _inspect(client, one.id)

    found = await side_by_side(inspected, await _listed(client, {}))
    return tuple(one.running() for one in found if one is not None and one.state.pid)


async def running_of(client: httpx.AsyncClient, project: Project) -> list[Listed]:
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
    return replace(container, needs=tuple(_with_name(need, known) for need in container.needs))


def _with_name(need: Need, known: list[Inspected]) -> Need:
    if need.condition != SHARED or len(need.service) < _SHORT_ID:
        return need
    names = (one.plain_name for one in known if one.id.startswith(need.service))
    return replace(need, service=next(names, need.service))


async def _composed(client: httpx.AsyncClient, project: str) -> list[Inspected | Container]:
    listed = await _listed(client, {"all": "1", **_labelled(project)})
    lasting = [one.id for one in listed if one.labels.get(ONE_OFF, "").lower() != "true"]
    found = [await _inspect(client, one) for one in lasting]
    return [one for one in found if one is not None]


async def _named(client: httpx.AsyncClient, name: str) -> Inspected | Container:
    found = await _inspect(client, name)
    # Docker also takes the beginning of another container's id for a name.
    if found is None or found.plain_name != name:
        return Container(name=name, state="missing")
    return found


async def _listed(client: httpx.AsyncClient, query: dict[str, str]) -> list[Listed]:
    return Listing.validate_json(await ask(client, "GET", "/containers/json", query))


def _labelled(project: str) -> dict[str, str]:
    return {"filters": json.dumps({"label": [f"{PROJECT}={project}"]})}


async def _inspect(client: httpx.AsyncClient, key: str) -> Inspected | None:
    """One container by id or name; None when it does not exist (any more)."""
    try:
        body = await ask(client, "GET", path_of(key, "json"))
    except AnswerError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    return Inspected.model_validate_json(body)
