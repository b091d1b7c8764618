"""Several attempts at one thing, and the first that succeeds: a name may have dead addresses.

Like happy eyeballs (RFC 8305). By hand: asyncio's ``staggered_race`` loses a connection that a
second attempt makes in the same moment, and what aiohappyeyeballs gives, a socket, is not what
pings and httpcore's networks are made of.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from hall.adapters.probes.connect_errors import Kind, failure_of

T = TypeVar("T")

GAP_S = 0.1
"""Seconds until the next attempt begins beside one that has no result yet."""

_TELLING = (
    *(Kind.REFUSED, Kind.TLS, Kind.BROKEN),
    *(Kind.OWN, Kind.SILENT, Kind.NAME, Kind.UNREACHABLE),
)
"""What is told when all fail: an answer first, and that no way leads there only if it is all."""


async def first(
    attempts: Sequence[Callable[[], Awaitable[T]]],
    *,
    within_s: float,
    drop: Callable[[T], Awaitable[None]],
) -> T:
    """The result of the attempt that succeeds first; the others are cancelled.

    Args:
        attempts: They begin one after the other, ``GAP_S`` apart or when the one before failed.
        within_s: How long all together may take.
        drop: Lets go of a result that came too late.

    Raises:
        TimeoutError: nothing came of any in time.
        Exception: that of the attempt whose failure tells most.
    """
    if len(attempts) == 1:
        async with asyncio.timeout(within_s):
            return await attempts[0]()
    until = asyncio.get_running_loop().time() + within_s
    race = _Race[T](until, gap_s=min(GAP_S, within_s / (len(attempts) + 1)))
    try:
        await race.run(attempts)
    except BaseException:
        await _drop_all(race.results, drop)
        raise
    if not race.results:
        raise min(race.errors, key=lambda error: _TELLING.index(failure_of(error).kind))
    await _drop_all(race.results[1:], drop)
    return race.results[0]


class _Race(Generic[T]):
    def __init__(self, until: float, *, gap_s: float) -> None:
        self.results: list[T] = []
        self.errors: list[Exception] = []
        self._until = until
        self._gap_s = gap_s
        self._news = asyncio.Event()

    async def run(self, attempts: Sequence[Callable[[], Awaitable[T]]]) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = []
            for number, attempt in enumerate(attempts, start=1):
                tasks.append(group.create_task(self._try(attempt), name="attempt"))
                await self._settled(number, self._gap_s)
                if self.results:
                    break
            await self._settled(len(tasks), None)
            for task in tasks:
                task.cancel()

    async def _try(self, attempt: Callable[[], Awaitable[T]]) -> None:
        try:
            async with asyncio.timeout_at(self._until):
                self.results.append(await attempt())
        except Exception as error:  # noqa: BLE001 - each fails in its own way; the first tells
            self.errors.append(error)
        self._news.set()

    async def _settled(self, begun: int, seconds: float | None) -> None:
        """Wait until one has succeeded, or all that have begun failed, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.results and len(self.errors) < begun:
                    self._news.clear()
                    await self._news.wait()


async def _drop_all(results: Sequence[T], drop: Callable[[T], Awaitable[None]]) -> None:
    for one in results:
        await drop(one)
