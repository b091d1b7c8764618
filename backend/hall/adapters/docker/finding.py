"""Which containers an engine has: a project's, one by name, all that run."""

import json
from http import HTTPStatus
from urllib.parse import quote

import httpx

from hall.adapters.docker.calls import AnswerError, ask, side_by_side
from hall.adapters.docker.shapes import ONE_OFF, PROJECT, Inspected, Listed, Listing
from hall.core.facts import Container
from hall.core.ports import Project, Running


async def containers(client: httpx.AsyncClient, project: Project) -> tuple[Container, ...]:
    """The project's containers, running or not; by name, an absent one is ``missing``."""
    if project.compose is None:
        return tuple([await _named(client, name) for name in project.names])
    return await _composed(client, project.compose)


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


async def _composed(client: httpx.AsyncClient, project: str) -> tuple[Container, ...]:
    listed = await _listed(client, {"all": "1", **_labelled(project)})
    lasting = [one.id for one in listed if one.labels.get(ONE_OFF, "").lower() != "true"]
    found = [await _inspect(client, one) for one in lasting]
    return tuple(one.container() for one in found if one is not None)


async def _named(client: httpx.AsyncClient, name: str) -> Container:
    found = await _inspect(client, name)
    # Docker also takes the beginning of another container's id for a name.
    if found is None or found.plain_name != name:
        return Container(name=name, state="missing")
    return found.container()


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
