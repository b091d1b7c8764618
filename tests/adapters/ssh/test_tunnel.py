import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.ssh.timeouts import SshTimeouts
from hall.core.errors import DockerError
from hall.core.model.container import ContainerChange, ProjectRef
from tests.adapters.docker.fake_engine import FakeEngine, event, on_unix
from tests.adapters.ssh.sshd import Sshd, an_sshd, engine_behind
from tests.support.timeouts import PATIENCE_S

pytestmark = pytest.mark.slow

PONG = {"GET /_ping": (200, b"OK")}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Sshd]:
    """An SSH server that may be cut, stalled and stopped."""
    with an_sshd(tmp_path / "sshd") as server:
        yield server


@asynccontextmanager
async def tunnelled(
    sshd: Sshd, fake: FakeEngine, folder: Path, timeouts: SshTimeouts = SshTimeouts()
) -> AsyncIterator[DockerEngine]:
    async with on_unix(fake, folder):
        yield engine_behind(sshd, folder / "docker.sock", timeouts=timeouts)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 - sshd tells nobody
            await asyncio.sleep(0.02)


async def test_calls_share_one_login_even_at_a_time(own: Sshd, tmp_path: Path):
    fake = FakeEngine(PONG)
    async with tunnelled(own, fake, tmp_path) as engine:
        sights = await asyncio.gather(*(engine.ping(PATIENCE_S) for _ in range(8)))
        assert (await engine.ping(PATIENCE_S)).ok
    assert all(result.ok for result in sights)
    assert (own.logins, fake.connections) == (1, 9)


async def test_a_socket_that_is_not_there_is_an_engine_that_does_not_listen_yet(sshd: Sshd):
    engine = engine_behind(sshd, "/nowhere/docker.sock")
    assert (await engine.ping(PATIENCE_S)).detail.code == "docker_refused"


async def test_a_refused_channel_leaves_the_login_as_it_is(own: Sshd):
    engine = engine_behind(own, "/nowhere/docker.sock")
    for _ in range(3):
        await engine.ping(PATIENCE_S)
    assert own.logins == 1


async def test_nothing_stays_open_to_a_server_that_is_left_alone_while_it_sleeps(
    own: Sshd, tmp_path: Path
):
    long = SshTimeouts(linger_s=3 * PATIENCE_S)
    async with on_unix(FakeEngine(PONG, events=[event("start", "web")]), tmp_path):
        engine = engine_behind(
            own, tmp_path / "docker.sock", while_asleep="leave_alone", timeouts=long
        )
        async with engine.changes() as changes:
            await anext(changes)
            assert (await engine.ping(PATIENCE_S)).ok
        await until(lambda: not own.connections())
    assert own.logins == 1


async def test_a_login_goes_on_after_the_patience_of_who_began_it(own: Sshd, tmp_path: Path):
    async with tunnelled(own, FakeEngine(PONG), tmp_path) as engine:
        assert (await engine.ping(0.01)).detail.code == "docker_silent"
        assert (await engine.ping(PATIENCE_S)).ok
    assert own.logins == 1


async def test_a_stream_that_is_cut_is_told_and_the_next_call_logs_in_again(
    own: Sshd, tmp_path: Path
):
    fake = FakeEngine(PONG, events=[event("start", "web")])
    async with tunnelled(own, fake, tmp_path) as engine:
        async with engine.changes() as changes:
            assert await anext(changes) == ContainerChange("web")
            own.cut()
            with pytest.raises(DockerError, match="the connection was cut"):
                await anext(changes)
        assert (await engine.ping(PATIENCE_S)).ok
        async with engine.changes() as changes:
            assert await anext(changes) == ContainerChange("web")
    assert own.logins == 2


async def test_a_dead_connection_fails_one_look_and_is_replaced_by_the_next(
    own: Sshd, tmp_path: Path
):
    async with tunnelled(own, FakeEngine(PONG), tmp_path) as engine:
        assert (await engine.ping(PATIENCE_S)).ok
        own.stall()
        looks = await asyncio.gather(*(engine.ping(0.4) for _ in range(4)))
        assert [look.detail.code for look in looks] == ["docker_silent"] * 4
        assert (await engine.ping(PATIENCE_S)).ok
    assert own.logins == 2


async def test_whoever_has_a_channel_of_a_doubted_connection_keeps_it(own: Sshd, tmp_path: Path):
    async with tunnelled(own, FakeEngine(PONG), tmp_path) as engine:
        async with engine.changes() as changes, asyncio.TaskGroup() as group:
            reading = group.create_task(anext(changes))
            before = set(own.connections())
            own.stall()
            assert not (await engine.ping(0.2)).ok
            own.resume()
            assert (await engine.ping(PATIENCE_S)).ok
            assert before & set(own.connections())
            assert not reading.done()
            reading.cancel()
        await until(lambda: not before & set(own.connections()))
    assert own.logins == 2


@pytest.mark.slow
async def test_a_stream_over_a_dead_connection_is_told(own: Sshd, tmp_path: Path):
    async with tunnelled(own, FakeEngine(PONG), tmp_path) as engine, engine.changes() as changes:
        own.stall()
        with pytest.raises(DockerError, match=r"^Docker does not answer$"):
            await anext(changes)


async def test_a_connection_that_nobody_uses_is_closed(own: Sshd, tmp_path: Path):
    brief = SshTimeouts(linger_s=0.1)
    async with tunnelled(own, FakeEngine(PONG), tmp_path, brief) as engine:
        assert (await engine.ping(PATIENCE_S)).ok
        assert own.connections()
        await until(lambda: not own.connections())
        assert (await engine.ping(PATIENCE_S)).ok
    assert own.logins == 2


async def test_a_connection_with_a_stream_is_kept(own: Sshd, tmp_path: Path):
    """Longer than another beside it, that nobody uses."""
    brief = SshTimeouts(linger_s=0.1)
    fake = FakeEngine({**PONG, "GET /containers/json": (200, [])})
    async with tunnelled(own, fake, tmp_path, brief) as engine, engine.changes():
        kept = set(own.connections())
        idle = engine_behind(own, tmp_path / "docker.sock", timeouts=brief)
        assert (await idle.ping(PATIENCE_S)).ok
        await until(lambda: set(own.connections()) <= kept)
        assert await engine.containers(ProjectRef(compose="client1")) == ()
    assert own.logins == 2


async def test_a_server_that_restarts_is_logged_in_to_again(own: Sshd, tmp_path: Path):
    async with tunnelled(own, FakeEngine(PONG), tmp_path) as engine:
        assert (await engine.ping(PATIENCE_S)).ok
        own.stop()
        assert (await engine.ping(PATIENCE_S)).detail.code in {"docker_refused", "docker_broken"}
        assert (await engine.ping(PATIENCE_S)).detail.code == "docker_refused"
        own.start()
        assert (await engine.ping(PATIENCE_S)).ok
