"""Running programs: an argument list, no shell, and none is left behind."""

import asyncio

_WORDS_LIMIT = 300


class ToolError(Exception):
    """A program could not be run, or failed; the text says why."""


async def run(*words: str) -> bytes:
    """What a program writes; when this is cancelled, the program is killed.

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
        text = complaint.decode(errors="replace").strip()[:_WORDS_LIMIT]
        raise ToolError(f"{words[0]}: {text or 'it failed'}")
    return said
