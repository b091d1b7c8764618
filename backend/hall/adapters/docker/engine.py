"""A Docker Engine: is it there, what runs on it, start this, tell me what changes.

Paths carry no version: the engine then speaks its newest. Pinned, no single version would do for
Docker 20.10 (at most 1.41) and 29 (at least 1.44); the fields that Hall reads are in all of them.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from time import perf_counter
from urllib.parse import quote

import httpx

from hall.adapters.docker.calls import AnswerError, ask, translated
from hall.adapters.docker.events import EventStream
from hall.adapters.docker.shapes import ONE_OFF, PROJECT, Inspected, Listing
from hall.adapters.docker.transport import Connect
from hall.adapters.probes.failure import failure_of
from hall.core.facts import Container, Sight
from hall.core.ports import Change, Project
from hall.core.reasons import because

LIST_S = 10.0
"""How long the engine may take to list a project's containers."""

START_S = 60.0
"""How long it may take to start one."""

_STEPS = 4


class DockerEngine:
    """One server's Docker Engine, reached by ``connect``. It holds nothing that needs closing."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._events = EventStream(connect)

    async def ping(self, timeout_s: float) -> Sight:
        """Ask whether the engine answers.

        ``timeout_s`` bounds each step: the connect, the TLS handshake, the answer.
        """
        begun = perf_counter()
        try:
            # Step by step: httpcore forgets to close what is cancelled within a TLS handshake.
            async with (
                asyncio.timeout(_STEPS * timeout_s),
                self._connect() as client,
                client.stream("GET", "/_ping", timeout=timeout_s) as answer,
            ):
                took_ms = (perf_counter() - begun) * 1000
        except (httpx.TransportError, OSError) as error:
            return Sight(ok=False, detail=failure_of(error).reason("docker"))
        return _pinged(answer, took_ms)

    async def containers(self, project: Project) -> tuple[Container, ...]:
        """The project's containers as they are now; by name, an absent one is ``missing``.

        Raises:
            DockerError: the engine did not answer within ``LIST_S``, or answered with an error.
        """
        with translated():
            async with asyncio.timeout(LIST_S), self._connect() as client:
                if project.compose is None:
                    return tuple([await _named(client, name) for name in project.names])
                return await _composed(client, project.compose)

    async def start(self, names: Sequence[str]) -> None:
        """Start (or unpause) these containers, in this order; one that runs already is fine.

        Raises:
            DockerError: the engine refused one, and the rest was not tried; its own words are in
                the error. Or it took longer than ``START_S`` for one.
        """
        with translated():
            async with self._connect() as client:
                for name in names:
                    async with asyncio.timeout(START_S):
                        await _start(client, name)

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        """The engine's event stream; opened again, it goes on from the last event seen.

        Raises:
            DockerError: the stream could not be opened, or was cut. An engine that is gone
                without a word is noticed after about 6 s.
        """
        return self._events.open()


def _pinged(answer: httpx.Response, took_ms: float) -> Sight:
    if answer.status_code != HTTPStatus.OK:
        detail = because("docker_status", status=answer.status_code)
    elif "api-version" not in answer.headers:
        detail = because("docker_broken", why="it is not a Docker Engine")
    else:
        return Sight(ok=True, detail=because("docker_ok"), took_ms=took_ms)
    return Sight(ok=False, detail=detail, took_ms=took_ms)


async def _composed(client: httpx.AsyncClient, project: str) -> tuple[Container, ...]:
    filters = json.dumps({"label": [f"{PROJECT}={project}"]})
    body = await ask(client, "GET", "/containers/json", {"all": "1", "filters": filters})
    listed = Listing.validate_json(body)
    lasting = [one.id for one in listed if one.labels.get(ONE_OFF, "").lower() != "true"]
    found = [await _inspect(client, one) for one in lasting]
    return tuple(one.container() for one in found if one is not None)


async def _named(client: httpx.AsyncClient, name: str) -> Container:
    found = await _inspect(client, name)
    # Docker also takes the beginning of another container's id for a name.
    if found is None or found.plain_name != name:
        return Container(name=name, state="missing")
    return found.container()


async def _inspect(client: httpx.AsyncClient, key: str) -> Inspected | None:
    """One container by id or name; None when it does not exist (any more)."""
    try:
        body = await ask(client, "GET", f"/containers/{quote(key, safe='')}/json")
    except AnswerError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    return Inspected.model_validate_json(body)


async def _start(client: httpx.AsyncClient, name: str) -> None:
    path = f"/containers/{quote(name, safe='')}"
    try:
        await ask(client, "POST", f"{path}/start")
    except AnswerError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        # "cannot start a paused container"; whatever else it was, its words stand.
        try:
            await ask(client, "POST", f"{path}/unpause")
        except AnswerError:
            raise error from None
