"""The admin service: orders become facts; one that cannot be carried out is refused at once."""

from dataclasses import dataclass

from hall.application.supervisor import Supervisor
from hall.core.errors import NoWayToSleepError, NoWayToWakeError, WantedAwakeError
from hall.core.model.closed import Closed, ClosedBy
from hall.core.model.facts import HoldSet, SleepNow, Ticked, WakeNow
from hall.core.model.override import Hold, HoldKind, held_until
from hall.core.model.state import DomainState, ServerState
from hall.core.model.verdict import Need
from hall.core.policy.verdict_reasons import domain_reason, server_reason
from hall.core.ports import Clock
from hall.core.timing import Instant


@dataclass(frozen=True, slots=True)
class OrderTarget:
    """What an order is about: a domain, or with None the server as such."""

    server: str
    domain: str | None = None

    @property
    def name(self) -> str:
        """The id that it was asked for by."""
        return self.server if self.domain is None else self.domain


@dataclass(frozen=True, slots=True)
class AdminAnswer:
    """What an order led to; ``done`` when nothing is left to be waited for."""

    server: ServerState
    done: bool


class AdminService:
    """Takes an admin's orders, and answers with the state that they led to."""

    def __init__(self, supervisor: Supervisor, clock: Clock) -> None:
        self._supervisor = supervisor
        self._clock = clock

    def server(self, name: str) -> OrderTarget:
        """A server, by its id.

        Raises:
            UnknownServerError: there is none.
        """
        return OrderTarget(self._supervisor.server(name).id)

    def domain(self, name: str) -> OrderTarget:
        """A domain, by its id.

        Raises:
            UnknownDomainError: there is none.
        """
        return OrderTarget(self._supervisor.home(name), name)

    def look(self, target: OrderTarget) -> ServerState:
        """The target's server as it stands; asking orders nothing."""
        return self._supervisor.server(target.server)

    def closed(self, target: OrderTarget) -> Closed | None:
        """The hold, or the closed hours, that only "wake now" passes over; None: there is none."""
        cell = self.look(target)
        if target.domain is not None:
            return cell.domains[target.domain].closed
        until = held_until(cell.override, HoldKind.ASLEEP)
        return None if until is None else Closed(ClosedBy.HOLD, until)

    async def hold(self, target: OrderTarget, hold: Hold | None) -> ServerState:
        """Hold it awake or asleep for a time, or with None lift its hold."""
        return await self._supervisor.ask_server(target.server, HoldSet(hold, target.domain))

    async def wake(self, target: OrderTarget) -> AdminAnswer:
        """Wake it now; a hold that stands against it is over.

        Raises:
            NoWayToWakeError: it is down, and has no way to be woken.
        """
        cell = self.look(target)
        if cell.spec.wake is None and _down(cell):
            raise NoWayToWakeError(
                f"Server {cell.id} is down and has no way to be woken; "
                f'configure "wake" of servers.{cell.id}, or switch it on by hand'
            )
        cell = await self._supervisor.ask_server(target.server, WakeNow(target.domain))
        return AdminAnswer(cell, _awake(cell, target))

    async def sleep(self, target: OrderTarget, *, force: bool = False) -> AdminAnswer:
        """Put it to sleep now; what was used before no longer counts.

        It sleeps as soon as the guards are quiet; ``force`` passes over those of a server.

        Raises:
            NoWayToSleepError: there is no way to put it to sleep, or no domain is on it.
            WantedAwakeError: a policy or a hold wants it awake.
        """
        cell = await self._supervisor.ask_server(target.server, Ticked())
        if _asleep(cell, target):
            return AdminAnswer(cell, done=True)
        self._check(cell, target)
        if cell.sleep is None or cell.waking_up:
            order = SleepNow(target.domain, force)
            cell = await self._supervisor.ask_server(target.server, order)
        return AdminAnswer(cell, _asleep(cell, target))

    def _check(self, cell: ServerState, target: OrderTarget) -> None:
        """Refuse what would lead to nothing."""
        if not cell.domains:
            raise NoWayToSleepError(f"No domain is on server {cell.id}: Hall leaves it as it is")
        if cell.spec.sleep is None and not _stoppable(cell, target):
            raise NoWayToSleepError(
                f"Server {cell.id} has no way to be put to sleep; "
                f'configure "sleep" of servers.{cell.id}'
            )
        if wanted := _wanted(cell, target, self._clock.now()):
            way_out = _way_out(cell, target)
            raise WantedAwakeError(f"{target.name} is wanted awake ({wanted}); {way_out}")


def _down(cell: ServerState) -> bool:
    """Whether it was looked at, and did not answer."""
    return not cell.network.is_ok and cell.network.seen_at is not None


def _awake(cell: ServerState, target: OrderTarget) -> bool:
    if target.domain is None:
        return cell.network.is_ok
    return cell.ready(cell.domains[target.domain])


def _asleep(cell: ServerState, target: OrderTarget) -> bool:
    """Whether it rests already, and nobody is waking it or about to."""
    asked = any(domain.asked_at is not None for domain in cell.domains.values())
    if asked or cell.waking_up or cell.sleep is not None:
        return False
    rests = target.domain is not None and cell.domains[target.domain].rested_at is not None
    return rests or _down(cell)


def _stoppable(cell: ServerState, target: OrderTarget) -> bool:
    """Whether the domain's containers can rest while the server stays up for another."""
    if target.domain is None or cell.spec.docker is None or len(cell.domains) == 1:
        return False
    return cell.domains[target.domain].spec.project is not None


def _wanted(cell: ServerState, target: OrderTarget, now: Instant) -> str:
    """Who wants it awake, and why; nothing when nobody does."""
    if target.domain is not None:
        verdict = cell.domains[target.domain].verdict
        return str(domain_reason(verdict.cause, now)) if verdict.need is Need.WAKE else ""
    if _held_awake(cell):
        return str(server_reason(cell.verdict.cause, now))
    wanted = (one for one in cell.domains.values() if one.verdict.need is Need.WAKE)
    return "; ".join(f"{one.id}: {domain_reason(one.verdict.cause, now)}" for one in wanted)


def _way_out(cell: ServerState, target: OrderTarget) -> str:
    """What the admin can do about it."""
    held = cell if target.domain is None else cell.domains[target.domain]
    option = " --server" if target.domain is None else ""
    if _held_awake(held):
        return f"lift its hold first: hall hold {target.name} off{option}"
    return f"hold it asleep first: hall hold {target.name} asleep --for 2h{option}"


def _held_awake(held: ServerState | DomainState) -> bool:
    return held_until(held.override, HoldKind.AWAKE) is not None
