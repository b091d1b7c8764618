"""Hall's side of an agent, as a configuration makes it, and somebody between the two."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hall.adapters.agent.client import AgentLine
from hall.adapters.agent.factory import agent_announcer, agent_inspector, agent_sleep
from hall.adapters.agent.identity import AgentIdentity
from hall.adapters.agent.timeouts import AgentTimeouts
from hall.adapters.clock import SystemClock
from hall.adapters.probes.resolver import Names
from hall.core.config.server import ServerConfig
from tests.adapters.neighbours import serving
from tests.agent.agents import SECRET

Change = Callable[[bytes], bytes]


def server(port: int, folder: Path, secret: str = SECRET, **agent: Any) -> ServerConfig:  # noqa: ANN401
    """The configuration of a server whose agent listens at ``port``; the key is in ``folder``."""
    key = folder / "agent.key"
    key.touch(mode=0o600)
    key.write_text(secret)
    url = f"agent://127.0.0.1:{port}"
    given = {"url": url, "key": {"file": str(key)}, **agent}
    return ServerConfig(name="Main", address="127.0.0.1", docker={"url": url}, agent=given)


class Hall:
    """What Hall has of an agent."""

    def __init__(
        self,
        port: int,
        folder: Path,
        secret: str = SECRET,
        timeouts: AgentTimeouts = AgentTimeouts(),
        **agent: Any,  # noqa: ANN401 - whatever AgentConfig takes
    ) -> None:
        config = server(port, folder, secret, **agent)
        self.sleeper = agent_sleep(config, folder, Names(), timeouts)
        self.inspector = agent_inspector(config, folder, Names(), timeouts)
        self.announcer = agent_announcer(config, folder, Names(), timeouts)


def line(
    port: int,
    now: Callable[[], float] | None = None,
    timeouts: AgentTimeouts = AgentTimeouts(),
) -> AgentLine:
    """The way to the agent at ``port``, for who wants no configuration."""
    peer = AgentIdentity(SECRET.encode(), now or SystemClock().now)
    return AgentLine(f"127.0.0.1:{port}", None, peer, Names(), timeouts)


@asynccontextmanager
async def between(port: int, change: Change) -> AsyncIterator[int]:
    """Somebody who passes everything on to ``port``, and changes each answer as it is whole."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while request := await _message(reader):
                outer.write(request)
                writer.write(change(await _message(inner)))
                await writer.drain()
        finally:
            outer.close()

    async with serving(talk) as found:
        yield found


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request or an answer with its body, as it came; empty at the end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    lines = head.lower().split(b"\r\n")
    sizes = [int(one.split(b":")[1]) for one in lines if one.startswith(b"content-length:")]
    return head + await reader.readexactly(sum(sizes))
