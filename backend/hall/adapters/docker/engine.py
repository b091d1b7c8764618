"""A Docker Engine: is it there, what runs on it, start this, stop that, tell me what changes.

All that Hall asks, and what a filter in front of an engine must let pass:

    GET  /_ping
    GET  /events?filters={"type": ["container"], "event": […]}[&since=seconds.nanoseconds]
    GET  /containers/json[?all=1][&filters={"label": ["com.docker.compose.project=<name>"]}]
         (of what is absent also with the labels of Swarm: see ``swarm.py``)
    GET  /containers/<id or name>/json
    GET  /containers/<id>/stats?stream=false&one-shot=true
    POST /containers/<name>/start, /containers/<name>/unpause, /containers/<name>/stop

No request has a body. Paths carry no version: the engine then speaks its newest. Pinned, no
single version would do for Docker 20.10 (at most 1.41) and 29 (at least 1.44); the fields that
Hall reads are in all of them.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from time import perf_counter

import httpx

from hall.adapters.docker.api import AnswerError, ask_engine, engine_errors, engine_refusal
from hall.adapters.docker.events import EventStream
from hall.adapters.docker.listing import containers, path_of, running_containers
from hall.adapters.docker.stats import traffic
from hall.adapters.docker.timeouts import DockerTimeouts
from hall.adapters.docker.transport import Connect
from hall.adapters.probes.connect_errors import failure_of
from hall.core.errors import DockerError, StartError
from hall.core.model.check import ProbeResult
from hall.core.model.container import Container, ContainerChange, ProjectRef, RunningContainer
from hall.core.model.reason import because

_STEPS = 4
_PERHAPS_PAUSED = frozenset({HTTPStatus.CONFLICT, HTTPStatus.INTERNAL_SERVER_ERROR})
"""How engines refuse to start what is paused: Docker by the first, Podman by the second."""


class DockerEngine:
    """One server's Docker Engine, reached by ``connect``. It holds nothing that needs closing."""

    def __init__(self, connect: Connect, timeouts: DockerTimeouts = DockerTimeouts()) -> None:
        self._connect = connect
        self._timeouts = timeouts
        self._events = EventStream(connect, timeouts)

    async def ping(self, timeout_s: float) -> ProbeResult:
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
            return failure_of(error).result("docker")
        return _pinged(answer, took_ms)

    async def containers(self, project: ProjectRef) -> tuple[Container, ...]:
        """The project's containers as they are now; by name, an absent one is ``missing``.

        Raises:
            DockerError: the engine did not answer in its time, or answered with an error.
        """
        with engine_errors():
            async with asyncio.timeout(self._timeouts.list_s), self._connect() as client:
                return await containers(client, project, self._timeouts.inspect_s)

    async def start(self, names: Sequence[str]) -> None:
        """Start (or unpause) these containers, in this order; one that runs already is fine.

        Raises:
            StartError: the engine refused some, or took too long for them; the rest was started.
                Its words about the first of them are in the error.
            DockerError: it did not answer.
        """
        refused: dict[str, DockerError] = {}
        with engine_errors():
            async with self._connect() as client:
                for name in names:
                    try:
                        async with asyncio.timeout(self._timeouts.start_s):
                            await _start(client, name)
                    except AnswerError as error:
                        refused[name] = error
                    except TimeoutError:
                        refused[name] = _silent()
        for first in refused.values():
            raise StartError(first.why, refused=tuple(refused)) from first

    async def stop(self, names: Sequence[str]) -> None:
        """Stop these containers, in this order; one that does not run is fine.

        Docker asks each to end, and kills it after its own grace period (10 s by default).

        Raises:
            DockerError: the engine refused one, and the rest was not tried; its own words are in
                the error. Or it took too long for one.
        """
        with engine_errors():
            async with self._connect() as client:
                for name in names:
                    async with asyncio.timeout(self._timeouts.stop_s):
                        await ask_engine(client, "POST", path_of(name, "stop"))

    async def traffic(self, project: ProjectRef) -> int | None:
        """Bytes that the project's running containers sent and received since they started.

        None when it cannot be told, as on the network of the host. It is 0 when none
        runs; one that ends meanwhile is left out.

        Raises:
            DockerError: the engine did not answer in its time, or answered with an error.
        """
        with engine_errors():
            async with asyncio.timeout(self._timeouts.list_s), self._connect() as client:
                return await traffic(client, project)

    async def running(self) -> tuple[RunningContainer, ...]:
        """All containers that run on the server, of whatever project.

        Raises:
            DockerError: the engine did not answer in its time, or answered with an error.
        """
        with engine_errors():
            async with asyncio.timeout(self._timeouts.list_s), self._connect() as client:
                return await running_containers(client)

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator[ContainerChange]]:
        """The engine's event stream; opened again, it goes on from the last event seen.

        Raises:
            DockerError: the stream could not be opened, or was cut. An engine that is gone
                without a word is noticed after about 6 s.
        """
        return self._events.open()


def _pinged(answer: httpx.Response, took_ms: float) -> ProbeResult:
    if answer.status_code != HTTPStatus.OK:
        detail = engine_refusal(answer.status_code, answer.request)
    elif "api-version" not in answer.headers:
        detail = because("docker_broken", why=because("no_engine"))
    else:
        return ProbeResult(ok=True, detail=because("docker_ok"), took_ms=took_ms)
    return ProbeResult(ok=False, detail=detail, took_ms=took_ms, alive=True)


def _silent() -> DockerError:
    return DockerError(because("docker_silent"))


async def _start(client: httpx.AsyncClient, name: str) -> None:
    try:
        await ask_engine(client, "POST", path_of(name, "start"))
    except AnswerError as error:
        if error.status not in _PERHAPS_PAUSED:
            raise
        # "cannot start a paused container"; whatever else it was, its words stand.
        try:
            await ask_engine(client, "POST", path_of(name, "unpause"))
        except AnswerError:
            raise error from None
