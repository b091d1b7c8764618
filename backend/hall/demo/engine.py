"""A simulated Docker Engine: the paths that Hall asks, on plain TCP."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence

from hall.demo import docker_json as shape
from hall.demo.containers import SimulatedContainer
from hall.demo.events import SimulatedEventLog
from hall.demo.filters import Filters, any_of, has_labels, parse_filters
from hall.demo.httpd import DemoReply, DemoRequest, serve_port
from hall.demo.scene import DOCKER_START_S, DOCKER_STOP_S

_FILTERS = frozenset({"label", "name", "id", "status"})
_VERSIONED = re.compile(r"/v(\d+\.\d+)(/.*)")
_CONTAINER = re.compile(r"/containers/([^/]+)/(json|start|stats|stop)")


class SimulatedEngine:
    """One run of a Docker Engine, from its coming up to its going down."""

    def __init__(
        self,
        containers: Sequence[SimulatedContainer],
        events: SimulatedEventLog,
        on_start: Callable[[SimulatedContainer], None],
    ) -> None:
        self._containers = containers
        self._events = events
        self._on_start = on_start

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client of the simulated Engine API until it hangs up."""
        await serve_port(reader, writer, self.answer)

    async def answer(self, request: DemoRequest) -> DemoReply:
        """Answer one request, with `/v1.xx` before its path or not."""
        path = request.path
        if versioned := _VERSIONED.fullmatch(path):
            asked, path = versioned.groups()
            if refusal := _refuse_version(asked):
                return refusal
        try:
            return await self._route(request.method, path, request.query)
        except ValueError as error:
            return shape.error_reply(400, str(error))

    async def _route(self, method: str, path: str, query: Mapping[str, str]) -> DemoReply:
        match method, path:
            case "GET" | "HEAD", "/_ping":
                return shape.ping_reply()
            case "GET", "/version":
                return shape.json_reply(shape.version())
            case "GET", "/events":
                return DemoReply(200, self._events.stream(query), shape.stream_headers())
            case "GET", "/containers/json":
                return shape.json_reply([shape.summary(one) for one in self._listed(query)])
            case _:
                return await self._one(method, path)

    async def _one(self, method: str, path: str) -> DemoReply:
        asked = _CONTAINER.fullmatch(path)
        if asked is None:
            return shape.error_reply(404, "page not found")
        container = self._find(asked[1])
        if container is None:
            return shape.error_reply(404, f"No such container: {asked[1]}")
        match method, asked[2]:
            case "GET", "json":
                return shape.json_reply(shape.inspection(container))
            case "GET", "stats":
                return shape.json_reply(shape.stats(container))
            case "POST", "start":
                return await self._start(container)
            case "POST", "stop":
                return await self._stop(container)
            case _:
                return shape.error_reply(405, "method not allowed")

    async def _start(self, container: SimulatedContainer) -> DemoReply:
        await asyncio.sleep(0 if container.is_running else DOCKER_START_S)
        if container.is_running:
            return shape.empty_reply(304)
        container.start(self._events.add)
        self._on_start(container)
        return shape.empty_reply(204)

    async def _stop(self, container: SimulatedContainer) -> DemoReply:
        await asyncio.sleep(DOCKER_STOP_S if container.is_running else 0)
        if not container.is_running:
            return shape.empty_reply(304)
        container.stop(self._events.add)
        return shape.empty_reply(204)

    def _listed(self, query: Mapping[str, str]) -> list[SimulatedContainer]:
        filters = parse_filters(query.get("filters", ""), known=_FILTERS)
        everything = query.get("all", "").lower() in ("1", "true") or "status" in filters
        found = [one for one in self._containers if everything or one.is_running]
        return [one for one in reversed(found) if _matches(one, filters)]

    def _find(self, asked: str) -> SimulatedContainer | None:
        for one in self._containers:
            if asked in (one.name, one.id) or one.id.startswith(asked):
                return one
        return None


def _refuse_version(asked: str) -> DemoReply | None:
    number, newest, oldest = (
        tuple(map(int, one.split("."))) for one in (asked, shape.API, shape.OLDEST_API)
    )
    if number > newest:
        why = f"too new. Maximum supported API version is {shape.API}"
    elif number < oldest:
        why = f"too old. Minimum supported API version is {shape.OLDEST_API}"
    else:
        return None
    return shape.error_reply(400, f"client version {asked} is {why}")


def _matches(container: SimulatedContainer, filters: Filters) -> bool:
    return (
        has_labels(filters, container.labels)
        and any_of(filters, "name", lambda value: _name_matches(container, value))
        and any_of(filters, "id", container.id.startswith)
        and any_of(filters, "status", lambda value: value == container.status)
    )


def _name_matches(container: SimulatedContainer, pattern: str) -> bool:
    try:
        return any(re.search(pattern, name) for name in (container.name, f"/{container.name}"))
    except re.error as error:
        raise ValueError(f"invalid filter 'name': {error}") from error
