"""The engine's event stream: what happens to containers, told as it happens."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from email.utils import parsedate_to_datetime

import httpx
from pydantic import ValidationError

from hall.adapters.docker.api import check_engine, engine_errors
from hall.adapters.docker.models import PROJECT_LABEL, EngineEvent
from hall.adapters.docker.timeouts import DockerTimeouts
from hall.adapters.docker.transport import Connect
from hall.core.errors import DockerError
from hall.core.model.container import ContainerChange
from hall.core.model.reason import because

LIFECYCLE = (
    *("create", "start", "restart", "pause", "unpause", "kill", "stop", "die", "oom", "destroy"),
    *("rename", "health_status"),
    *("died", "remove"),
)
"""What is listened for; each HEALTHCHECK run is three more events (exec_*), and they are noise.

The last two are Podman's words. Up to 4.3 it filters by them alone, and tells ``died`` as ``die``
nonetheless (podman: libpod/events/config.go).
"""

STOPS = frozenset({"restart", "pause", "kill", "stop", "die", "died", "oom", "remove", "destroy"})
"""After these a container may not answer any more."""

EVENT_LINE_LIMIT = 1024 * 1024
"""How many bytes an event may have."""

_NANO = 1_000_000_000
_FILTERS = json.dumps({"type": ["container"], "event": LIFECYCLE})


class EventStream:
    """Opens the stream, and remembers how far it was read by the engine's own clock."""

    def __init__(self, connect: Connect, timeouts: DockerTimeouts) -> None:
        self._connect = connect
        self._open_s = timeouts.open_s
        self._seen_ns: int | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AsyncIterator[ContainerChange]]:
        """The changes from now on, or from the last one that was seen.

        What is told twice is harmless: the last event comes again when the stream is reopened.

        Raises:
            DockerError: it could not be opened in its time; later, that it was cut.
        """
        async with AsyncExitStack() as stack:
            with engine_errors():
                async with asyncio.timeout(self._open_s):
                    answer = await self._open(stack)
            async with aclosing(self._changes(answer)) as changes:
                yield changes

    async def _open(self, stack: AsyncExitStack) -> httpx.Response:
        params = {"filters": _FILTERS}
        if self._seen_ns is not None:
            params["since"] = f"{self._seen_ns // _NANO}.{self._seen_ns % _NANO:09d}"
        client = await stack.enter_async_context(self._connect())
        answer = await stack.enter_async_context(client.stream("GET", "/events", params=params))
        await check_engine(answer)
        if self._seen_ns is None:
            self._seen_ns = _sent_ns(answer)
        return answer

    async def _changes(self, answer: httpx.Response) -> AsyncGenerator[ContainerChange]:
        with engine_errors():
            async for line in lines(answer.aiter_raw()):
                event = _event(line)
                if event is None:
                    continue
                self._seen_ns = event.time_nano or self._seen_ns
                for change in _changes(event):
                    yield change
        raise DockerError(because("events_ended"))


async def lines(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Cut a stream into lines; a last one without an end was cut, and is left out.

    Raises:
        DockerError: a line is longer than ``EVENT_LINE_LIMIT``.
    """
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in filter(None, whole):
            yield line
        if len(rest) > EVENT_LINE_LIMIT:
            raise DockerError(because("event_long"))


def _event(line: bytes) -> EngineEvent | None:
    """None for what is no event: as an error, it would come again with each reopening."""
    try:
        return EngineEvent.model_validate_json(line)
    except ValidationError:
        return None


def _changes(event: EngineEvent) -> Iterator[ContainerChange]:
    action = event.action.partition(":")[0]
    if action not in LIFECYCLE:
        return
    project = event.actor.says(PROJECT_LABEL)
    for name in (event.actor.says("name"), event.actor.says("oldName")):
        if name:
            halted = action == "stop"  # what ends by itself has a `die` alone
            stops = action in STOPS
            yield ContainerChange(name.removeprefix("/"), project, halted=halted, stops=stops)


def _sent_ns(answer: httpx.Response) -> int | None:
    """When the engine opened the stream by its own clock, to the second; None if not told."""
    try:
        return int(parsedate_to_datetime(answer.headers.get("date", "")).timestamp()) * _NANO
    except ValueError:
        return None
