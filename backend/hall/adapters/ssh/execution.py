"""Commands over SSH, with bounds on what they say and on how long they run."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import asyncssh

from hall.adapters.probes.keepalive import NOTICE_S
from hall.core.foreign_words import last_words

OUT_LIMIT = 256 * 1024
"""How many bytes of output an answer may have."""

KEPT_WORDS = 4096
"""How many bytes of its words are looked at, and kept of its errors: the last."""

STALLED_S = 30.0
"""How long a server may be silent while a command runs that it was ordered to run.

One that stops guests or flushes disks may be too busy to answer, and must not be hung up on: the
command would be killed in its middle. One that sleeps acknowledges nothing, which TCP tells before.
"""

LAST_WORDS_S = 1.0
"""How long what a command said last may take to arrive after its exit status."""


class TooLongError(Exception):
    """A command says more than ``OUT_LIMIT``."""


class LimitError(Exception):
    """A command still runs at its limit; ``words`` are what it said last."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: ``status`` is None when it was killed by ``signal``.

    ``out`` and ``errors`` are what it wrote to either stream, or the end of it.
    """

    status: int | None
    signal: str | None
    out: bytes
    errors: bytes

    @property
    def words(self) -> str:
        """What it said last: of errors, or at all."""
        return plain(self.errors) or plain(self.out)


async def run_and_read(
    connection: asyncssh.SSHClientConnection, command: str, asked: bytes = b""
) -> Ended:
    """Run a command for its answer; ``asked`` is its input.

    Raises:
        asyncssh.ChannelOpenError: it was not started, or the connection was lost before it was.
        asyncssh.Error: the connection was lost while it ran.
        ConnectionResetError: the same.
        TooLongError: it says too much, and is left alone.
    """
    async with _started(connection, command) as running:
        running.say(asked)
        await running.until(lambda: running.closed or running.said > OUT_LIMIT, None)
        if running.said > OUT_LIMIT:
            raise TooLongError
        return running.ended()


async def order(
    connection: asyncssh.SSHClientConnection, command: str, within_s: float, gone_s: float
) -> Ended:
    """Run a command to its end, however much it says.

    What it started and left running may go on talking until ``within_s``, if it succeeded itself.
    For ``gone_s`` more the connection may turn out to be lost, with a server that is gone.

    Raises:
        asyncssh.Error, OSError: the connection was lost.
        LimitError: it still runs after ``within_s`` on a server that answers, and was told to end:
            by SIGTERM where the server passes that on, and by nobody hearing it any more.
    """

    def be_patient() -> None:
        connection.set_keepalive(STALLED_S / 3, 2)

    async with _started(connection, command, be_patient) as running:
        running.say(b"")
        if not await running.until(lambda: running.closed or running.failed, within_s):
            connection.set_keepalive(NOTICE_S / 3, 2)
            await _still_there(running, gone_s)
        if running.failed:
            await running.until(lambda: running.closed, LAST_WORDS_S)
        return running.ended()


async def _still_there(running: "_Running", gone_s: float) -> None:
    """At its limit: a command that runs on, or a server that is gone, which is noticed soon."""
    if not await running.until(lambda: running.over, gone_s):
        running.end()
        raise LimitError(running.received().words)


@asynccontextmanager
async def _started(
    connection: asyncssh.SSHClientConnection,
    command: str,
    before: Callable[[], None] = lambda: None,
) -> AsyncIterator["_Running"]:
    """A command that was started; ``before`` is called just before it is sent."""
    running = _Running(before)
    channel, _ = await connection.create_session(lambda: running, command, encoding=None)
    try:
        yield running
    finally:
        channel.abort()


class _Running(asyncssh.SSHClientSession[bytes]):
    """A command that runs. It is never kept waiting: what is not kept of its words is dropped."""

    def __init__(self, before: Callable[[], None]) -> None:
        self._before = before
        self.said = 0
        self.closed = False
        self._lost: Exception | None = None
        self._exited = False
        self._status: int | None = None
        self._signal: str | None = None
        self._out, self._errors = bytearray(), bytearray()
        self._turn = asyncio.Event()
        self._channel: asyncssh.SSHClientChannel[bytes]

    @property
    def over(self) -> bool:
        """Whether it has ended, or that is not to be heard."""
        return self.closed or self._exited

    @property
    def failed(self) -> bool:
        """Whether the command ended with a status other than 0; False while it runs."""
        return self._exited and self._status != 0

    async def until(self, true: Callable[[], bool], within_s: float | None) -> bool:
        """Wait for what may come true; whether it did."""
        try:
            async with asyncio.timeout(within_s):
                while not true():
                    self._turn.clear()
                    await self._turn.wait()
        except TimeoutError:
            return False
        return True

    def say(self, words: bytes) -> None:
        """Write the command's whole standard input, and end it."""
        with suppress(OSError):  # it has ended before
            self._channel.write(words)
            self._channel.write_eof()

    def end(self) -> None:
        """Ask the server to end it."""
        with suppress(OSError):
            self._channel.terminate()

    def received(self) -> Ended:
        """What is known of it by now."""
        return Ended(self._status, self._signal, bytes(self._out), bytes(self._errors))

    def ended(self) -> Ended:
        """How it ended.

        Raises:
            asyncssh.Error, OSError: the connection was lost before that was told.
        """
        if not self._exited:
            raise self._lost or ConnectionResetError
        return self.received()

    # ---- what asyncssh tells ------------------------------------------------------------------

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """The channel is open, and the command about to be started."""
        self._channel = chan
        self._before()

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Keep the last bytes of the output; see asyncssh.SSHClientSession."""
        if datatype == asyncssh.EXTENDED_DATA_STDERR:
            self._errors += data
            del self._errors[:-KEPT_WORDS]
        else:
            self.said += len(data)
            self._out += data
            del self._out[:-OUT_LIMIT]
        self._turn.set()

    def exit_status_received(self, status: int) -> None:
        """Note the exit status (RFC 4254, 6.10)."""
        self._exited, self._status = True, status
        self._turn.set()

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:  # noqa: ARG002, FBT001
        """Note the signal that ended the command (RFC 4254, 6.10)."""
        self._exited, self._signal = True, signal
        self._turn.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more comes: the channel is closed."""
        self.closed, self._lost = True, exc
        self._turn.set()


def plain(said: bytes) -> str:
    """Words of a server's as they may be shown."""
    return last_words(said[-KEPT_WORDS:].decode("utf-8", "replace"))
