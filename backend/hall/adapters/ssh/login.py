"""Logging in to a server: with one key, to one host key, and within a known time.

Nothing of the user who runs Hall takes part: no agent, no ``~/.ssh``, no password (RFC 4252).
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import asyncssh

from hall.adapters.probes.connect_errors import UnfitError
from hall.adapters.probes.happy_eyeballs import first
from hall.adapters.probes.keepalive import KEEPALIVE, NOTICE_S
from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.target import SshTarget
from hall.adapters.ssh.timeouts import SshTimeouts
from hall.core.foreign_words import last_words
from hall.core.model.reason import Reason, because

_WORDS_LIMIT = 200
_OTHER_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256")

asyncssh.set_log_level(logging.WARNING)  # otherwise each ping would be six lines of the log


class LoginError(UnfitError):
    """The server is there, and Hall is not let in or does not trust it; it says which."""


class Login:
    """Logs in to one server.

    Args:
        target: Where, and as whom.
        key: Hall's own.
        host_keys: The server's, one of which it must have.
        names: Looks names up.
        timeouts: How long it is waited for, here and by who logs in.
    """

    def __init__(
        self,
        target: SshTarget,
        *,
        key: asyncssh.SSHKey,
        host_keys: Sequence[asyncssh.SSHKey],
        names: Names,
        timeouts: SshTimeouts,
    ) -> None:
        self.timeouts = timeouts
        self._target = target
        self._names = names
        self._pinned = ", ".join(one.get_fingerprint() for one in host_keys)
        self._options = _options(target.user, key, host_keys)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[asyncssh.SSHClientConnection]:
        """A connection of its own, closed at the end.

        Raises:
            NameUnknownError: the host has no address.
            LoginError: Hall is not let in, or does not trust the server.
            OSError: the server is not there, or silent.
        """
        within_s = self.timeouts.connect_s
        async with asyncio.timeout(within_s):
            door = await self.dial(within_s)
        async with self.over(door) as connection:
            yield connection

    async def dial(self, timeout_s: float) -> socket.socket:
        """A TCP connection to the SSH server; the caller bounds it as a whole.

        Args:
            timeout_s: How long the look-up of the name may take, then all addresses together.
        """
        addresses = await self._names.addresses(self._target.host, timeout_s)
        attempts = [partial(_dial, address, self._target.port) for address in addresses]
        return await first(attempts, within_s=timeout_s, drop=_hang_up)

    @asynccontextmanager
    async def over(self, door: socket.socket) -> AsyncIterator[asyncssh.SSHClientConnection]:
        """Log in over a TCP connection, which is taken over; all is closed at the end.

        Raises:
            LoginError: Hall is not let in, or does not trust the server.
            OSError: it said nothing in its time, or the connection was cut.
        """
        try:
            connection = await self._log_in(door)
        except BaseException:
            door.close()  # asyncssh does not, when it is stopped before it took the socket over
            raise
        try:
            yield connection
        finally:
            if not connection.is_closed():
                connection.close()
            await connection.wait_closed()

    async def _log_in(self, door: socket.socket) -> asyncssh.SSHClientConnection:
        witness = _Witness()
        try:
            async with asyncio.timeout(self.timeouts.login_s):
                return await self._let_in(door, witness)
        except TimeoutError as error:
            if not witness.received:
                raise
            raise LoginError(because("ssh_slow", seconds=self.timeouts.login_s)) from error
        except OSError:
            raise
        except Exception as error:  # asyncssh raises whatever a server made it stumble over
            raise LoginError(self._why(error, witness)) from error

    async def _let_in(
        self, door: socket.socket, witness: "_Witness"
    ) -> asyncssh.SSHClientConnection:
        connection = await asyncssh.connect(
            self._target.host,
            self._target.port,
            sock=door,
            config=None,
            client_factory=lambda: witness,
            options=self._options,
        )
        try:
            await _serves(connection)
        except BaseException:
            connection.abort()
            raise
        connection.set_keepalive(NOTICE_S / 3, 2)
        return connection

    def _why(self, error: Exception, witness: "_Witness") -> Reason:
        match error:
            case asyncssh.HostKeyNotVerifiable():
                return because("ssh_host_key", offered=witness.offered, pinned=self._pinned)
            case asyncssh.PermissionDenied():
                return because("ssh_not_let_in", user=self._target.user)
            case asyncssh.ConnectionLost():
                return because("ssh_hung_up")
            case _:
                return because("ssh_login", why=last_words(str(error), _WORDS_LIMIT))


class _Witness(asyncssh.SSHClient):
    """Sees that a server answers, and refuses the host key offered in place of the pinned one."""

    offered = "another"
    _connection: asyncssh.SSHClientConnection | None = None

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        """Keep the connection, so that a login that is given up can be closed."""
        self._connection = conn

    @property
    def received(self) -> bool:
        """Whether an SSH server said that it is one (RFC 4253, 4.2)."""
        known = self._connection
        return known is not None and known.get_extra_info("server_version") is not None

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002 - the shape is asyncssh's
        addr: str,  # noqa: ARG002
        port: int,  # noqa: ARG002
        key: asyncssh.SSHKey,
    ) -> bool:
        """Refuse: what is pinned was compared before."""
        self.offered = key.get_fingerprint()
        return False


def _options(
    user: str, key: asyncssh.SSHKey, host_keys: Sequence[asyncssh.SSHKey]
) -> asyncssh.SSHClientConnectionOptions:
    return asyncssh.SSHClientConnectionOptions(
        username=user,
        client_keys=[key],
        known_hosts=(list(host_keys), [], []),
        server_host_key_algs=_kinds(host_keys),
        preferred_auth=["publickey"],
        disable_trivial_auth=True,
        config=None,
        agent_path=None,
        agent_identities=None,
        pkcs11_provider=None,
        gss_host=None,
        x509_trusted_certs=None,
        x509_trusted_cert_paths=[],
        connect_timeout=None,
        encoding=None,
    )


async def _serves(connection: asyncssh.SSHClientConnection) -> None:
    """Wait until the server answers whom it has let in.

    sshd says that first, and then has PAM open the session: nothing is heard of it for so long,
    which is no sign yet that it is gone.
    """
    # asyncssh offers no question of its own that every server answers, be it with no (RFC 4254, 4).
    await connection._make_global_request(b"keepalive@openssh.com")  # noqa: SLF001
    if connection.is_closed():
        raise asyncssh.ConnectionLost("Connection lost")


def _kinds(host_keys: Sequence[asyncssh.SSHKey]) -> list[str]:
    """The pinned kinds of host keys first: the server uses the first that it has (RFC 4253).

    The others are there to be refused by name; without them it would hang up without a word.
    """
    pinned = [name.decode() for key in host_keys for name in key.sig_algorithms]
    return list(dict.fromkeys([*pinned, *_OTHER_KINDS]))


async def _hang_up(door: socket.socket) -> None:
    door.close()


async def _dial(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    try:
        door.setblocking(False)
        for option in KEEPALIVE:
            door.setsockopt(*option)
        await asyncio.get_running_loop().sock_connect(door, (address, port))
    except BaseException:
        door.close()
        raise
    return door
