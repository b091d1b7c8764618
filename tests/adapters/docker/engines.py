"""Hall's engine in front of a fake one, by every way there is."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.docker.factory import container_runtime
from hall.adapters.docker.timeouts import DockerTimeouts
from hall.agent.settings import Allowed
from hall.core.config.methods import DockerConfig
from hall.core.config.server import ServerConfig
from tests.adapters.agent.calling import server as agent_server
from tests.adapters.docker.fake_engine import FakeEngine, on_unix
from tests.adapters.ssh.sshd import Sshd
from tests.agent.agents import agent

Way = Callable[[str, DockerTimeouts], AbstractAsyncContextManager[DockerEngine]]
"""Hall's engine, with this patience, for the URL of a fake one on a unix socket."""

WAYS = ("unix", pytest.param("ssh", marks=pytest.mark.slow), "agent")


def runtime(
    url: str, base: Path = Path(), timeouts: DockerTimeouts = DockerTimeouts(), **more: object
) -> DockerEngine:
    docker = DockerConfig(url=url, allow_plain="tls" not in more, **more)
    server = ServerConfig(name="Main", address="127.0.0.1", docker=docker)
    return _runtime(server, timeouts, base)


def _runtime(server: ServerConfig, timeouts: DockerTimeouts, base: Path = Path()) -> DockerEngine:
    found = container_runtime(server, base, timeouts=timeouts)
    assert found is not None
    return found


@asynccontextmanager
async def straight(url: str, timeouts: DockerTimeouts) -> AsyncIterator[DockerEngine]:
    yield runtime(url, timeouts=timeouts)


def through(sshd: Sshd) -> Way:
    """The way over SSH: a tunnel of a real server to the same socket."""

    @asynccontextmanager
    async def way(url: str, timeouts: DockerTimeouts) -> AsyncIterator[DockerEngine]:
        yield _runtime(sshd.server(docker=sshd.docker(url.removeprefix("unix://"))), timeouts)

    return way


class Everything(Allowed):
    """Whatever there is may be started and stopped."""

    def holds(self, name: str, project: str | None) -> bool:
        return True


def by_agent(folder: Path) -> Way:
    """The way by an agent that asks the same socket; its key is kept in ``folder``."""

    @asynccontextmanager
    async def way(url: str, timeouts: DockerTimeouts) -> AsyncIterator[DockerEngine]:
        async with agent(docker=url.removeprefix("unix://"), allowed=Everything()) as one:
            yield _runtime(agent_server(one.port, folder), timeouts)

    return way


@dataclass(frozen=True)
class Facing:
    """Puts Hall's engine in front of a fake one, by one of the ways."""

    way: Way

    @asynccontextmanager
    async def __call__(
        self, fake: FakeEngine, folder: Path, timeouts: DockerTimeouts = DockerTimeouts()
    ) -> AsyncIterator[DockerEngine]:
        async with on_unix(fake, folder) as url, self.way(url, timeouts) as engine:
            yield engine
