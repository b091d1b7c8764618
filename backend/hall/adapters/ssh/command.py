"""One command over SSH, with bounds on what it says."""

from contextlib import suppress
from dataclasses import dataclass

import asyncssh

OUT_LIMIT = 256 * 1024
"""How many bytes of output a command may have."""

WORDS_LIMIT = 300
"""How many characters of its words are told."""


class TooLongError(Exception):
    """A command says more than ``OUT_LIMIT``."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: ``status`` is None when it was killed by ``signal``."""

    status: int | None
    signal: str | None
    out: bytes
    words: str


async def run(connection: asyncssh.SSHClientConnection, command: str, asked: bytes = b"") -> Ended:
    """Run a command to its end; ``asked`` is its input.

    Raises:
        asyncssh.ChannelOpenError: it was not started, or the connection was lost before it was.
        asyncssh.Error: the connection was lost while it ran.
        ConnectionResetError: the same.
        TooLongError: it says too much, and is left alone.
    """
    process = await connection.create_process(command, encoding=None)
    try:
        with suppress(BrokenPipeError):  # it has ended before it was asked
            process.stdin.write(asked)
            process.stdin.write_eof()
        out = await _read(process.stdout, OUT_LIMIT)
        if len(out) >= OUT_LIMIT:
            raise TooLongError
        words = await _read(process.stderr, WORDS_LIMIT)
        await process.wait_closed()
        if process.exit_status is None:
            raise ConnectionResetError
        return _ended(process, out, words)
    finally:
        process.channel.abort()


async def _read(stream: asyncssh.SSHReader[bytes], limit: int) -> bytes:
    data = b""
    while len(data) < limit and (more := await stream.read(limit - len(data))):
        data += more
    return data


def _ended(process: asyncssh.SSHClientProcess[bytes], out: bytes, words: bytes) -> Ended:
    signal = process.exit_signal[0] if process.exit_signal else None
    return Ended(None if signal else process.exit_status, signal, out, plain(words))


def plain(words: bytes) -> str:
    """Words of a server's as they may be shown: in one line, printable, and not too long."""
    text = " ".join(words.decode("utf-8", "replace").split())
    return "".join(one for one in text if one.isprintable())[:WORDS_LIMIT]
