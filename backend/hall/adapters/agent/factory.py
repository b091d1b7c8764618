"""From the configuration to what Hall does by its agent."""

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from hall.adapters.agent.client import AgentLine
from hall.adapters.agent.events import AgentAnnouncer
from hall.adapters.agent.guards import AgentInspector
from hall.adapters.agent.identity import AgentIdentity
from hall.adapters.agent.suspend import AgentSleeper
from hall.adapters.agent.timeouts import AgentTimeouts
from hall.adapters.clock import SystemClock
from hall.adapters.config.secrets_read import read_secret
from hall.adapters.docker.transport import Connect
from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.target import own_users
from hall.core.config.methods import AgentConfig
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError, Problem
from hall.net.signing import key_problem

DEFAULT_PORT = 8765
"""Where agents listen by default."""


def agent_connect(server: ServerConfig, base: Path, names: Names) -> Connect:
    """The way to the Docker that the server's ``agent://`` URL means.

    Args:
        server: The server.
        base: The folder that relative paths of the configuration start from.
        names: Looks names up; may be shared between servers.

    Raises:
        ConfigurationError: a key or a certificate is of no use, or missing.
    """
    line = _line(server, _docker_authority(server), base, names, AgentTimeouts())
    return lambda: line.client("/v1/docker")


def agent_sleep(
    server: ServerConfig, base: Path, names: Names, timeouts: AgentTimeouts = AgentTimeouts()
) -> AgentSleeper:
    """The way to put a server to sleep by its agent.

    Raises:
        ConfigurationError: a key or a certificate is of no use, or missing.
    """
    return AgentSleeper(_line(server, None, base, names, timeouts))


def agent_inspector(
    server: ServerConfig, base: Path, names: Names, timeouts: AgentTimeouts = AgentTimeouts()
) -> AgentInspector:
    """The way to ask a server for its guards by its agent.

    Raises:
        ConfigurationError: a key or a certificate is of no use, or missing.
    """
    return AgentInspector(_line(server, None, base, names, timeouts), own_users(server))


def agent_announcer(
    server: ServerConfig, base: Path, names: Names, timeouts: AgentTimeouts = AgentTimeouts()
) -> AgentAnnouncer:
    """What the server's agent tells by itself.

    Raises:
        ConfigurationError: a key or a certificate is of no use, or missing.
    """
    return AgentAnnouncer(_line(server, None, base, names, timeouts))


def _line(
    server: ServerConfig,
    authority: str | None,
    base: Path,
    names: Names,
    timeouts: AgentTimeouts,
) -> AgentLine:
    agent = server.agent
    if agent is None:
        raise _problem("agent", f'server {server.name!r} needs "agent": the key that both share')
    key = read_secret(agent.key, base)
    if why := key_problem(key):
        raise _problem("agent.key", why)
    tls = None if agent.ca is None else _trusting(base / agent.ca)
    peer = AgentIdentity(key.encode(), SystemClock().now)
    return AgentLine(authority or _authority(server, agent), tls, peer, names, timeouts)


def _authority(server: ServerConfig, agent: AgentConfig) -> str:
    named = urlsplit(agent.url).netloc if agent.url else _docker_authority(server)
    host = f"[{server.address}]" if ":" in server.address else server.address
    return named or f"{host}:{DEFAULT_PORT}"


def _docker_authority(server: ServerConfig) -> str | None:
    url = urlsplit(server.docker.url if server.docker is not None else "")
    return url.netloc if url.scheme == "agent" else None


def _trusting(ca: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(ca)
    except ssl.SSLError as error:
        why = str(error.reason or "it is not PEM").lower().replace("_", " ")
        raise _problem("agent.ca", f"it cannot be used: {why}", str(ca)) from None
    except OSError as error:
        raise _problem("agent.ca", f"it cannot be read: {error.strerror}", str(ca)) from None
    return context


def _problem(key: str, message: str, file: str = "domains.json") -> ConfigurationError:
    return ConfigurationError([Problem(file, None, key, message)])
