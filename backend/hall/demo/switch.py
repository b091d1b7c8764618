"""Where a simulated server is told to sleep: its own small HTTP port."""

import asyncio
from collections.abc import Callable

from hall.demo.httpd import DemoReply, DemoRequest, serve_port
from hall.demo.ports import DemoConnection

PATH = "/sleep"


def sleep_switch(order: Callable[[], None]) -> DemoConnection:
    """Give what talks on that port; `order` is called with each `POST /sleep`."""

    async def answer(request: DemoRequest) -> DemoReply:
        if request.path != PATH:
            return DemoReply(404)
        if request.method != "POST":
            return DemoReply(405, headers={"Allow": "POST"})
        order()
        return DemoReply(202, b"good night\n", {"Content-Type": "text/plain"})

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve_port(reader, writer, answer)

    return talk
