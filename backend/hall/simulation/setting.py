"""What is played: a server with its parts, its guests, and who belongs to which."""

from dataclasses import dataclass
from enum import Enum, auto

from hall.core.config.domain import DomainConfig
from hall.core.config.policies import ScheduledPolicy
from hall.core.config.server import ServerConfig
from hall.simulation.machine import Project
from hall.simulation.times import ServerTimes


@dataclass(frozen=True, slots=True)
class Part:
    """What the core knows of some domains, and the machine has of them."""

    spec: DomainConfig
    project: Project


class Role(Enum):
    """What a setting is to others: see ``hall.simulation.guest``."""

    ALONE = auto()
    HOST = auto()
    GUEST = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A server with its parts, without what no policy asks for: equal settings behave alike.

    ``up`` says that it is up all the time; ``role`` whether all its domains are in one cell.
    """

    server: ServerConfig
    times: ServerTimes
    parts: tuple[Part, ...]
    zone: str
    up: bool
    role: Role = Role.ALONE

    @property
    def timeless(self) -> bool:
        """Whether neither the hour nor another cell makes any difference."""
        scheduled = (isinstance(part.spec.policy, ScheduledPolicy) for part in self.parts)
        return self.role is Role.ALONE and not any(scheduled)


@dataclass(frozen=True, slots=True)
class Members:
    """The domains of one part, each with the seconds that it needs after the part is ready.

    ``counted`` is false for those whose visitors are counted as guests.
    """

    lags: tuple[tuple[str, float], ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class SimulatedGuest:
    """A domain whose containers may stop: played alone, while its server is up.

    ``part`` is the number of the part in which its server knows it.
    """

    setting: Setting
    members: Members
    part: int


@dataclass(frozen=True, slots=True)
class ServerSetting:
    """A server as it is played: its setting, who is in which part, and its guests."""

    setting: Setting
    members: tuple[Members, ...]
    guests: tuple[SimulatedGuest, ...]
