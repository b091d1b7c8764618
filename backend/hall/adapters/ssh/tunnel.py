"""A tunnel to a socket of a server: one SSH connection, shared by all who call at a time.

A login costs some tenths of a second of a small machine, a channel of one that is open a
millisecond. It is opened when somebody calls, given up when it is in doubt, and closed when nobody
has used it for a while.
"""

import asyncio
import socket
from time import monotonic

import asyncssh

from hall.adapters.ssh.channel import Channel
from hall.adapters.ssh.connection import SshConnection
from hall.adapters.ssh.login import Login
from hall.adapters.ssh.timeouts import SshTimeouts


class Tunnel:
    """Opens channels to the socket ``path`` of a server."""

    def __init__(self, login: Login, path: str) -> None:
        self._login = login
        self._path = path
        self._line: SshConnection | None = None
        self._timeouts = login.timeouts
        self._pause = _Pause(login.timeouts)

    async def connect(self, timeout_s: float | None) -> Channel:
        """Open a channel. A login that it began goes on after its time, for the next.

        Raises:
            ConnectionRefusedError: nothing listens there, or the user may not open the socket.
            LoginError: Hall is not let in, or does not trust the server.
            OSError: there was no answer in time, or the connection was cut.
        """
        async with asyncio.timeout(timeout_s):
            line = await self._usable(timeout_s or self._timeouts.connect_s)
            return await self._open(line, await asyncio.shield(line.ready))

    async def _usable(self, timeout_s: float) -> SshConnection:
        """The line of this moment. Its TCP connect is the caller's own, and may overlap others."""
        if self._line is None or self._line.dead:
            self._pause.check()
            door = await self._login.dial(timeout_s)
            if self._line is None or self._line.dead:
                return self._begin(door)
            door.close()
        return self._line

    def _begin(self, door: socket.socket) -> SshConnection:
        """Log in, as a task of nobody's call: it outlives the patience of who asked first.

        It ends by itself; what is left of it when the loop ends is cancelled, and closes.
        """
        loop = asyncio.get_running_loop()
        line = self._line = SshConnection(loop.create_future(), self._timeouts.linger_s)
        line.task = loop.create_task(self._hold(line, door), name="ssh")
        return line

    async def _hold(self, line: SshConnection, door: socket.socket) -> None:
        try:
            async with self._login.over(door) as connection:
                self._pause.reset()
                line.ready.set_result(connection)
                await line.spent()
        except OSError as error:
            self._pause.lengthen(error)
            line.fail(error)
        finally:
            line.fail(ConnectionAbortedError())
            self._forget(line)

    async def _open(self, line: SshConnection, connection: asyncssh.SSHClientConnection) -> Channel:
        line.take()
        try:
            reader, writer = await connection.open_unix_connection(self._path, encoding=None)
        except asyncssh.ChannelOpenError as error:
            line.leave()
            if connection.is_closed():
                raise ConnectionResetError from error
            raise ConnectionRefusedError from error
        except BaseException:
            # No answer in time: after a suspend there is none for ever. Who still has a channel
            # keeps it until the keep-alives tell; nobody gets a new one.
            self._forget(line)
            line.retire()
            line.leave()
            raise
        return Channel(reader, writer, line.leave)

    def _forget(self, line: SshConnection) -> None:
        if self._line is line:
            self._line = None


class _Pause:
    """Keeps from trying a login again too soon after one that failed."""

    def __init__(self, timeouts: SshTimeouts) -> None:
        self._least_s, self._most_s = timeouts.pause_s, timeouts.pause_most_s
        self.reset()

    def reset(self) -> None:
        """Forget past failures: the next login is tried without a pause."""
        self._next_s = self._least_s
        self._until = 0.0
        self._error: OSError | None = None

    def lengthen(self, error: OSError) -> None:
        """A login failed, for this reason."""
        now = monotonic()
        if now > self._until + self._most_s:
            self._next_s = self._least_s
        self._error = error
        self._until = now + self._next_s
        self._next_s = min(self._most_s, 2 * self._next_s)

    def check(self) -> None:
        """Raise the error again while it is too soon."""
        if self._error is not None and monotonic() < self._until:
            raise self._error.with_traceback(None)
