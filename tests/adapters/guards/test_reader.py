"""The watchman puts together what Docker and the server say."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex

import asyncssh
import pytest

from hall.adapters.guards.reader import inspector, watchman
from hall.core.config.base import SecretSource
from hall.core.config.methods import AgentConfig, GuardsConfig, SshConfig
from hall.core.config.server import ServerConfig
from hall.core.errors import DockerError, InspectError
from hall.core.model.container import RunningContainer
from hall.core.model.guards import ConnectionCount, GuardReport, Unreadable
from hall.core.model.reason import because
from hall.core.ports import ContainerRuntime, Inspector
from tests.support.timeouts import PATIENCE_S

WEB = RunningContainer(name="web", pid=7, addresses=("172.18.0.3",))
BACKUP = RunningContainer(name="backup", pid=8, keep_awake=True)
GONE = Unreadable(because("docker_silent"))


@dataclass
class Docker:
    """A Docker on which these containers run; ``meets`` waits for the other side."""

    up: tuple[RunningContainer, ...] = (WEB, BACKUP)
    error: DockerError | None = None
    meets: asyncio.Barrier | None = None

    async def running(self) -> tuple[RunningContainer, ...]:
        if self.meets is not None:
            await self.meets.wait()
        if self.error is not None:
            raise self.error
        return self.up


@dataclass
class Server:
    """A server that says what it was asked."""

    error: InspectError | None = None
    meets: asyncio.Barrier | None = None
    asked: list[Sequence[RunningContainer] | None] = field(default_factory=list)

    async def report(
        self, guards: GuardsConfig, containers: Sequence[RunningContainer] | None
    ) -> GuardReport:
        self.asked.append(containers)
        if self.meets is not None:
            await self.meets.wait()
        if self.error is not None:
            raise self.error
        if containers is None or not guards.connections:
            return GuardReport(sessions=("alice",))
        count = tuple(ConnectionCount(one.name, 1) for one in containers)
        return GuardReport(sessions=("alice",), connections=count)


@dataclass
class Agent(Server):
    """One that knows its containers itself."""

    async def report(
        self, guards: GuardsConfig, containers: Sequence[RunningContainer] | None
    ) -> GuardReport:
        report = await super().report(guards, containers)
        return replace(report, connections=(ConnectionCount("web", 2),), keep_awake=("backup",))


async def told(
    docker: ContainerRuntime | None,
    asker: Inspector | None,
    docker_s: float = PATIENCE_S,
    **guards: object,
) -> GuardReport:
    agent = AgentConfig(key=SecretSource(env="KEY")) if isinstance(asker, Agent) else None
    limits = GuardsConfig(**guards)
    server = ServerConfig(name="Main", address="127.0.0.1", guards=limits, agent=agent)
    made = watchman(server, docker, asker, docker_s)
    assert made is not None
    return await made.report()


async def test_connections_are_counted_in_what_docker_says_runs():
    report = await told(Docker(), Server())
    assert report == GuardReport(
        sessions=("alice",),
        connections=(ConnectionCount("web", 1), ConnectionCount("backup", 1)),
        keep_awake=("backup",),
    )


async def test_a_docker_that_does_not_answer_leaves_its_guards_unread():
    docker = Docker(error=DockerError(because("docker_silent")))
    report = await told(docker, Server())
    assert report == GuardReport(sessions=("alice",), connections=GONE, keep_awake=GONE)


async def test_a_docker_that_never_answers_is_not_waited_for():
    report = await told(Docker(meets=asyncio.Barrier(2)), Server(), docker_s=0.02)
    assert (report.keep_awake, report.connections) == (GONE, GONE)


async def test_what_is_not_to_be_counted_does_not_become_unread():
    docker = Docker(error=DockerError(because("docker_silent")))
    report = await told(docker, Server(), connections=False)
    assert report == GuardReport(sessions=("alice",), keep_awake=GONE)


async def test_both_are_asked_side_by_side_when_neither_needs_the_other():
    meets = asyncio.Barrier(2)
    async with asyncio.timeout(PATIENCE_S):
        report = await told(Docker(meets=meets), Server(meets=meets), connections=False)
    assert (report.sessions, report.keep_awake) == (("alice",), ("backup",))


async def test_an_agent_counts_in_its_own_containers_and_need_not_wait_for_docker():
    meets = asyncio.Barrier(2)
    async with asyncio.timeout(PATIENCE_S):
        report = await told(Docker(meets=meets), Agent(meets=meets))
    assert (report.connections, report.keep_awake) == ((ConnectionCount("web", 2),), ("backup",))


async def test_what_an_agent_knows_is_not_unread_without_docker():
    docker = Docker(error=DockerError(because("docker_silent")))
    report = await told(docker, Agent())
    assert (report.connections, report.keep_awake) == ((ConnectionCount("web", 2),), ("backup",))


async def test_without_a_way_to_the_server_only_containers_are_asked_for():
    assert await told(Docker(), None) == GuardReport(keep_awake=("backup",))
    assert await told(Docker(up=()), None) == GuardReport(keep_awake=())
    gone = Docker(error=DockerError(because("docker_silent")))
    assert await told(gone, None) == GuardReport(keep_awake=GONE)


async def test_without_docker_no_container_is_asked_for():
    server = Server()
    assert (await told(None, server)).keep_awake is None
    assert server.asked == [None]


@pytest.mark.parametrize("connections", [True, False])
async def test_a_server_that_cannot_be_asked_is_an_error(*, connections: bool):
    asker = Server(error=InspectError("the login is refused"))
    with pytest.raises(InspectError, match="the login is refused"):
        await told(Docker(), asker, connections=connections)


def test_there_is_no_watchman_where_nothing_can_be_asked():
    assert watchman(ServerConfig(name="Main", address="127.0.0.1"), None, None) is None


async def test_a_server_is_asked_by_its_agent_else_over_ssh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KEY", token_hex(32))
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o600)
    public = key.export_public_key().decode()
    ssh = SshConfig(user="hall", key=str(tmp_path / "key"), host_key=public)
    agent = AgentConfig(key=SecretSource(env="KEY"))
    ways = ({"ssh": ssh, "agent": agent}, {"ssh": ssh}, {})
    servers = [ServerConfig(name="Main", address="127.0.0.1", **way) for way in ways]
    made = [type(inspector(server, tmp_path)).__name__ for server in servers]
    assert made == ["AgentInspector", "SshInspector", "NoneType"]
