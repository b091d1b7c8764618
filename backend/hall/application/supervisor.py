"""The supervisor: the single task that writes state.

It takes a fact, calls ``advance``, keeps the state, publishes it, records the events and hands out
the commands. Everybody else tells facts and reads snapshots.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hall.application.event_log import EventLog
from hall.application.hub import Hub
from hall.application.revisions import Mark
from hall.application.signals import Signal
from hall.application.timers import Timers
from hall.core.errors import UnknownDomainError, UnknownServerError
from hall.core.lifecycle.advance import advance
from hall.core.lifecycle.timers import next_timer
from hall.core.model.aspect import Aspect, Changed
from hall.core.model.commands import Command
from hall.core.model.events import Event
from hall.core.model.facts import ClockStepped, Fact, Ticked
from hall.core.model.state import DomainState, ServerState
from hall.core.ports import Clock
from hall.core.timing import Duration

logger = logging.getLogger("hall")

CLOCK_S = 5.0
"""How often, at least, it is looked whether the wall clock was set."""


_LOOKED_AT = {Aspect.STATUS, Aspect.PROBES}
"""What is news to those who decide when, and whether, to look again."""


@dataclass(frozen=True, slots=True)
class View:
    """A domain as it stands, with the server that it is on."""

    server: ServerState
    domain: DomainState

    @property
    def ready(self) -> bool:
        """Whether a visitor may go in now."""
        return self.server.ready(self.domain)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All servers as they stand, and the mark from which to follow what changes."""

    mark: Mark
    servers: tuple[ServerState, ...]


class Supervisor:
    """Keeps one cell a server. ``run`` is its task; it ends only by being cancelled or failing."""

    def __init__(
        self,
        cells: Mapping[str, ServerState],
        *,
        clock: Clock,
        hub: Hub,
        carry: Callable[[Command], None],
        record: Callable[[Iterable[Event]], None],
    ) -> None:
        self._cells = dict(cells)
        self._home = {name: cell.id for cell in cells.values() for name in cell.domains}
        self._clock = clock
        self._hub = hub
        self._carry = carry
        self._record = record
        self._log = EventLog(cells.values())
        self._signals = {name: Signal() for name in cells}
        self._timers = Timers()
        for name, cell in self._cells.items():
            self._timers.set(name, next_timer(cell))
        self._inbox: asyncio.Queue[tuple[str, Fact, asyncio.Future[None] | None]] = asyncio.Queue()

    # ---- what everybody may do -----------------------------------------------------------

    def server(self, name: str) -> ServerState:
        """The cell of a server, as it stands.

        Raises:
            UnknownServerError: there is no such server.
        """
        try:
            return self._cells[name]
        except KeyError:
            raise UnknownServerError(f"There is no server {name!r} here") from None

    @property
    def servers(self) -> tuple[ServerState, ...]:
        """All cells as they stand, in the order in which they were given."""
        return tuple(self._cells.values())

    def snapshot(self) -> Snapshot:
        """All there is to know now; ``Hub.follower`` tells what changes from then on."""
        return Snapshot(self._hub.revisions.mark, self.servers)

    def view(self, domain: str) -> View:
        """A domain as it stands.

        Raises:
            UnknownDomainError: there is no such domain.
        """
        cell = self._cells[self.home(domain)]
        return View(cell, cell.domains[domain])

    def home(self, domain: str) -> str:
        """The id of the server that a domain is on.

        Raises:
            UnknownDomainError: there is no such domain.
        """
        try:
            return self._home[domain]
        except KeyError:
            raise UnknownDomainError(f"There is no domain {domain!r} here") from None

    def signal(self, server: str) -> Signal:
        """What is rung when something of a server changed that those who probe it must know."""
        return self._signals[server]

    def tell(self, server: str, fact: Fact) -> None:
        """Put a fact about a server into the inbox, and go on; the first told is taken first."""
        self._inbox.put_nowait((server, fact, None))

    async def ask(self, domain: str, fact: Fact) -> View:
        """Tell a fact about a domain, and wait for what it led to.

        Raises:
            UnknownDomainError: there is no such domain.
        """
        await self.ask_server(self.home(domain), fact)
        return self.view(domain)

    async def ask_server(self, server: str, fact: Fact) -> ServerState:
        """Tell a fact about a server, and wait for the cell that it led to.

        The server must be there: an unknown one ends the supervisor, and Hall with it.
        """
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._inbox.put_nowait((server, fact, taken))
        await taken
        return self._cells[server]

    # ---- the one writer -------------------------------------------------------------------

    async def run(self) -> None:
        """Take facts, one after the other, and ``Ticked`` for each server whose timer is due."""
        while True:
            try:
                async with asyncio.timeout(self._patience()):
                    server, fact, taken = await self._inbox.get()
            except TimeoutError:
                self._tick()
                continue
            self._take(server, fact)
            if taken is not None and not taken.done():
                taken.set_result(None)
            self._tick()

    def _patience(self) -> float:
        """Never long: while the gateway is suspended, the loop's clock stands still."""
        return max(0.0, min(CLOCK_S, self._timers.first_at() - self._clock.now()))

    def _tick(self) -> None:
        if self._inbox.empty():  # those who told what waits there went by the clock as it was
            self._follow_clock()
        now = self._clock.now()
        for name in self._timers.due(now):
            self._take(name, Ticked())

    def _follow_clock(self) -> None:
        """Date all cells anew when the wall clock was set; in one go, so that nobody sees half."""
        by_s = self._clock.stepped()
        if not by_s:
            return
        way = "forward" if by_s > 0 else "back"
        logger.warning("The clock was set %s by %s; what runs goes on", way, Duration(abs(by_s)))
        for name in self._cells:
            self._take(name, ClockStepped(by_s))

    def _take(self, name: str, fact: Fact) -> None:
        before = self._cells[name]
        step = advance(before, fact, self._clock.now())
        self._cells[name] = step.state
        if step.confirmed:
            return
        self._timers.set(name, next_timer(step.state))
        if step.changed:
            self._announce(step.state, step.changed)
        self._record(step.events)
        self._log.write(step.events)
        for command in step.commands:
            self._carry(command)

    def _announce(self, cell: ServerState, changed: Changed) -> None:
        self._hub.announce(cell, changed)
        if any(_LOOKED_AT & aspects for aspects in changed.values()):
            self._signals[cell.id].ring()
