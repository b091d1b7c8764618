"""The composition root: opens the adapters, and builds the graph by hand."""

import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hall import __version__
from hall.adapters.agent.factory import agent_announcer
from hall.adapters.clock import SystemClock
from hall.adapters.docker.factory import container_runtime
from hall.adapters.guards.reader import inspector, watchman
from hall.adapters.power.factory import power_driver, sleep_driver
from hall.adapters.probes.factory import AppProbers, network_prober
from hall.adapters.probes.resolver import Names
from hall.application.actuator import Actuator, Drivers
from hall.application.hub import Hub
from hall.application.recorder import Recorder
from hall.application.supervisor import Supervisor
from hall.application.visits import VisitService
from hall.application.watchers import Probes, Watchers
from hall.core.config.document import Configuration
from hall.core.config.domain import DomainConfig
from hall.core.config.server import ServerConfig
from hall.core.lifecycle.domain_wake import ended_while_stopped
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.restore import restore_server, restore_wake
from hall.core.model.facts import CommandDone, GuardsRead
from hall.core.model.state import ServerState
from hall.core.model.wake import Wake
from hall.core.policy.estimate import REMEMBERED
from hall.core.ports import Announcer, Clock, ContainerRuntime, Journal
from hall.core.timing import Instant
from hall.interface.pages.renderer import Pages
from hall.interface.services import Logo, Services

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """The world, through its ports: by server, what is switched, asked and looked at."""

    clock: Clock
    journal: Journal
    drivers: Drivers
    probes: Mapping[str, Probes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """A Hall that is built and not yet running; ``wind_up`` is to be awaited before it ends."""

    parts: Services
    recorder: Recorder
    wind_up: Callable[[], Awaitable[None]]
    tasks: Sequence[tuple[str, Callable[[], Awaitable[None]]]]


@asynccontextmanager
async def opened(config: Configuration, base: Path, journal: Journal) -> AsyncIterator[Adapters]:
    """The real adapters of this configuration, closed at the end.

    Raises:
        ConfigurationError: a certificate or a secret that the configuration names is of no use.
    """
    names = Names()
    docker: dict[str, ContainerRuntime] = {
        **_each(config, lambda server: container_runtime(server, base, names))
    }
    async with AppProbers(names) as probers:
        yield Adapters(
            clock=SystemClock(),
            journal=journal,
            drivers=_drivers(config, base, names, docker),
            probes=_probes(config, docker, _announcers(config, base, names), names, probers),
        )


async def assemble(
    config: Configuration, outside: Adapters, *, base: Path, clients: int, token: str = ""
) -> Assembly:
    """Build the graph over these adapters, with what the journal remembers; no task runs yet.

    At most ``clients`` pages may follow at a time. The gateway's own command line proves itself by
    ``token``; it is empty where there is none.
    """
    hub, recorder = Hub(limit=clients), Recorder(outside.journal)
    await recorder.prove()

    def tell(server: str, fact: CommandDone | GuardsRead) -> None:
        supervisor.tell(server, fact)

    actuator = Actuator(outside.drivers, tell)
    supervisor = Supervisor(
        await _cells(config, outside.journal, recorder, outside.clock.now()),
        clock=outside.clock,
        hub=hub,
        carry=actuator.carry,
        record=recorder.record,
    )
    watchers = Watchers(outside.probes, supervisor, outside.clock, config.gateway.looks_per_second)
    parts = Services(
        config=config,
        supervisor=supervisor,
        visits=VisitService(supervisor, watchers=watchers, clock=outside.clock),
        hub=hub,
        pages=Pages(_frontend_folder()),
        clock=outside.clock,
        journal_sick=lambda: recorder.sick,
        logos=_logos(config, base),
        version=__version__,
        token=token,
    )
    runs = (supervisor.run, recorder.run, actuator.run, watchers.run)
    names = ("supervisor", "recorder", "actuator", "watchers")
    tasks = tuple(zip(names, runs, strict=True))
    return Assembly(parts=parts, recorder=recorder, wind_up=actuator.wind_up, tasks=tasks)


def _frontend_folder() -> Path:
    """Where the pages lie: inside the installed package, or beside the sources."""
    package = Path(__file__).parent
    installed = package / "frontend"
    return installed if installed.is_dir() else package.parent.parent / "frontend"


def _drivers(
    config: Configuration, base: Path, names: Names, docker: Mapping[str, ContainerRuntime]
) -> Drivers:
    guards = {
        name: watchman(server, docker.get(name), inspector(server, base, names))
        for name, server in config.servers.items()
    }
    return Drivers(
        wake=_each(config, lambda server: power_driver(server, base, names)),
        sleep=_each(config, lambda server: sleep_driver(server, base, names)),
        guards={name: one for name, one in guards.items() if one is not None},
        docker=docker,
    )


def _announcers(config: Configuration, base: Path, names: Names) -> dict[str, Announcer]:
    return {
        name: agent_announcer(server, base, names)
        for name, server in config.servers.items()
        if server.agent is not None
    }


def _each(config: Configuration, make: Callable[[ServerConfig], Made | None]) -> dict[str, Made]:
    """What is made for each server, where it has it."""
    made = {name: make(server) for name, server in config.servers.items()}
    return {name: one for name, one in made.items() if one is not None}


def _probes(
    config: Configuration,
    docker: Mapping[str, ContainerRuntime],
    announcers: Mapping[str, Announcer],
    names: Names,
    probers: AppProbers,
) -> dict[str, Probes]:
    return {
        name: Probes(
            network=network_prober(config.servers[name], names),
            docker=docker.get(name),
            announcer=announcers.get(name),
            apps={
                key: probers.prober(domain.health)
                for key, domain in domains.items()
                if domain.health is not None
            },
        )
        for name, domains in _homes(config).items()
    }


async def _cells(
    config: Configuration, journal: Journal, recorder: Recorder, now: Instant
) -> dict[str, ServerState]:
    """A cell for each server, with what the journal remembers of its domains."""
    homes = _homes(config)
    left = await _left(config, journal, recorder, now)
    history, memory = await journal.history(REMEMBERED), await journal.memory(homes)
    cells = {}
    for name, domains in homes.items():
        cell = open_cell(name, config.servers[name], domains, now=now, zone=config.gateway.timezone)
        for key in domains.keys() & (history.keys() | left.keys()):
            cell = restore_wake(
                cell, key, history=history.get(key, ()), running=left.get(key), now=now
            )
        cells[name] = restore_server(cell, memory[name], now)
    return cells


def _homes(config: Configuration) -> dict[str, dict[str, DomainConfig]]:
    """The domains of each server, in one pass over all."""
    homes: dict[str, dict[str, DomainConfig]] = {name: {} for name in config.servers}
    for key, domain in config.domains.items():
        homes[domain.server][key] = domain
    return homes


async def _left(
    config: Configuration, journal: Journal, recorder: Recorder, now: Instant
) -> dict[str, Wake]:
    """The wakes that ran or had failed at the last stop of Hall, by domain.

    Those that it cut off long ago are ended.
    """
    wakes = {}
    for left in await journal.unfinished():
        if (domain := config.domains.get(left.domain)) is None:
            continue
        lost = left.wake.outcome is None
        if (
            lost
            and (end := ended_while_stopped(domain.server, left.domain, left.wake, now)) is not None
        ):
            recorder.record([end])
        else:
            wakes[left.domain] = left.wake
    return wakes


def _logos(config: Configuration, base: Path) -> dict[str, Logo]:
    named = {key: base / dom.page.logo for key, dom in config.domains.items() if dom.page.logo}
    return {
        key: Logo(
            mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes()
        )
        for key, path in named.items()
    }
