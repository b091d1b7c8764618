"""The sleep order over SSH: one command, once."""

import asyncio

import asyncssh

from hall.adapters.docker.calls import without_addresses
from hall.adapters.ssh.command import Ended, TooLongError, run
from hall.adapters.ssh.login import Login
from hall.adapters.ssh.trouble import told
from hall.core.errors import SleepError

ANSWER_S = 5.0
"""How long the command may take to tell how it ended; after that the server is taken for gone."""

_GOING = frozenset({"HUP", "TERM", "KILL"})
"""What a server that goes down sends to its sessions."""


class SshSleeper:
    """Logs in and runs the command; that is all, and it is never tried again from here."""

    def __init__(self, login: Login, command: str) -> None:
        self._login = login
        self._command = command

    async def sleep(self) -> None:
        """Give the order, once.

        A connection that is lost, or silent, after the command was sent is what sleep looks like,
        and no error.

        Raises:
            SleepError: nothing was sent, or the server refused; its own words are in the error.
        """
        with told(SleepError):
            async with self._login.opened() as connection:
                ended = await self._order(connection)
        if ended is not None and _refused(ended):
            raise SleepError(_words(ended))

    async def _order(self, connection: asyncssh.SSHClientConnection) -> Ended | None:
        """How the command ended; None when that was not to be heard."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await run(connection, self._command)
        except asyncssh.ChannelOpenError as error:
            if connection.is_closed() and error.code == asyncssh.OPEN_REQUEST_SESSION_FAILED:
                return None
            raise SleepError("the SSH server does not run the command") from error
        except (OSError, asyncssh.Error, TooLongError):
            return None


def _refused(ended: Ended) -> bool:
    return ended.status != 0 and ended.signal not in _GOING


def _words(ended: Ended) -> str:
    if ended.words:
        return without_addresses(ended.words)
    if ended.signal:
        return f"the sleep command was killed by SIG{ended.signal}"
    return f"the sleep command ended with exit status {ended.status}"
