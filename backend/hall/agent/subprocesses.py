"""Running programs: an argument list, no shell, and none is left behind."""

import asyncio
import os
import signal
from contextlib import suppress

from hall.core.foreign_words import last_words

ENDING_S = 2.0
"""How long a command that is told to end may take to do so, before it is killed."""

KEPT_BYTES = 4096
"""How many bytes of what a command said last are kept."""


class ToolError(Exception):
    """A program could not be run, or failed; the text says why."""


async def run(*words: str) -> bytes:
    """What a program writes to its standard output; when this is cancelled, it is killed.

    Raises:
        ToolError: it is not there, or it failed.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise ToolError(f"{words[0]}: {error.strerror}") from None
    try:
        said, complaint = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.communicate()
        raise
    if process.returncode:
        raise _failed(words[0], complaint)
    return said


async def run_to_end(*words: str, within_s: float) -> None:
    """Run a command, however much it says; what it leaves running may go on talking as well.

    Raises:
        ToolError: it is not there, it failed, or it still ran after ``within_s`` and was told to
            end (SIGTERM), with all that it started.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"{words[0]}: {error.strerror}") from None
    last = bytearray()
    try:
        async with asyncio.timeout(within_s):
            await _hear(process, last)
    except TimeoutError:
        if process.returncode is None:
            raise _late(words[0], within_s, bytes(last)) from None
    finally:
        await _end(process)
    if process.returncode:
        raise _failed(words[0], bytes(last))


async def _hear(process: asyncio.subprocess.Process, last: bytearray) -> None:
    while process.stderr is not None and (said := await process.stderr.read(KEPT_BYTES)):
        last += said
        del last[:-KEPT_BYTES]
    await process.wait()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End what still runs of it: by SIGTERM, and after a moment by force."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(TimeoutError):
                async with asyncio.timeout(ENDING_S):
                    await process.wait()
    # What it left running may hold the pipe; asyncio offers no other way to let go of that.
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001


def _failed(name: str, said: bytes) -> ToolError:
    return ToolError(f"{name}: {_words(said) or 'it failed'}")


def _late(name: str, within_s: float, said: bytes) -> ToolError:
    text = f"{name}: it did not end within {within_s:g} s"
    return ToolError(f"{text}: {_words(said)}" if said else text)


def _words(said: bytes) -> str:
    return last_words(said[-KEPT_BYTES:].decode(errors="replace"))
