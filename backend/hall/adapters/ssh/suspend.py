"""The sleep order over SSH: one command, once."""

import asyncssh

from hall.adapters.docker.api import without_addresses
from hall.adapters.ssh.errors import translate_errors
from hall.adapters.ssh.execution import Ended, LimitError, order
from hall.adapters.ssh.login import Login
from hall.core.errors import SleepError
from hall.core.model.reason import Why, because

_GOING = frozenset({"HUP", "TERM", "KILL"})
"""What a server that goes down sends to its sessions."""


class SshSleeper:
    """Logs in and runs the command; that is all, and it is never tried again from here.

    Args:
        login: The way in.
        command: What is run.
        within_s: How long it may run.
    """

    def __init__(self, login: Login, command: str, within_s: float) -> None:
        self._login = login
        self._command = command
        self._within_s = within_s

    async def sleep(self) -> None:
        """Give the order, once, and hear the command to its end.

        A connection that is lost after the command was sent is what sleep looks like, and no error.

        Raises:
            SleepError: nothing was sent, the server refused, or the command ran too long; its own
                words are in the error.
        """
        with translate_errors(SleepError):
            async with self._login.opened() as connection:
                ended = await self._order(connection)
        if ended is not None and _refused(ended):
            raise SleepError(_why(ended))

    async def _order(self, connection: asyncssh.SSHClientConnection) -> Ended | None:
        """How the command ended; None when that was not to be heard."""
        try:
            gone_s = self._login.timeouts.gone_s
            return await order(connection, self._command, self._within_s, gone_s)
        except asyncssh.ChannelOpenError as error:
            if connection.is_closed() and error.code == asyncssh.OPEN_REQUEST_SESSION_FAILED:
                return None
            raise SleepError(because("ssh_no_command")) from error
        except LimitError as error:
            slow = because("sleep_slow", seconds=self._within_s)
            said = without_addresses(error.words)
            raise SleepError(because("said", why=slow, words=said) if said else slow) from error
        except (OSError, asyncssh.Error):
            return None


def _refused(ended: Ended) -> bool:
    return ended.status != 0 and ended.signal not in _GOING


def _why(ended: Ended) -> Why:
    if ended.words:
        return without_addresses(ended.words)
    if ended.signal:
        return because("sleep_killed", signal=ended.signal)
    return because("sleep_exit", status=ended.status or 0)
