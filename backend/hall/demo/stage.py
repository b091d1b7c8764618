"""The whole demo: all its simulated servers, and the configuration that describes them."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hall.demo.configuration import Ports
from hall.demo.scenes import SCENES, Scene
from hall.demo.server import GATEWAY, SimulatedServer


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFront:
    """A front proxy before the demo, and what it is to let through to one of its sites.

    Attributes:
        scene: The id of the scene whose site has a host name.
        hosts: Its host names.
        url: Where visitors find it, at the proxy.
        proxies: From where the proxy asks Hall, as networks or addresses.
        allow: Who may enter, besides this machine.
        site_port: The port of the site itself, for the proxy to go to while it is awake.
    """

    scene: str = SCENES[0].id
    hosts: tuple[str, ...] = ()
    url: str | None = None
    proxies: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    site_port: int = 0


NOTHING_IN_FRONT = DemoFront()


@asynccontextmanager
async def simulated_servers(
    scenes: Sequence[Scene] = SCENES, *, gateway: str = GATEWAY, front: DemoFront = NOTHING_IN_FRONT
) -> AsyncGenerator[list[SimulatedServer]]:
    """Have a server for each scene inside the block, all asleep at first."""
    ports = {front.scene: Ports(app=front.site_port)}
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                SimulatedServer(scene, ports=ports.get(scene.id), gateway=gateway)
            )
            for scene in scenes
        ]


def demo_config(
    servers: Sequence[SimulatedServer], front: DemoFront = NOTHING_IN_FRONT
) -> dict[str, Any]:
    """Return the whole configuration document for these servers, which are to be entered."""
    entries = {server.scene.id: server.config() for server in servers}
    domains = {name: domain for name, (_, domain) in entries.items()}
    for name, domain in domains.items():
        domain["access"]["allow"] += front.allow
        if name == front.scene and front.hosts:
            domain["hosts"] = list(front.hosts)
            domain["url"] = front.url or f"http://{front.hosts[0]}/"
    return {
        "gateway": {"trusted_proxies": list(front.proxies)},
        "servers": {name: server for name, (server, _) in entries.items()},
        "domains": domains,
    }
