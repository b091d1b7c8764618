"""From the configuration to an engine."""

from pathlib import Path
from urllib.parse import urlsplit

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.docker.tls import client_context
from hall.adapters.docker.transport import Connect, tcp, unix
from hall.adapters.probes.names import Names
from hall.core.config import ServerConfig
from hall.core.ways import DockerConfig


def container_runtime(
    server: ServerConfig, base: Path, names: Names | None = None
) -> DockerEngine | None:
    """The way to a server's Docker; None when none is configured.

    Args:
        server: The server.
        base: The folder that relative paths of the configuration start from.
        names: Looks names up; may be shared between servers.

    Raises:
        ConfigurationError: a certificate cannot be used.
    """
    if server.docker is None:
        return None
    return DockerEngine(_connect(server.docker, base, names or Names()))


def _connect(docker: DockerConfig, base: Path, names: Names) -> Connect:
    parts = urlsplit(docker.url)
    if parts.scheme == "unix":
        return unix(parts.path)
    context = None if docker.tls is None else client_context(docker.tls, base)
    return tcp(parts.netloc, context, names)
