"""A program on the gateway that wakes a server, like ipmitool: run without a shell."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from hall.adapters.docker.api import without_addresses
from hall.core.config.methods import CommandWake
from hall.core.errors import ConfigurationError, Problem, WakeError
from hall.core.model.reason import Reason, Why, because

KEPT_OUTPUT = 4096
"""How many bytes of what it says last are kept."""

_PIPE = 64 * 1024
"""What a pipe holds, by pipe(7)."""

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "HOME", "TZ")
"""All that it sees of Hall's environment, where secrets may stand."""


class CommandDriver:
    """Runs a program, with its arguments as they are; exit status 0 means done.

    Args:
        config: The program and its arguments.
        base: The folder that it runs in: relative paths start from there.

    Raises:
        ConfigurationError: there is no such program.
    """

    def __init__(self, config: CommandWake, base: Path = Path()) -> None:
        self._run = config.run
        self._within_s = config.timeout_seconds
        self._base = base
        self._going: asyncio.Future[Why | None] | None = None
        _check(self._run[0], base)

    async def wake(self) -> None:
        """Run it once, or wait for the run that is under way: orders come faster than it may end.

        It, and what it started and did not detach, is ended after ``timeout_seconds``.

        Raises:
            WakeError: it could not be run, failed, or took too long; the last line that it wrote
                to its standard error is in the text, without addresses.
        """
        if (going := self._going) is None:
            going = self._going = asyncio.get_running_loop().create_future()
            try:
                going.set_result(await self._trouble())
            finally:
                self._going = None
                going.cancel()  # nothing, where it has its result
        if (trouble := await asyncio.shield(going)) is not None:
            raise WakeError(trouble)

    async def _trouble(self) -> Why | None:
        """Run it; what went wrong, or None."""
        with _last_words() as (stderr, last):
            try:
                process = await self._start(stderr)
            except OSError as error:
                return because("command_unrun", why=error.strerror or type(error).__name__)
            try:
                status = await _ended(process, self._within_s)
            except TimeoutError:
                return because("command_slow", seconds=self._within_s)
            return _failed(status, last()) if status else None

    async def _start(self, stderr: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._run,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=stderr,
            cwd=self._base,
            env=_environment(os.environ),
            start_new_session=True,
        )


async def _ended(process: asyncio.subprocess.Process, within_s: float) -> int:
    """Its exit status, once it ended by itself; however this ends, the process has ended.

    Raises:
        TimeoutError: it did not.
    """
    try:
        async with asyncio.timeout(within_s):
            return await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


@contextmanager
def _last_words() -> Iterator[tuple[int, Callable[[], str]]]:
    """A pipe to write to, and what its last line is.

    Hall's own and not asyncio's: of that one, some releases wait for the end, which whoever
    inherited it may put off for ever.
    """
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    kept = bytearray()

    def take() -> None:
        with suppress(BlockingIOError):
            kept.extend(os.read(reading, _PIPE))
        del kept[:-KEPT_OUTPUT]

    def last() -> str:
        take()
        return _last_line(kept.decode(errors="replace"))

    loop = asyncio.get_running_loop()
    loop.add_reader(reading, take)
    try:
        yield writing, last
    finally:
        loop.remove_reader(reading)
        os.close(reading)
        os.close(writing)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    plain = "".join(one if one.isprintable() else " " for one in lines[-1]) if lines else ""
    return without_addresses(plain)


def _failed(status: int, words: str) -> Reason:
    killed = because("command_killed", signal=-status)
    why = because("command_exit", status=status) if status > 0 else killed
    return because("said", why=why, words=words) if words else why


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    return {name: own[name] for name in _PASSED_ON if name in own}


def _check(program: str, base: Path) -> None:
    """A program that is not there would be noticed at the first wake only."""
    path = str(base / program) if "/" in program else program
    if shutil.which(path) is None:
        text = f'there is no program "{program}" that Hall may run'
        raise ConfigurationError([Problem("domains.json", None, "wake.run", text)])
