"""Runs a Hall: opens the journal, serves until the signal, and ends everything cleanly.

Server and supervisor are siblings in one task group: if one dies, the process ends and the service
manager starts it again. A half-dead Hall is not possible.
"""

import asyncio
import gc
import logging
import resource
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from hall.adapters.config.own_token import renew_token
from hall.adapters.storage.journal import SqliteJournal, open_journal
from hall.application.hub import Hub
from hall.core.config.document import Configuration
from hall.interface.app import create_app
from hall.net.front import Front
from hall.net.listen import listening_socket
from hall.wiring import Assembly, assemble, opened

logger = logging.getLogger("hall")

SPARE_FILES = 200
"""File descriptors that no page holds: those of Hall itself, and of plain requests."""

OWN_FILES = 120
"""Those of them that no connection takes: for probes, Docker and the journal."""

FEWEST = 16
"""Pages and connections that are let in at least, however few descriptors there are."""

BACKLOG = 4096
"""Connections that may wait to be taken: all pages come back at once after a restart."""

DEAD_PEER_TIMEOUT_S = 12
"""Seconds after which a connection that acknowledges nothing is given up."""

STOP_PATIENCE_S = 0.4
"""How long a stop waits for pages to take their goodbye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """What the command line decides: where to listen, where the record lives."""

    host: str
    port: int
    data: Path
    base: Path
    announce: Callable[[], None] = lambda: None


async def serve(
    config: Configuration,
    settings: ServeSettings,
    *,
    prepare: Callable[[SqliteJournal], Awaitable[None]] | None = None,
) -> None:
    """Run Hall until SIGTERM or SIGINT.

    A sleep order that is being given is given to its end first, unless a second signal comes.

    Args:
        config: What to serve.
        settings: Where.
        prepare: Called with the open journal before anything is read from it.

    Raises:
        ConfigurationError: a certificate or a secret that the configuration names is of no use.
        JournalError: the journal cannot be opened.
        ListenError: the address cannot be listened on.
    """
    files = _raise_file_limit()
    async with AsyncExitStack() as stack:
        door = stack.enter_context(visitors_socket(settings.host, settings.port))
        journal = await stack.enter_async_context(open_journal(settings.data))
        if prepare is not None:
            await prepare(journal)
        outside = await stack.enter_async_context(opened(config, settings.base, journal))
        assembly = await assemble(
            config,
            outside,
            base=settings.base,
            clients=max(FEWEST, files - SPARE_FILES),
            token=_token(settings.data),
        )
        front = Front(create_app(assembly.parts), door, limit=max(FEWEST, files - OWN_FILES))
        await _run(assembly, front, settings)


def _token(folder: Path) -> str:
    """The gateway's own; without one, its command line is a client like any other."""
    try:
        return renew_token(folder)
    except OSError as error:
        logger.warning("No token for the command line can be written: %s", error)
        return ""


def visitors_socket(host: str, port: int) -> socket.socket:
    """The socket that visitors come to, bound and listening; up to ``BACKLOG`` may wait in it.

    Raises:
        ListenError: the address cannot be listened on.
    """
    return listening_socket(host, port, backlog=BACKLOG, gone_s=DEAD_PEER_TIMEOUT_S)


async def _run(assembly: Assembly, front: Front, settings: ServeSettings) -> None:
    stop, at_once = asyncio.Event(), asyncio.Event()

    def told() -> None:
        (at_once if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told)
    gc.collect()
    gc.freeze()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_forever(run), name=name) for name, run in assembly.tasks]
        await front.serve(lambda: _until_stopped(stop, assembly.parts.hub, settings))
        ends = [group.create_task(_forever(end)) for end in (assembly.wind_up, at_once.wait)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, *ends):
            task.cancel()


async def _forever(run: Callable[[], Awaitable[object]]) -> None:
    await run()


async def _until_stopped(stop: asyncio.Event, hub: Hub, settings: ServeSettings) -> None:
    """Hold the web server open; on the signal the hub closes first, then the server returns."""
    settings.announce()
    await stop.wait()
    logger.info("Hall stops, as it was told to")
    hub.close()
    try:
        async with asyncio.timeout(STOP_PATIENCE_S):
            await hub.empty()
    except TimeoutError:
        pass


def _raise_file_limit() -> int:
    """Raise the soft limit of open files as far as it goes, and tell how far that is."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
