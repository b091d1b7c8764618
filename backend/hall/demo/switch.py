"""Where a simulated server is told to sleep: its own small HTTP port."""

import asyncio
from collections.abc import Callable

from hall.demo.httpd import Reply, Request, serve
from hall.demo.ports import Connection

PATH = "/sleep"


def sleep_switch(order: Callable[[], None]) -> Connection:
    """Give what talks on that port; `order` is called with each `POST /sleep`."""

    async def answer(request: Request) -> Reply:
        if request.path != PATH:
            return Reply(404)
        if request.method != "POST":
            return Reply(405, headers={"Allow": "POST"})
        order()
        return Reply(202, b"good night\n", {"Content-Type": "text/plain"})

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer, answer)

    return talk
