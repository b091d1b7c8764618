"""A real Hall process for benchmarks, watching simulated servers of this process."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from bench.ports import a_free_port
from hall.demo.scenes import SCENES, Scene, WantedDomain
from hall.demo.server import SimulatedServer
from hall.demo.stage import demo_config, simulated_servers


@dataclass(frozen=True, slots=True)
class Stage:
    """What a benchmark plays on."""

    url: str
    server: SimulatedServer

    @property
    def socket_url(self) -> str:
        """The live socket of the one domain."""
        return f"{self.url.replace('http', 'ws')}/_hall/ws/{self.server.scene.id}"


def quick(scene: Scene) -> Scene:
    """The same server, booting in about two seconds and not put to sleep."""
    containers = tuple(replace(one, healthy_after=0.2) for one in scene.containers)
    fast = replace(scene, network=0.6, docker=0.4, app=0.5, variation=0.4, containers=containers)
    return replace(fast, going_down=0.25, wanted=WantedDomain(idle_minutes=600))


@asynccontextmanager
async def staged(folder: Path, scene: Scene = SCENES[0], **server: object) -> AsyncIterator[Stage]:
    """Hall in a process of its own, and one quick simulated server.

    Args:
        folder: Where configuration, journal and log go.
        scene: What the server is; its times are made short.
        server: Keys of its configuration that differ.
    """
    port = a_free_port()
    async with simulated_servers([quick(scene)]) as servers:
        document = demo_config(servers)
        document["servers"][scene.id] |= server
        config = folder / "domains.json"
        config.write_text(json.dumps(document))
        async with served(config, port, folder):
            yield Stage(f"http://127.0.0.1:{port}", servers[0])


@asynccontextmanager
async def served(config: Path, port: int, folder: Path) -> AsyncIterator[None]:
    """Hall in a process of its own, with this configuration; ``folder`` takes journal and log."""
    command: Sequence[str] = (
        *(sys.executable, "-m", "hall", "serve", "--config", str(config)),
        *("--host", "127.0.0.1", "--port", str(port), "--data", str(folder / "data")),
    )
    with (folder / "hall.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=log, stderr=log, env={**os.environ}
        )
        try:
            await _answers(f"http://127.0.0.1:{port}/readyz")
            yield
        finally:
            process.terminate()
            await process.wait()


async def _answers(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(4000):  # minutes: how soon it answers is not asked here
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise TimeoutError(f"{url} does not answer")
