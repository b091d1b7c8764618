"""A simulated server: it answers the core's commands with facts, each at its time.

It never looks at anything by itself, and tells only what changes: what a look would find in
between is what the last one found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, assert_never

from hall.core.model.changed import replace
from hall.core.model.check import CheckName, ProbeResult
from hall.core.model.commands import (
    AskGuards,
    Command,
    SendSleep,
    SendWake,
    StartContainers,
    StopContainers,
)
from hall.core.model.container import Container
from hall.core.model.facts import CommandDone, ContainersSeen, Fact, GuardsRead, Probed
from hall.core.model.guards import GuardReport
from hall.core.model.reason import because
from hall.core.policy.health import FAILURE_THRESHOLD
from hall.core.timing import Instant
from hall.simulation.times import DomainTimes, ServerTimes

SILENT_S = 3.0
"""Seconds from the sleep order until the server is silent."""

UP = ProbeResult(ok=True, detail=because("ping_ok"), took_ms=1.0)
DOWN = ProbeResult(ok=False, detail=because("ping_silent"))
_DOCKER_UP = ProbeResult(ok=True, detail=because("docker_ok"), took_ms=1.0)
_APP_UP = ProbeResult(ok=True, detail=because("app_ok", status=200), took_ms=1.0)


class Mode(Enum):
    """What a machine is doing; it uses little power only while it is off."""

    OFF = auto()
    BOOTING = auto()
    ON = auto()
    LEAVING = auto()


@dataclass(frozen=True, slots=True)
class Coming:
    """A fact that will be told; ``mode`` is what the machine is then, None for as before."""

    at: Instant
    fact: Fact
    mode: Mode | None = None


Link = Literal[CheckName.CONTAINERS, CheckName.APP]
"""A link that stands for a domain's own part of the boot, its containers and its app."""


@dataclass(frozen=True, slots=True)
class Project:
    """What of a domain is on the machine; ``link`` tells of it, None when it has nothing there."""

    times: DomainTimes
    link: Link | None


@dataclass(frozen=True, kw_only=True)
class ServerBody:
    """What a machine is, and how long it takes."""

    times: ServerTimes
    docker: bool
    projects: Mapping[str, Project]


@dataclass(frozen=True, kw_only=True)
class SimulatedMachine:
    """A machine at one instant: what it does, what it will tell, whose containers are stopped."""

    mode: Mode = Mode.OFF
    agenda: tuple[Coming, ...] = ()
    stopped: frozenset[str] = frozenset()


def agenda_of(machine: SimulatedMachine) -> tuple[SimulatedMachine, Fact]:
    """The machine once the first fact of its agenda is told, and that fact; there must be one."""
    first, *rest = machine.agenda
    return replace(machine, agenda=tuple(rest), mode=first.mode or machine.mode), first.fact


def already_up(machine: SimulatedMachine, body: ServerBody, now: Instant) -> SimulatedMachine:
    """The machine as one that is up already: its agenda has every answer at ``now``."""
    at_once = DomainTimes(0.0, 0.0)
    projects = {name: Project(at_once, one.link) for name, one in body.projects.items()}
    body = replace(body, times=ServerTimes(0.0, 0.0), projects=projects)
    return _woken(machine, body, now)


def obey(
    machine: SimulatedMachine, body: ServerBody, command: Command, now: Instant
) -> SimulatedMachine:
    """The machine after a command, with the facts that answer it on its agenda."""
    match command:
        case SendWake():
            return _woken(machine, body, now) if machine.mode is Mode.OFF else machine
        case SendSleep():
            return _leaving(machine, CommandDone(command), now)
        case AskGuards(number=number):
            return _will(machine, [Coming(now, GuardsRead(number, GuardReport()))])
        case StopContainers(domain=name):
            machine = replace(machine, stopped=machine.stopped | {name})
            gone = Coming(now, _seen(name, "exited"))
            return _will(machine, [Coming(now, CommandDone(command)), gone])
        case StartContainers(domain=name):
            machine = replace(machine, stopped=machine.stopped - {name})
            project = body.projects[name]
            rising = _rising(name, project, now + project.times.start_s)
            return _will(machine, [Coming(now, CommandDone(command)), *rising])
    assert_never(command)


def _will(machine: SimulatedMachine, more: Iterable[Coming]) -> SimulatedMachine:
    agenda = sorted([*machine.agenda, *more], key=lambda coming: coming.at)
    return replace(machine, agenda=tuple(agenda))


def _woken(machine: SimulatedMachine, body: ServerBody, now: Instant) -> SimulatedMachine:
    """The machine as it begins to boot: each link's answer is on its agenda, at its time."""
    network_at = now + body.times.network_s
    docker_at = network_at + body.times.docker_s
    agenda = [Coming(network_at, Probed(CheckName.NETWORK, UP), Mode.ON)]
    if body.docker:
        agenda.append(Coming(docker_at, Probed(CheckName.DOCKER, _DOCKER_UP)))
    for name, project in body.projects.items():
        if name in machine.stopped:
            agenda.append(Coming(docker_at, _seen(name, "exited")))
        else:
            agenda += _rising(name, project, docker_at + project.times.boot_s)
    return _will(replace(machine, mode=Mode.BOOTING), agenda)


def _leaving(machine: SimulatedMachine, said: Fact, now: Instant) -> SimulatedMachine:
    """The machine as it goes down: ``said`` is told now, and silence follows ``SILENT_S`` later.

    Of failed probes there are as many as the failure threshold; what was to come is dropped.
    """
    silence = now + SILENT_S
    looks = [Coming(silence, Probed(CheckName.NETWORK, DOWN))] * (
        FAILURE_THRESHOLD[CheckName.NETWORK] - 1
    )
    last = Coming(silence, Probed(CheckName.NETWORK, DOWN), Mode.OFF)
    agenda = (Coming(now, said), *looks, last)
    return replace(machine, mode=Mode.LEAVING, agenda=agenda)


def _rising(name: str, project: Project, ready_at: Instant) -> list[Coming]:
    """A domain comes up: until it is ready a look finds nothing that anybody acts on."""
    match project.link:
        case None:
            return []
        case CheckName.CONTAINERS:
            return [Coming(ready_at, _seen(name, "running", "healthy"))]
        case CheckName.APP:
            return [Coming(ready_at, Probed(CheckName.APP, _APP_UP, name))]


def _seen(name: str, state: str, health: str | None = None) -> ContainersSeen:
    container = Container(name=name, state=state, health=health, exit_code=0)
    return ContainersSeen(name, (container,))
