"""Free ports of this machine, for programs that are to listen on one."""

import random
import socket
from contextlib import suppress

_OWN = range(20_000, 32_768)
"""None of those that the kernel gives out by itself: a connection of some program could take the
port before it is bound (`net.ipv4.ip_local_port_range`)."""


def a_free_port() -> int:
    """A TCP port on loopback that nobody listens on, and that nobody else is given here."""
    for port in random.sample(_OWN, 1000):
        if _is_free(port) and _is_claimed(port):
            return port
    raise OSError(f"no port of {_OWN} is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _is_claimed(port: int) -> bool:
    """An abstract address is a lock that ends with us: tests run in several processes."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0hall-port-{port}")
    except OSError:
        claim.close()
        return False
    claim.detach()  # held until the process ends
    return True
