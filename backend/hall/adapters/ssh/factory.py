"""From the configuration to what Hall does over SSH.

asyncssh takes 15 MB and a tenth of a second to load: only who has SSH configured pays for it.
"""

# ruff: noqa: PLC0415

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hall.adapters.probes.resolver import Names
from hall.adapters.ssh import target
from hall.adapters.ssh.timeouts import SshTimeouts
from hall.core.config.methods import SshSleep
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError, Problem
from hall.core.ports import Inspector, SleepDriver

if TYPE_CHECKING:
    from hall.adapters.ssh.backend import SshNetwork
    from hall.adapters.ssh.login import Login


def ssh_network(
    server: ServerConfig, base: Path, names: Names, timeouts: SshTimeouts = SshTimeouts()
) -> "SshNetwork":
    """The tunnel to the socket that the server's ``ssh://`` URL of Docker means.

    Args:
        server: The server.
        base: The folder that relative paths of the configuration start from.
        names: Looks names up; may be shared between servers.
        timeouts: How long it is waited for; that of the login is the configuration's.

    Raises:
        ConfigurationError: a key is of no use, or something is missing.
    """
    from hall.adapters.ssh.backend import SshNetwork
    from hall.adapters.ssh.tunnel import Tunnel

    where, path = target.for_docker(server)
    if server.network.while_asleep == "leave_alone":
        timeouts = replace(timeouts, linger_s=timeouts.briefly_s)
    return SshNetwork(Tunnel(_login(server, where, base, names, timeouts), path))


def ssh_sleep(
    server: ServerConfig, base: Path, names: Names, timeouts: SshTimeouts = SshTimeouts()
) -> SleepDriver:
    """The way to put a server to sleep whose ``sleep`` is by SSH.

    Raises:
        ConfigurationError: a key is of no use, or something is missing.
    """
    from hall.adapters.ssh.suspend import SshSleeper

    order = server.sleep if isinstance(server.sleep, SshSleep) else SshSleep(method="ssh")
    where = target.for_orders(server, order.user)
    login = _login(server, where, base, names, timeouts)
    return SshSleeper(login, order.command, server.deadlines.command)


def ssh_inspector(
    server: ServerConfig, base: Path, names: Names, timeouts: SshTimeouts = SshTimeouts()
) -> Inspector:
    """The way to ask a server for its guards by SSH.

    Raises:
        ConfigurationError: a key is of no use, or something is missing.
    """
    from hall.adapters.ssh.guards import SshInspector

    user = server.sleep.user if isinstance(server.sleep, SshSleep) else None
    login = _login(server, target.for_orders(server, user), base, names, timeouts)
    return SshInspector(login, target.own_users(server))


def _login(
    server: ServerConfig,
    where: target.SshTarget,
    base: Path,
    names: Names,
    timeouts: SshTimeouts,
) -> "Login":
    from hall.adapters.ssh.keys import host_keys, private_key
    from hall.adapters.ssh.login import Login

    ssh = target.config_of(server)
    key, pinned = private_key(ssh.key, base), host_keys(ssh.host_key)
    try:
        own = replace(timeouts, login_s=server.deadlines.login)
        return Login(where, key=key, host_keys=pinned, names=names, timeouts=own)
    except (ValueError, OSError) as error:
        # Above all: a user id that no user has (docker run --user), which asyncssh wants a name of.
        raise ConfigurationError([Problem("domains.json", None, "ssh", str(error))]) from error
