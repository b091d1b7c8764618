"""Hall's engine in front of a fake one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.docker.fake_engine import FakeEngine, on_unix
from hall.adapters.docker.build import container_runtime
from hall.adapters.docker.engine import DockerEngine
from hall.core.config import DockerConfig, ServerConfig


def runtime(url: str, base: Path = Path(), **more: object) -> DockerEngine:
    docker = DockerConfig(url=url, allow_plain="tls" not in more, **more)
    found = container_runtime(ServerConfig(name="Main", address="127.0.0.1", docker=docker), base)
    assert found is not None
    return found


@asynccontextmanager
async def facing(fake: FakeEngine, folder: Path) -> AsyncIterator[DockerEngine]:
    async with on_unix(fake, folder) as url:
        yield runtime(url)
