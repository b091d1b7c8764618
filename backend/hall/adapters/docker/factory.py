"""From the configuration to an engine."""

from pathlib import Path
from urllib.parse import urlsplit

from hall.adapters.agent.factory import agent_connect
from hall.adapters.docker.engine import DockerEngine
from hall.adapters.docker.timeouts import DockerTimeouts
from hall.adapters.docker.tls import client_context
from hall.adapters.docker.transport import Connect, over, tcp, unix
from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.factory import ssh_network
from hall.core.config.methods import DockerConfig
from hall.core.config.server import ServerConfig


def container_runtime(
    server: ServerConfig,
    base: Path,
    names: Names | None = None,
    timeouts: DockerTimeouts = DockerTimeouts(),
) -> DockerEngine | None:
    """The way to a server's Docker; None when none is configured.

    Args:
        server: The server.
        base: The folder that relative paths of the configuration start from.
        names: Looks names up; may be shared between servers.
        timeouts: How long it is waited for.

    Raises:
        ConfigurationError: a certificate or a key cannot be used.
    """
    if server.docker is None:
        return None
    return DockerEngine(_connect(server, server.docker, base, names or Names()), timeouts)


def _connect(server: ServerConfig, docker: DockerConfig, base: Path, names: Names) -> Connect:
    url = urlsplit(docker.url)
    match url.scheme:
        case "unix":
            return unix(url.path)
        case "tcp":
            context = None if docker.tls is None else client_context(docker.tls, base)
            return tcp(url.netloc, context, names)
        case "ssh":
            return over(ssh_network(server, base, names))
        case "agent":
            return agent_connect(server, base, names)
        case scheme:
            raise ValueError(f"there is no way to a Docker by {scheme}://")
