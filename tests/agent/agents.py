"""A real agent on loopback, in this process or in one of its own, and a plain way to ask it."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Self

from hall.agent.bounds import Bounds
from hall.agent.clock import AgentClock
from hall.agent.events import EventFeed
from hall.agent.guards import Reporter
from hall.agent.httpd import HttpServer
from hall.agent.listen import agent_tls_context
from hall.agent.machine import MachineFiles
from hall.agent.main import build
from hall.agent.settings import AgentSettings
from hall.agent.suspend import Rest
from hall.net.signing import (
    AGENT,
    SIGNATURE,
    UNKNOWN,
    SignedAnswer,
    SignedRequest,
    Stamp,
    answer_is_signed,
    authorization,
    read_told,
)
from tests.adapters.neighbours import serving
from tests.support.timeouts import PATIENCE_S

SECRET = "0123456789abcdef" * 4
KEY = SECRET.encode()
_nonces = count(1)


class SetClock(AgentClock):
    """A clock that a test may move; ``asleep`` is how long the machine was suspended."""

    ahead = 0.0
    asleep = 0.0

    def now(self) -> float:
        return super().now() + self.ahead

    def slept(self) -> float:
        return self.asleep


@dataclass
class Caller:
    """One who has the key."""

    port: int
    clock: AgentClock
    instance: str = UNKNOWN

    async def hello(self) -> Self:
        """Learn its instance."""
        heard = await self.ask("GET", "/v1/hello")
        told = read_told(heard.headers[AGENT])
        assert told is not None
        self.instance = told[0]
        return self

    async def ask(self, method: str, target: str, body: object = None) -> "Heard":
        """Ask with Hall's signature; the answer must bear the agent's."""
        data = b"" if body is None else json.dumps(body).encode()
        request, stamp = SignedRequest(method, target, data), self.stamp()
        heard = await self.send(request, authorization(KEY, request, stamp))
        told = SignedAnswer(heard.status, heard.headers, heard.body)
        assert answer_is_signed(KEY, stamp.nonce, told, heard.headers[SIGNATURE])
        return heard

    def stamp(self) -> Stamp:
        return Stamp.of(self.clock.now(), self.instance, next(_nonces).to_bytes(16, "big"))

    async def send(self, request: SignedRequest, *authorizations: str) -> "Heard":
        """Send a request as it is."""
        return await exchange(self.port, raw(request, *authorizations))


@dataclass(kw_only=True)
class Agent(Caller):
    """A running agent, and one who has its key."""

    clock: SetClock
    rest: Rest
    feed: EventFeed


@dataclass(frozen=True)
class Heard:
    """An answer; ``status`` is 0 when there was none."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


def raw(request: SignedRequest, *authorizations: str) -> bytes:
    """A request as it goes over the wire."""
    lines = [
        f"{request.method} {request.target} HTTP/1.1",
        "Host: agent",
        f"Content-Length: {len(request.body)}",
        *(f"Authorization: {one}" for one in authorizations),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + request.body


async def exchange(port: int, data: bytes) -> Heard:
    """Send this on a connection of its own, and read one answer with a length."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        return await heard(reader)
    except (asyncio.IncompleteReadError, ConnectionError):
        return Heard(0, {})
    finally:
        writer.close()


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - nothing tells it
            await asyncio.sleep(0.01)


async def heard(reader: asyncio.StreamReader) -> Heard:
    """The next answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(int(head[0].split()[1]), headers, body)


@asynccontextmanager
async def agent(
    *,
    bounds: Bounds = Bounds(),
    machine: MachineFiles = MachineFiles(),
    guards: Reporter | None = None,
    **settings: Any,  # noqa: ANN401 - whatever Settings takes
) -> AsyncIterator[Agent]:
    """An agent in this process, that knows Hall already; ``guards`` speaks in place of its own."""
    given = AgentSettings(**{"key": KEY, "docker": None, "sleep": ("true",)} | settings)
    clock = SetClock()
    app, rest = build(given, clock, machine=machine, bounds=bounds)
    app = app if guards is None else replace(app, guards=guards)
    tls = None if given.tls is None else agent_tls_context(given.tls)
    try:
        async with asyncio.TaskGroup() as group:
            orders = group.create_task(rest.run())
            async with serving(HttpServer(app.handle, tls, bounds).talk) as port:
                found = Agent(port, clock=clock, rest=rest, feed=app.feed)
                yield found if tls else await found.hello()
            orders.cancel()
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None  # what the test itself raises is its own


@dataclass
class AgentProcess:
    """An agent of its own; ``said`` is what it wrote at its start."""

    process: asyncio.subprocess.Process
    port: int
    said: str

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@asynccontextmanager
async def agent_process(*options: str, **environment: str) -> AsyncIterator[AgentProcess]:
    """``hall agent`` as the service starts it, on a free port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hall", "agent", "--host", "127.0.0.1", "--port", "0", *options),
        env={**os.environ, "HALL_AGENT_KEY": SECRET, **environment},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        said = (await process.stderr.readline()).decode()
        found = re.search(r":(\d+),", said)
        assert found is not None, said + (await process.stderr.read()).decode()
        yield AgentProcess(process, int(found[1]), said)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()
