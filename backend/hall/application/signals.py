"""A server's signal: rung when something changed that decides when, and whether, it is probed.

Probes and watchers hang on it instead of following the hub, which serves pages: what is no news to
a visitor may be news to a probe, and a call costs less than a queue and a task each.
"""

import asyncio
from collections.abc import Callable


class Signal:
    """Calls whoever asked to be called, in the order in which they asked."""

    def __init__(self) -> None:
        self._called: list[Callable[[], None]] = []
        self._next = asyncio.Event()

    def call(self, what: Callable[[], None]) -> None:
        """Have ``what`` called at each ring from now on; it must neither wait nor raise."""
        self._called.append(what)

    async def rung(self) -> None:
        """Wait until it is rung the next time."""
        await self._next.wait()

    def ring(self) -> None:
        """Call them all, now and in the order in which they asked, and end what awaits ``rung``."""
        self._next.set()
        self._next = asyncio.Event()
        for what in self._called:
            what()
