"""A stop of the real process while a server is being put to sleep over a real SSH server."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.adapters.ssh.sshd import Sshd, an_sshd
from tests.lab.gateway import Gateway
from tests.support.command_line import hall
from tests.support.small_hall import a_document

pytestmark = pytest.mark.slow


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    with an_sshd(tmp_path / "sshd") as server:
        yield server


def gateway(folder: Path, sshd: Sshd) -> Gateway:
    """A Hall whose server says all the time what it stops, until the file ``go`` is there."""
    stops = f"while [ ! -e {folder}/go ]; do echo stopping; sleep 0.1; done"
    command = f"set -e; touch {folder}/began; {stops}; touch {folder}/went"
    document = a_document(project=None, health=None)
    document["servers"]["main"] |= {
        "address": "127.0.0.1",
        "network": {"method": "tcp", "port": sshd.port},
        "docker": None,
        "wake": None,
        "ssh": sshd.ssh(),
        "sleep": {"method": "ssh", "command": command},
    }
    return Gateway(folder, document)


@asynccontextmanager
async def putting_to_sleep(folder: Path, sshd: Sshd) -> AsyncIterator[Gateway]:
    running = gateway(folder, sshd)
    try:
        await asyncio.to_thread(running.start)
        words = ("sleep", "main", "--server", "--force")
        said = await hall(*words, HALL_URL=running.url, HALL_DATA=str(running.data))
        assert said.code == 0, said
        await until((folder / "began").exists)
        yield running
    finally:
        running.kill()


async def until(true: Callable[[], bool]) -> None:
    """Wait for what another process does, which tells nobody."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def test_a_stop_lets_a_sleep_order_come_to_its_end(tmp_path: Path, sshd: Sshd):
    async with putting_to_sleep(tmp_path, sshd) as running, asyncio.TaskGroup() as group:
        leaving = group.create_task(asyncio.to_thread(running.terminate))
        await until(lambda: "main is being put to sleep" in running.log)
        (tmp_path / "go").touch()
        assert (await leaving)[0] == 0
    assert (tmp_path / "went").exists()


async def test_a_second_signal_stops_at_once(tmp_path: Path, sshd: Sshd):
    async with putting_to_sleep(tmp_path, sshd) as running:
        os.kill(running.pid, signal.SIGTERM)
        await until(lambda: "main is being put to sleep" in running.log)
        assert (await asyncio.to_thread(running.terminate))[0] == 0
    assert not (tmp_path / "went").exists()
