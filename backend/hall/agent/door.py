"""The agent's door: the socket that it listens on, and its certificate."""

import socket
import ssl

from hall.agent.settings import Tls
from hall.core.errors import ConfigurationError, ListenError, Problem

BACKLOG = 128
"""Connections that may wait to be taken."""

GONE_S = 6
"""Seconds after which a connection that acknowledges nothing is given up."""


def open_door(host: str, port: int) -> socket.socket:
    """The socket that Hall comes to; what is set on it, tcp(7) hands down to each connection.

    Raises:
        ListenError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == "::"
        )
    except OSError as error:
        raise ListenError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}; "
            "choose another address with --host and --port"
        ) from None
    door.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, GONE_S // 2)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_S * 1000)
    return door


def tls_context(files: Tls) -> ssl.SSLContext:
    """The TLS settings of an agent with this certificate.

    Raises:
        ConfigurationError: it or its key cannot be used.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # An empty password: a locked key is an error, not a question on the terminal.
        context.load_cert_chain(files.cert, files.key, password="")
    except ssl.SSLError as error:
        why = str(error.reason or "it is not PEM").lower().replace("_", " ")
        raise _unusable(files, f"it cannot be used: {why}") from None
    except OSError as error:
        raise _unusable(files, f"it or its key cannot be read: {error.strerror}") from None
    return context


def _unusable(files: Tls, why: str) -> ConfigurationError:
    return ConfigurationError([Problem(str(files.cert), None, "", why)])
