"""One connection: what comes is Hypercorn's to understand, how long it may take is decided here."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.typing import ConnectionState

from hall.net.http1 import Protocol
from hall.net.lines import Lines

_CHUNK = 65_536
TransportPeer = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long the whole head of a request may take to arrive.

    ``head_s`` counts from the beginning of the connection, ``idle_s``, for one more request, from
    the answer before it.
    """

    head_s: float = 10.0
    idle_s: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What all connections of a listening socket share."""

    app: ASGIWrapper
    config: Config
    context: WorkerContext
    lines: Lines
    deadlines: Deadlines


class Connection:
    """One connection: counted in ``lines`` and timed from the moment that it was taken."""

    def __init__(
        self, serving: Serving, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._serving = serving
        self._reader = reader
        self._writer = writer
        self._deadline: asyncio.TimerHandle | None = None
        self._protocol: Protocol | None = None
        serving.lines.enter(self)
        self._wait(serving.deadlines.head_s)

    def hang_up(self) -> None:
        """End it at once; what was not sent yet is lost."""
        self._writer.transport.abort()

    async def run(self, peer: TransportPeer, own: TransportPeer) -> None:
        """Serve requests until either end closes it, or a deadline passes; then leave ``lines``."""
        try:
            async with TaskGroup(asyncio.get_running_loop()) as group:
                self._protocol = self._spoken(group, peer, own)
                await self._read(self._protocol)
        finally:
            self._stop_waiting()
            self._serving.lines.leave(self)
            await self._close()

    def _spoken(self, group: TaskGroup, peer: TransportPeer, own: TransportPeer) -> Protocol:
        shared = self._serving
        state = ConnectionState({})
        given = (shared.app, shared.config, shared.context, group, state, False, peer, own)
        return Protocol(*given, self._out)

    async def _read(self, protocol: Protocol) -> None:
        with suppress(OSError):
            while data := await self._reader.read(_CHUNK):
                await protocol.handle(RawData(data))
        await protocol.handle(Closed())

    async def _out(self, event: Event) -> None:
        match event:
            case RawData():
                await self._write(event.data)
            case Updated(idle=True):
                self._serving.lines.waits(self)
                self._wait(self._serving.deadlines.idle_s)
            case Updated():
                self._serving.lines.works(self)
                self._stop_waiting()
            case Closed():
                self._writer.close()
            case _:
                pass

    async def _write(self, data: bytes) -> None:
        try:
            self._writer.write(data)
            await self._writer.drain()
        except (OSError, RuntimeError):
            if self._protocol is not None:
                await self._protocol.handle(Closed())

    async def _close(self) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            pass
        except asyncio.CancelledError:
            self.hang_up()
            raise

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(seconds, self.hang_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
