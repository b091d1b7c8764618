"""Tasks that end with a block."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

Work = Coroutine[Any, Any, None]
Start = Callable[[Work], None]


@asynccontextmanager
async def tasks_of_the_block() -> AsyncGenerator[Start]:
    """Hand out a function that starts tasks; cancel those that still run when the block ends.

    A task that raises ends the block and the other tasks with it.
    """
    async with asyncio.TaskGroup() as group:
        running: set[asyncio.Task[None]] = set()

        def start(work: Work) -> None:
            task = group.create_task(work)
            running.add(task)
            task.add_done_callback(running.discard)

        try:
            yield start
        finally:
            for task in running:
                task.cancel()
