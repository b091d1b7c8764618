"""Where Hall logs in, and as whom, by the configuration of a server."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from hall.core.config.methods import SshConfig, SshSleep
from hall.core.config.server import ServerConfig
from hall.core.config.urls import user_of
from hall.core.errors import ConfigurationError, Problem

SOCKET = "/var/run/docker.sock"
"""Where Docker listens, unless the URL says otherwise (dockerd(8))."""


@dataclass(frozen=True, slots=True)
class SshTarget:
    """An SSH server, and the user there."""

    host: str
    port: int
    user: str


def for_docker(server: ServerConfig) -> tuple[SshTarget, str]:
    """Where the server's ``ssh://`` URL leads, and the path of Docker's socket there."""
    url = _url(server)
    ssh = config_of(server)
    target = SshTarget(url.hostname or str(server.address), url.port or ssh.port, _user(server))
    return target, url.path if url.path.strip("/") else SOCKET


def for_orders(server: ServerConfig, user: str | None = None) -> SshTarget:
    """The server itself; the user is the given one, or that of ``ssh`` or of the URL."""
    ssh = config_of(server)
    return SshTarget(str(server.address), ssh.port, user or ssh.user or _user(server))


def own_users(server: ServerConfig) -> tuple[str, ...]:
    """Everybody that Hall logs in as, in order: their connections are Hall's own."""
    sleep = server.sleep.user if isinstance(server.sleep, SshSleep) else None
    named = (server.ssh.user if server.ssh else None, user_of(_url(server)), sleep)
    return tuple(sorted({user for user in named if user}))


def config_of(server: ServerConfig) -> SshConfig:
    """The ``ssh`` of the configuration.

    Raises:
        ConfigurationError: there is none.
    """
    if server.ssh is None:
        raise _problem("ssh", f'server {server.name!r} needs "ssh": Hall\'s key, and its host key')
    return server.ssh


def _user(server: ServerConfig) -> str:
    user = user_of(_url(server)) or config_of(server).user
    if user is None:
        raise _problem("ssh.user", f"expected the user on server {server.name!r}")
    return user


def _url(server: ServerConfig) -> SplitResult:
    """The URL of Docker where it is ssh://; else one of no parts."""
    url = server.docker.url if server.docker is not None else ""
    return urlsplit(url if url.startswith("ssh:") else "")


def _problem(key: str, message: str) -> ConfigurationError:
    return ConfigurationError([Problem("domains.json", None, key, message)])
