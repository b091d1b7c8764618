"""A stage: all worlds of one setting. Those that were played once are played from memory.

The core knows no clock, so what happened at one time happens again at any other. A server that
sleeps, and of whose past nothing is left to matter, is taken as one that Hall has just been started
for: the same world each time. From there on, the same visits lead to the same worlds. Windows of
the calendar know the time: with them nothing is remembered.
"""

from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.restore import restore_wake
from hall.core.model.check import CheckName
from hall.core.model.facts import Fact, PowerAnnounced, Probed
from hall.core.model.power import PowerNews
from hall.core.model.state import ServerState
from hall.core.model.wake import Boot
from hall.core.timing import Instant
from hall.simulation.machine import (
    DOWN,
    Project,
    ServerBody,
    SimulatedMachine,
    leaving,
    running_names,
    woken,
)
from hall.simulation.setting import Part, Role, Setting
from hall.simulation.times import ServerTimes
from hall.simulation.world import World

NOON = 1_000_000_000.0
"""When somebody comes to a server that sleeps, as its remembered worlds count time."""

_LONG_S = 86_400.0
_REMEMBERED = 20_000
"""How many worlds are remembered to follow one: each takes about a kilobyte."""


class SimulationStage:
    """Gives the first world of a setting, and those that follow a world."""

    def __init__(self, setting: Setting, start: Instant) -> None:
        self._setting = setting
        self._named = {f"{number}": part for number, part in enumerate(setting.parts)}
        self._body = _body(setting, self._named)
        self._homes: dict[frozenset[str], World] = {}
        self.up = setting.up
        self.timeless = setting.timeless
        self.begins_at = NOON - _LONG_S if self.timeless else start
        """When the first world is, as worlds count time."""

    def hosted(self, world: World, now: Instant, *, on: bool) -> World:
        """The world of a guest when its server is switched on, or begins to fall silent."""
        if on:
            return World(world.cell, woken(world.machine, self._body, now))
        return World(
            world.cell, leaving(world.machine, PowerAnnounced(PowerNews.GOING_TO_SLEEP), now)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the parts in the cell: their numbers, in the order of the setting."""
        return tuple(self._named)

    def first(self) -> World:
        """Asleep and looked at; one that Hall cannot both wake and put to sleep is up."""
        if self._setting.up:
            return World(
                self._open(), running_names(SimulatedMachine(), self._body, self.begins_at)
            )
        return self._asleep(frozenset())

    def home(self, world: World) -> World | None:
        """The world in which all sleeps that end like this one are the same; None if it is none."""
        if not self.timeless or not world.still:
            return None
        stopped = world.machine.stopped
        if stopped not in self._homes:
            self._homes[stopped] = self._asleep(stopped)
        return self._homes[stopped]

    def hear(self, world: World, fact: Fact, now: Instant) -> World:
        """The world after a sign of use at ``now``; of a timeless setting, from memory."""
        found = world.later.get((fact, now))
        if found is None:
            found = world.tell(fact, self._body, now)
            if self.timeless and len(world.later) < _REMEMBERED:
                found.origin = world, fact, now
                world.later[(fact, now)] = found
        return found

    def go_on(self, world: World, now: Instant) -> World:
        """The world after what comes next by itself at ``now``: the machine's fact, or a timer."""
        if not self.timeless or not world.tells_next:
            return world.go_on(self._body, now)
        if (found := world.later.get(None)) is None:
            found = world.later[None] = world.go_on(self._body, now)
        return found

    def _open(self) -> ServerState:
        """Hall has just been started, and knows how long boots take."""
        now, setting = self.begins_at, self._setting
        specs = {name: part.spec for name, part in self._named.items()}
        cell = open_cell("-", setting.server, specs, now=now, zone=setting.zone)
        for name, part in self._named.items():
            cell = restore_wake(
                cell, name, history=(boot(setting.times, part.project),), running=None, now=now
            )
        return cell

    def _asleep(self, stopped: frozenset[str]) -> World:
        """It was just looked at, and did not answer."""
        unseen = World(self._open(), SimulatedMachine(stopped=stopped))
        return unseen.tell(Probed(CheckName.NETWORK, DOWN), self._body, self.begins_at)


def _body(setting: Setting, named: dict[str, Part]) -> ServerBody:
    return ServerBody(
        times=setting.times,
        docker=setting.server.docker is not None,
        deaf=setting.role is Role.GUEST,
        projects={name: part.project for name, part in named.items()},
    )


def boot(times: ServerTimes, project: Project) -> Boot:
    """The past boot that the core is given, in seconds by stage: as long as those to come."""
    whole = {CheckName.NETWORK: times.network_s, CheckName.DOCKER: times.docker_s}
    return whole if project.link is None else {**whole, project.link: project.times.boot_s}
