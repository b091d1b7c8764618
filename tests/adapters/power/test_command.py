"""Waking by a program: real processes, run without a shell."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from hall.adapters.power.command import KEPT_OUTPUT, CommandDriver
from hall.adapters.power.factory import power_driver
from hall.core.config.methods import CommandWake
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError, WakeError
from tests.support.timeouts import PATIENCE_S


def driver(*run: str, base: Path = Path(), within_s: float = PATIENCE_S) -> CommandDriver:
    return CommandDriver(CommandWake(method="command", run=run, timeout_seconds=within_s), base)


def script(folder: Path, text: str, within_s: float = PATIENCE_S) -> CommandDriver:
    """A program of these lines, in this folder."""
    path = folder / "wake.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return driver("./wake.sh", base=folder, within_s=within_s)


async def words(driver: CommandDriver) -> str:
    with pytest.raises(WakeError) as caught:
        await driver.wake()
    return str(caught.value)


async def test_arguments_are_passed_as_they_are(tmp_path: Path):
    arguments = ("a b", "$(id);*", "-x'\"", "")
    script(tmp_path, """printf '%s\\n' "$@" > arguments""")
    await driver("./wake.sh", *arguments, base=tmp_path).wake()
    assert (tmp_path / "arguments").read_text().split("\n")[:-1] == list(arguments)


async def test_a_server_with_a_command_has_its_driver(tmp_path: Path):
    wake = CommandWake(method="command", run=("touch", "woken"))
    made = power_driver(ServerConfig(name="Main", address="127.0.0.1", wake=wake), tmp_path)
    assert made is not None
    await made.wake()
    assert (tmp_path / "woken").exists()


async def test_a_failure_is_told_in_the_programs_last_words(tmp_path: Path):
    made = script(tmp_path, "echo first >&2; echo 'no BMC at 192.168.1.5' >&2; echo >&2; exit 3")
    assert await words(made) == "the command failed: exit 3: no BMC at …"


async def test_a_program_that_says_nothing_fails_with_its_status(tmp_path: Path):
    assert await words(script(tmp_path, "echo only to stdout; exit 1")) == (
        "the command failed: exit 1"
    )
    assert await words(script(tmp_path, "kill -9 $$")) == ("the command failed: killed by signal 9")


async def test_however_much_it_says_only_the_end_is_kept(tmp_path: Path):
    made = script(tmp_path, "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo >&2 the end; exit 1")
    said = await words(made)
    assert said.startswith("the command failed: exit 1: ")
    assert len(said) < KEPT_OUTPUT


async def test_a_program_that_does_not_end_is_ended_with_its_children(tmp_path: Path):
    made = script(tmp_path, "sleep 60 & echo $! $$ > pids; wait", within_s=0.3)
    assert await words(made) == "the command did not end within 0.3 s"
    await until(lambda: not any(map(lives, pids(tmp_path))))


async def test_orders_that_come_while_it_runs_wait_for_that_run(tmp_path: Path):
    made = script(tmp_path, "echo run >> runs; while [ ! -e go ]; do sleep 0.05; done; exit 4")
    async with asyncio.TaskGroup() as group:
        told = [group.create_task(words(made)) for _ in range(3)]
        await until((tmp_path / "runs").exists)
        (tmp_path / "go").touch()
    assert {await one for one in told} == {"the command failed: exit 4"}
    assert (tmp_path / "runs").read_text() == "run\n"
    await words(made)
    assert (tmp_path / "runs").read_text() == "run\n" * 2


async def test_a_wake_that_is_cancelled_leaves_no_process(tmp_path: Path):
    made = script(tmp_path, "sleep 60 & echo $! $$ > pids; wait")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(made.wake())
        await until(lambda: len(pids(tmp_path)) == 2)
        task.cancel()
    await until(lambda: not any(map(lives, pids(tmp_path))))
    assert task.cancelled()


async def test_a_child_that_lives_on_does_not_hold_up_the_end(tmp_path: Path):
    made = script(tmp_path, "sleep 60 & echo $! > pids; exit 0")
    async with asyncio.timeout(PATIENCE_S):
        await made.wake()
    [child] = pids(tmp_path)
    assert lives(child)
    os.kill(child, signal.SIGKILL)


async def test_it_sees_nothing_of_halls_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HALL_BMC_PASSWORD", "x")
    monkeypatch.setenv("BMC_PASSWORD", "x")
    await script(tmp_path, "env > seen").wake()
    seen = {line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()}
    assert {"PATH"} <= seen <= {"PATH", "LANG", "LC_ALL", "HOME", "TZ", "PWD", "SHLVL", "_"}


async def test_it_has_nothing_to_read(tmp_path: Path):
    await script(tmp_path, '[ -z "$(cat)" ] && touch woken').wake()
    assert (tmp_path / "woken").exists()


async def test_a_file_that_is_no_program_is_told(tmp_path: Path):
    made = script(tmp_path, "")
    (tmp_path / "wake.sh").write_bytes(b"\x00\x01")
    assert await words(made) == "the command cannot be run: Exec format error"


@pytest.mark.parametrize("program", ["no-such-program", "./no-such", "/no/such"])
def test_a_program_that_is_not_there_is_refused_at_start(tmp_path: Path, program: str):
    with pytest.raises(ConfigurationError, match="there is no program"):
        driver(program, base=tmp_path)


async def until(seen: Callable[[], bool]) -> None:
    """Look again and again until something is seen in the file system."""
    async with asyncio.timeout(PATIENCE_S):
        while not seen():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.01)


def pids(folder: Path) -> list[int]:
    path = folder / "pids"
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


def lives(pid: int) -> bool:
    """Whether a process is there, and is not only waiting to be reaped by somebody else."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
