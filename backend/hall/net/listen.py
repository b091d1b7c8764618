"""The socket that a program listens on, the gateway's and the agent's alike."""

import socket

from hall.core.errors import ListenError


def listening_socket(host: str, port: int, *, backlog: int, gone_s: int) -> socket.socket:
    """A listening socket; bound first, so that a taken port ends it all early.

    Each connection inherits its options (tcp(7)): a peer that vanished, or takes nothing, is
    noticed after ``gone_s`` seconds. Up to ``backlog`` connections may wait to be taken.

    Raises:
        ListenError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server(
            (host, port), family=family, backlog=backlog, dualstack_ipv6=host == "::"
        )
    except OSError as error:
        raise ListenError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}; "
            "choose another address with --host and --port"
        ) from None
    door.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, gone_s // 2)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, max(1, gone_s // 6))
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, gone_s * 1000)
    return door
