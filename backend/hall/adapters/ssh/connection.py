"""One SSH connection of a tunnel, from its login to its end."""

import asyncio
from contextlib import suppress

import asyncssh


class SshConnection:
    """Counts who uses a connection.

    ``ready`` is the connection, once Hall is logged in; one that nobody uses is kept ``linger_s``.
    """

    def __init__(
        self, ready: asyncio.Future[asyncssh.SSHClientConnection], linger_s: float
    ) -> None:
        self.ready = ready
        self._linger_s = linger_s
        self.task: asyncio.Task[None] | None = None
        self._channels = 0
        self._used = True
        self._retired = False

    @property
    def dead(self) -> bool:
        """Whether it failed, or ended a moment ago."""
        if not self.ready.done():
            return False
        return self.ready.exception() is not None or self.ready.result().is_closed()

    def fail(self, error: OSError) -> None:
        """Tell whoever waits for it, if it is not ready yet."""
        if not self.ready.done():
            self.ready.set_exception(error)
            self.ready.exception()  # it is no trouble when nobody waits

    async def spent(self) -> None:
        """Wait until it is lost, or has not been used for a while."""
        connection = self.ready.result()
        while self._channels or self._used:
            self._used = False
            with suppress(TimeoutError):
                async with asyncio.timeout(self._linger_s):
                    await connection.wait_closed()
                    return

    def take(self) -> None:
        """Count a channel that is being opened: the connection stays while there is one."""
        self._channels += 1

    def leave(self) -> None:
        """Count a channel that has ended; a retired connection closes after its last."""
        self._channels -= 1
        self._used = True
        connection = self.ready.result()
        if self._retired and not self._channels and not connection.is_closed():
            connection.close()

    def retire(self) -> None:
        """No new channel: it is closed with the last that there is."""
        self._retired = True
