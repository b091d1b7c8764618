"""The socket that the agent listens on, and its certificate."""

import socket
import ssl

from hall.agent.settings import Tls
from hall.core.errors import ConfigurationError, Problem
from hall.net.listen import listening_socket

AGENT_BACKLOG = 128
"""Connections that may wait to be taken."""

AGENT_GONE_S = 6
"""Seconds after which a connection that acknowledges nothing is given up."""


def agent_socket(host: str, port: int) -> socket.socket:
    """The socket that Hall connects to, bound and listening.

    Raises:
        ListenError: the address cannot be listened on.
    """
    return listening_socket(host, port, backlog=AGENT_BACKLOG, gone_s=AGENT_GONE_S)


def agent_tls_context(files: Tls) -> ssl.SSLContext:
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
