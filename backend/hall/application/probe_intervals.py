"""How often to look at a link, by what is going on: fast while waking, slow at rest."""

from dataclasses import dataclass

from hall.application.turns import Rank
from hall.core.model.check import CheckName
from hall.core.model.state import DomainState, ServerState
from hall.core.policy.quiet import (
    app_on_server,
    docker_is_remote,
    left_alone,
    silent,
    witness,
)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds from one look to the next, seconds a look may take, and how many may overlap.

    ``at_rest`` says that nobody waits for it: it is looked in turn, and the interval stretches
    while there are many. ``once`` that a first look is made all the same.
    """

    every_s: float
    timeout_s: float
    overlap: int = 1
    at_rest: bool = False
    once: bool = False

    def sooner_than(self, other: "Pace") -> bool:
        """Whether a link at the other pace has to be looked at earlier now."""
        return self.every_s < other.every_s or (other.at_rest and not self.at_rest)


REST = Pace(10.0, 1.0, at_rest=True)
UNSEEN = Pace(0.1, 0.4, 2, at_rest=True)
SUSPICIOUS = Pace(0.25, 0.5, 2)
CLIMBING = Pace(0.1, 0.4, 4)
CLOSE = Pace(0.05, 0.4, 8)
FAR = Pace(0.5, 0.4)
UNWELL = Pace(2.0, 1.0, at_rest=True)
NONE = Pace(3600.0, 1.0, 0)
"""No look; a change of the server ends it."""
IDLE = Pace(3600.0, 1.0, 0, once=True)
"""The same, but for a first look: ping may be filtered, and only the first answer tells."""


def server_pace(cell: ServerState, name: CheckName) -> Pace:
    """The pace for the server's network or Docker; ``NONE`` where any packet would wake it."""
    check = cell.network if name is CheckName.NETWORK else cell.docker
    if left_alone(cell):
        return NONE
    if cell.sleep is not None:
        telling = name is CheckName.NETWORK or cell.sleep.ping_filtered
        return SUSPICIOUS if telling else REST
    if check.is_ok:
        return SUSPICIOUS if _doubted(cell) else REST
    if cell.waking_up:
        return CLIMBING
    if name is not CheckName.NETWORK and silent(cell):
        return REST if witness(cell) == (name, None) else _once(docker_is_remote(cell))
    if check.seen_at is None and (name is CheckName.NETWORK or cell.network.is_ok):
        asked = any(domain.asked_at is not None for domain in cell.domains.values())
        return CLIMBING if asked else UNSEEN
    return REST


def _doubted(cell: ServerState) -> bool:
    """Whether any link of the server missed its last look: the whole server may be gone."""
    links = [cell.network, cell.docker, *(domain.app for domain in cell.domains.values())]
    return any(link.misses for link in links)


def app_pace(cell: ServerState, domain: DomainState) -> Pace:
    """The pace for a project: closest when all before it holds, for this decides readiness."""
    if left_alone(cell):
        return NONE
    if cell.sleep is not None:
        return SUSPICIOUS if cell.sleep.ping_filtered else REST
    if domain.app.is_ok:
        doubted = domain.app.misses > 0 or domain.doubted_at is not None
        return SUSPICIOUS if doubted else REST
    if not domain.waking:
        if silent(cell) and not cell.waking_up and witness(cell) != (CheckName.APP, domain.id):
            return _once(not app_on_server(cell, domain) or _first_on_server(cell, domain))
        if domain.app.seen_at is None and cell.network.is_ok and not domain.stopping:
            return UNSEEN
        unwell = cell.network.is_ok and cell.docker.is_ok and domain.containers.is_ok
        return UNWELL if unwell else REST
    if not cell.network.is_ok:
        return FAR
    return CLOSE if cell.docker.is_ok else CLIMBING


def list_pace(cell: ServerState) -> float:
    """Seconds between two lists of the containers, beside the engine's events."""
    return 0.5 if cell.waking else 60.0


def _once(tells: bool) -> Pace:  # noqa: FBT001
    """Of a silent server, what may tell more than its ping is asked once, and the rest never."""
    return IDLE if tells else NONE


def _first_on_server(cell: ServerState, domain: DomainState) -> bool:
    own = (one for one in cell.domains.values() if app_on_server(cell, one))
    return next(own, None) is domain


def app_rank(domain: DomainState) -> Rank:
    """How much a project matters while turns are short: first those that let visitors in."""
    return Rank.OPEN if domain.closed is None else Rank.CLOSED
