"""The server's rest: the order to sleep, and what is seen of its going and of its return."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from hall.agent.bounds import Bounds
from hall.agent.clock import AgentClock
from hall.agent.subprocesses import ToolError, run_to_end
from hall.core.model.power import PowerNews

NEWS_S = 0.1
"""How long the news have to leave, before the command is started."""

GOING_S = 60.0
"""How long the server counts as going to sleep, if nothing more is seen of it."""

LOOK_AGAIN_S = 0.5
"""How often the clocks are compared, to see that the server was asleep."""

JUMP_S = 0.2
"""How much more sleep than before means that it was."""

logger = logging.getLogger("hall.agent")


@dataclass(frozen=True, slots=True)
class Order:
    """A command as a list, that no shell reads, and how many seconds it may run."""

    command: tuple[str, ...]
    within_s: float


class Rest:
    """Knows whether the server is going to sleep, and tells when it goes and comes back.

    Args:
        order: What puts the server to sleep.
        clock: The agent's.
        tell: Takes the news.
        renew: Called when the server was asleep: what was asked for before is void.
        bounds: How long a command takes to prove itself.
    """

    def __init__(
        self,
        order: Order,
        clock: AgentClock,
        *,
        tell: Callable[[PowerNews], None],
        renew: Callable[[], None],
        bounds: Bounds = Bounds(),
    ) -> None:
        self._proven_s = bounds.proven_s
        self._order = order
        self._clock = clock
        self._tell = tell
        self._renew = renew
        self._slept = clock.slept()
        self._since: float | None = None
        self._ordered = asyncio.Event()
        self._ended: asyncio.Future[str | None] | None = None

    @property
    def is_going(self) -> bool:
        """Whether it was told to sleep so lately that it may still be going."""
        going_s = max(GOING_S, self._order.within_s)
        return self._since is not None and self._clock.now() < self._since + going_s

    def order(self) -> bool:
        """Take the order to sleep, to be carried out by ``run``; False when one is already."""
        if self.is_going:
            return False
        self._since = self._clock.now()
        self._ended = asyncio.get_running_loop().create_future()
        self._ordered.set()
        return True

    async def trouble(self) -> str | None:
        """Why the command of the order failed, if it does so before it is proven; else None."""
        if self._ended is None:
            return None
        try:
            async with asyncio.timeout(NEWS_S + self._proven_s):
                return await asyncio.shield(self._ended)
        except TimeoutError:
            return None

    def goes(self) -> None:
        """Announce that somebody else sends the server to sleep; once, while it is going."""
        if not self.is_going:
            self._since = self._clock.now()
            self._tell(PowerNews.GOING_TO_SLEEP)

    def returns(self) -> None:
        """Announce that the server is back, or stays up after all, if it slept or was going to.

        If it was asleep, what was signed before is void from now on.
        """
        jumped = self._jumped()
        if jumped:
            self._renew()
        if jumped or self._since is not None:
            self._since = None
            logger.info("The server woke up")
            self._tell(PowerNews.WOKE_UP)

    def look(self) -> None:
        """See whether it was asleep since the last look."""
        if self._clock.slept() > self._slept + JUMP_S:
            self.returns()

    async def watch(self) -> None:
        """Look every ``LOOK_AGAIN_S`` seconds, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            self.look()

    async def run(self) -> None:
        """Carry out orders, one at a time, until cancelled; each is announced before it runs."""
        while True:
            await self._ordered.wait()
            self._ordered.clear()
            ended = self._ended
            self._tell(PowerNews.GOING_TO_SLEEP)
            await asyncio.sleep(NEWS_S)
            trouble = await self._carry_out()
            if ended is not None:
                ended.set_result(trouble)

    def _jumped(self) -> bool:
        before, self._slept = self._slept, self._clock.slept()
        return self._slept > before + JUMP_S

    async def _carry_out(self) -> str | None:
        """Run the command; why it failed, if it did."""
        logger.info("Hall orders sleep: %s", " ".join(self._order.command))
        try:
            await run_to_end(*self._order.command, within_s=self._order.within_s)
        except ToolError as error:
            logger.warning("The sleep command failed: %s", error)
            self._since = None
            return str(error)
        return None
