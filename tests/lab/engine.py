"""dockerd as the server's own boot starts it, inside the server's namespaces."""

import socket
from pathlib import Path

from tests.lab.service import Service


class Engine(Service):
    """One dockerd; stopping it stops its containers."""

    def __init__(self, command: list[str], *, unix_socket: str, log: Path) -> None:
        super().__init__(command, log=log)
        self._unix_socket = unix_socket

    def answers(self) -> bool:
        """Whether it serves requests: its socket accepts them a while before."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(1)
            try:
                link.connect(self._unix_socket)
                link.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
                return link.recv(64).startswith(b"HTTP/1.0 200")
            except OSError:
                return False
