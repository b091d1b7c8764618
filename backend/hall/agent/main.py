"""Runs an agent: builds it by hand, serves until the signal, and ends cleanly."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex

from hall.agent.app import AgentApp
from hall.agent.auth import Gate
from hall.agent.bounds import Bounds
from hall.agent.clock import AgentClock
from hall.agent.docker import Docker
from hall.agent.engine import EngineClient
from hall.agent.events import EventFeed
from hall.agent.guards import AgentGuards
from hall.agent.httpd import HttpServer
from hall.agent.listen import AGENT_BACKLOG, agent_socket, agent_tls_context
from hall.agent.logind import booted
from hall.agent.machine import MachineFiles
from hall.agent.settings import AgentSettings
from hall.agent.subprocesses import ToolError, run
from hall.agent.suspend import NEWS_S, Order, Rest

logger = logging.getLogger("hall.agent")

_STATE = ("/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "SystemState")
_FAREWELL_S = 1.0


async def serve_agent(settings: AgentSettings, announce: Callable[[int], None]) -> None:
    """Run the agent until SIGTERM or SIGINT.

    SIGUSR1 says that somebody sends the server to sleep, SIGUSR2 that it is back.

    Args:
        settings: What it may do, and where it listens.
        announce: Called with the port once it listens.

    Raises:
        ConfigurationError: its certificate is of no use.
        ListenError: the address cannot be listened on.
    """
    tls = None if settings.tls is None else agent_tls_context(settings.tls)
    with agent_socket(settings.host, settings.port) as door:
        app, rest = build(settings, AgentClock())
        stop = _on_signals(rest)
        await _run(door, HttpServer(app.handle, tls), rest, stop, announce)


def build(
    settings: AgentSettings,
    clock: AgentClock,
    *,
    machine: MachineFiles = MachineFiles(),
    bounds: Bounds = Bounds(),
) -> tuple[AgentApp, Rest]:
    """An agent that is not yet listening, and its rest, which is to be run beside it."""
    feed, gate = EventFeed(), Gate(settings.key, token_hex(16), bounds)
    rest = Rest(
        Order(settings.sleep, settings.sleep_s),
        clock,
        tell=feed.tell,
        renew=lambda: gate.renew(token_hex(16)),
        bounds=bounds,
    )
    engine = None if settings.docker is None else EngineClient(settings.docker, bounds)
    docker = None if engine is None else Docker(engine, settings.allowed, bounds)
    guards = AgentGuards(engine, settings.ignored, settings.port, machine=machine, bounds=bounds)
    app = AgentApp(
        gate=gate,
        clock=clock,
        docker=docker,
        guards=guards,
        rest=rest,
        feed=feed,
        beat_s=bounds.beat_s,
    )
    return app, rest


def _on_signals(rest: Rest) -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, rest.goes)
    loop.add_signal_handler(signal.SIGUSR2, rest.returns)
    return stop


async def _run(
    door: socket.socket,
    server: HttpServer,
    rest: Rest,
    stop: asyncio.Event,
    announce: Callable[[int], None],
) -> None:
    listening = await asyncio.start_server(server.talk, sock=door, backlog=AGENT_BACKLOG)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(rest.run(), name="carry out sleep orders"),
            group.create_task(rest.watch(), name="watch for sleep"),
        ]
        announce(door.getsockname()[1])
        await stop.wait()
        await _farewell(rest)
        listening.close()
        await server.close()
        for task in tasks:
            task.cancel()


async def _farewell(rest: Rest) -> None:
    """If the whole machine is being shut down, say so to who listens."""
    if not booted():
        return
    with suppress(ToolError, TimeoutError):
        async with asyncio.timeout(_FAREWELL_S):
            said = await run("busctl", "get-property", "org.freedesktop.systemd1", *_STATE)
        if b"stopping" in said:
            rest.goes()
            await asyncio.sleep(NEWS_S)
