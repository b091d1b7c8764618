"""What the tests of the demo share: quick scenes, magic packets, patience."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from hall.demo import SCENES, Scene, SimulatedServer
from tests.support.timeouts import PATIENCE_S

SILENT_S = 0.3


def quick(name: str = "demo", **changes: object) -> Scene:
    """Return a scene that takes a tenth of a second where it takes many."""
    scene = next(one for one in SCENES if one.id == name)
    containers = tuple(
        replace(one, healthy_after=0.03, exits_after=one.exits_after and 0.03)
        for one in scene.containers
    )
    fast = replace(
        scene, network=0.05, docker=0.05, app=0.03, containers=containers, going_down=0.05
    )
    return replace(fast, **changes)  # type: ignore[arg-type]


def send_magic_packet(server: SimulatedServer, mac: str | None = None) -> None:
    """Send the packet that is configured, or one for another address."""
    wake = server.config()[0]["wake"]
    address = bytes.fromhex((mac or wake["mac"]).replace(":", ""))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"\xff" * 6 + address * 16, (wake["destinations"][0], wake["port"]))


async def is_open(port: int) -> bool:
    """Tell whether a port accepts; it is silent otherwise, refuses, or cuts us while it closes."""
    try:
        await connect(port)
    except (ConnectionRefusedError, ConnectionResetError, TimeoutError):
        return False
    return True


async def connect(port: int) -> None:
    """Connect, and cut the connection; raise what became of it."""
    async with asyncio.timeout(SILENT_S):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.transport.abort()


async def until(seen: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again until something is seen; give up after some seconds."""
    async with asyncio.timeout(PATIENCE_S):
        while not await seen():  # noqa: ASYNC110 - what is looked at is behind a socket
            await asyncio.sleep(0.01)


async def until_open(port: int) -> None:
    """Wait for a port to open."""
    await until(lambda: is_open(port))


async def until_closed(port: int) -> None:
    """Wait for a port to accept no more."""

    async def closed() -> bool:
        return not await is_open(port)

    await until(closed)


@asynccontextmanager
async def docker_up(
    scene: Scene,
) -> AsyncGenerator[tuple[SimulatedServer, httpx.AsyncClient]]:
    """Have a server with Docker up, and a client of its Docker, inside the block."""
    async with SimulatedServer(scene) as server:
        send_magic_packet(server, scene.mac)
        await until_open(server.ports.docker)
        url = f"http://127.0.0.1:{server.ports.docker}"
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as docker:
            yield server, docker


async def state_of(docker: httpx.AsyncClient, service: str, scene: str = "demo") -> dict:
    """Return the State of a container of a scene."""
    return (await docker.get(f"/containers/{scene}-{service}-1/json")).json()["State"]


async def stats_of(docker: httpx.AsyncClient, service: str, scene: str = "demo") -> dict:
    """Return what a container of a scene uses."""
    sample = {"stream": "false", "one-shot": "true"}
    return (await docker.get(f"/containers/{scene}-{service}-1/stats", params=sample)).json()


@asynccontextmanager
async def site_up(
    scene: Scene,
) -> AsyncGenerator[tuple[SimulatedServer, httpx.AsyncClient, httpx.AsyncClient]]:
    """Have a server with its app ready, and clients of app and Docker, inside the block."""
    async with docker_up(scene) as (server, docker):
        await docker.post(f"/containers/{scene.id}-web-1/start")
        url = f"http://127.0.0.1:{server.ports.app}"
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as app:

            async def ready() -> bool:
                return (await app.get("/health")).status_code == 200

            await until(ready)
            yield server, app, docker


@asynccontextmanager
async def app_up(scene: Scene) -> AsyncGenerator[tuple[SimulatedServer, httpx.AsyncClient]]:
    """Have a server with its app ready, and a client of the app, inside the block."""
    async with site_up(scene) as (server, app, _):
        yield server, app
