"""The whole demo: all its simulated servers, and the configuration that describes them."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from hall.demo.scenes import SCENES, Scene
from hall.demo.server import GATEWAY, SimulatedServer


@asynccontextmanager
async def simulated_servers(
    scenes: Sequence[Scene] = SCENES, *, gateway: str = GATEWAY
) -> AsyncGenerator[list[SimulatedServer]]:
    """Have a server for each scene inside the block, all asleep at first."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(SimulatedServer(scene, gateway=gateway))
            for scene in scenes
        ]


def demo_config(servers: Sequence[SimulatedServer]) -> dict[str, Any]:
    """Return the whole configuration document for these servers, which are to be entered."""
    entries = {server.scene.id: server.config() for server in servers}
    return {
        "servers": {name: server for name, (server, _) in entries.items()},
        "domains": {name: domain for name, (_, domain) in entries.items()},
    }
