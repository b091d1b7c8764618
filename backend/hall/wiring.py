"""The composition root: opens what must be opened, builds the graph by hand, runs it, stops it.

Server and supervisor are siblings in one task group: if one dies, the process ends and the service
manager starts it again. A half-dead Hall is not possible.
"""

import asyncio
import gc
import mimetypes
import resource
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import hypercorn.asyncio
import hypercorn.config

from hall import __version__
from hall.adapters.clock import SystemClock
from hall.adapters.docker.build import container_runtime
from hall.adapters.power.build import power_driver
from hall.adapters.probes.build import AppProbers, network_prober
from hall.adapters.probes.names import Names
from hall.adapters.storage.journal import SqliteJournal, open_journal
from hall.application.actuator import Actuator
from hall.application.frontdesk import FrontDesk
from hall.application.hub import Hub
from hall.application.recorder import Recorder
from hall.application.supervisor import Supervisor
from hall.application.watchers import Eyes, Watchers
from hall.core.config import Configuration
from hall.core.estimate import REMEMBERED
from hall.core.facts import Carried
from hall.core.lifecycle import open_cell, recall
from hall.core.ports import Clock, ContainerRuntime, Journal, PowerDriver
from hall.core.state import ServerState
from hall.interface.app import create_app
from hall.interface.context import Hall, Logo
from hall.interface.pages import Pages

SPARE_FILES = 200
"""File descriptors kept for probes, Docker, the journal and plain requests."""

PATIENCE_S = 0.4
"""How long a stop waits for pages to take their goodbye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the command line decides: where to listen, where the record lives."""

    host: str
    port: int
    data: Path
    base: Path
    announce: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A Hall that is built and not yet running."""

    parts: Hall
    tasks: Sequence[tuple[str, Callable[[], Awaitable[None]]]]


async def serve(
    config: Configuration,
    settings: Settings,
    *,
    prepare: Callable[[SqliteJournal], Awaitable[None]] | None = None,
) -> None:
    """Run Hall until SIGTERM or SIGINT.

    Args:
        config: What to serve.
        settings: Where.
        prepare: Called with the open journal before anything is read from it.

    Raises:
        ConfigurationError: a certificate or a secret that the configuration names is of no use.
        JournalError: the journal cannot be opened.
        OSError: the address cannot be listened on.
    """
    async with open_journal(settings.data) as journal:
        if prepare is not None:
            await prepare(journal)
        async with _build(config, settings, journal) as house:
            await _run(house, settings)


@asynccontextmanager
async def _build(
    config: Configuration, settings: Settings, journal: Journal
) -> AsyncIterator[House]:
    clock = SystemClock()
    hub = Hub(limit=_raise_file_limit() - SPARE_FILES)
    async with AsyncExitStack() as stack:
        names = Names()
        power = _power(config, settings.base, names)
        docker = _docker(config, settings.base, names)
        eyes = await _eyes(config, docker, names, stack)
        recorder = Recorder(journal)

        def tell(server: str, fact: Carried) -> None:
            supervisor.tell(server, fact)

        actuator = Actuator(power=power, docker=docker, tell=tell)
        supervisor = Supervisor(
            await _cells(config, journal, clock),
            clock=clock,
            hub=hub,
            carry=actuator.carry,
            record=recorder.record,
        )
        watchers = Watchers(eyes, supervisor, hub)
        desk = FrontDesk(
            supervisor,
            networks={name: seen.network for name, seen in eyes.items()},
            apps={name: app for seen in eyes.values() for name, app in seen.apps.items()},
            clock=clock,
        )
        parts = Hall(
            config=config,
            supervisor=supervisor,
            desk=desk,
            hub=hub,
            pages=Pages(frontend_folder()),
            clock=clock,
            journal_sick=lambda: recorder.sick,
            logos=_logos(config, settings.base),
            version=__version__,
        )
        yield House(
            parts=parts,
            tasks=(
                ("supervisor", supervisor.run),
                ("recorder", recorder.run),
                ("actuator", actuator.run),
                ("watchers", watchers.run),
            ),
        )


async def _run(house: House, settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    gc.collect()
    gc.freeze()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_forever(run), name=name) for name, run in house.tasks]
        await hypercorn.asyncio.serve(
            create_app(house.parts),
            _hypercorn(settings),
            shutdown_trigger=lambda: _until_stopped(stop, house.parts.hub, settings),
        )
        for task in tasks:
            task.cancel()


async def _forever(run: Callable[[], Awaitable[None]]) -> None:
    await run()


async def _until_stopped(stop: asyncio.Event, hub: Hub, settings: Settings) -> None:
    """Hold the web server open; on the signal the hub closes first, then the server returns."""
    settings.announce()
    await stop.wait()
    hub.close()
    try:
        async with asyncio.timeout(PATIENCE_S):
            await hub.empty()
    except TimeoutError:
        pass


def _hypercorn(settings: Settings) -> hypercorn.config.Config:
    config = hypercorn.config.Config()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    config.bind = [f"{host}:{settings.port}"]
    config.backlog = 4096
    config.graceful_timeout = 0.3
    config.shutdown_timeout = 0.3
    config.keep_alive_timeout = 75
    config.include_server_header = False
    config.websocket_max_message_size = 1024
    config.loglevel = "WARNING"
    return config


def _raise_file_limit() -> int:
    """Raise the soft limit of open files as far as it goes, and tell how far that is."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def frontend_folder() -> Path:
    """Where the pages lie: inside the installed package, or beside the sources."""
    package = Path(__file__).parent
    installed = package / "frontend"
    return installed if installed.is_dir() else package.parent.parent / "frontend"


def _power(config: Configuration, base: Path, names: Names) -> dict[str, PowerDriver]:
    drivers = {name: power_driver(server, base, names) for name, server in config.servers.items()}
    return {name: driver for name, driver in drivers.items() if driver is not None}


def _docker(config: Configuration, base: Path, names: Names) -> dict[str, ContainerRuntime]:
    runtimes = {
        name: container_runtime(server, base, names) for name, server in config.servers.items()
    }
    return {name: runtime for name, runtime in runtimes.items() if runtime is not None}


async def _eyes(
    config: Configuration,
    docker: dict[str, ContainerRuntime],
    names: Names,
    stack: AsyncExitStack,
) -> dict[str, Eyes]:
    probers = await stack.enter_async_context(AppProbers(names))
    return {
        name: Eyes(
            network=network_prober(server, names),
            docker=docker.get(name),
            apps={
                key: probers.prober(domain.health)
                for key, domain in config.domains.items()
                if domain.server == name and domain.health is not None
            },
        )
        for name, server in config.servers.items()
    }


async def _cells(config: Configuration, journal: Journal, clock: Clock) -> dict[str, ServerState]:
    """A cell for each server, with what the journal remembers of its domains."""
    now = clock.now()
    running = {left.domain: left.wake for left in await journal.unfinished()}
    cells = {}
    for name, server in config.servers.items():
        domains = {key: dom for key, dom in config.domains.items() if dom.server == name}
        cell = open_cell(name, server, domains, now=now)
        for key in domains:
            history = await journal.history(key, REMEMBERED)
            cell = recall(cell, key, history=history, running=running.get(key), now=now)
        cells[name] = cell
    return cells


def _logos(config: Configuration, base: Path) -> dict[str, Logo]:
    named = {key: base / dom.page.logo for key, dom in config.domains.items() if dom.page.logo}
    return {
        key: Logo(
            mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes()
        )
        for key, path in named.items()
    }
