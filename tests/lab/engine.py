"""dockerd as the server's own boot starts it, inside the server's namespaces."""

import os
import signal
import socket
import subprocess
from pathlib import Path


class Engine:
    """One dockerd; `command` is run as it is, its words go to `log`."""

    def __init__(self, command: list[str], *, unix_socket: str, log: Path) -> None:
        self._command = command
        self._unix_socket = unix_socket
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def answers(self) -> bool:
        """Whether it serves requests: its socket accepts them a while before."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(0.05)
            try:
                link.connect(self._unix_socket)
                link.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
                return link.recv(64).startswith(b"HTTP/1.0 200")
            except OSError:
                return False

    def stop(self, seconds: float) -> None:
        """Stop it and its containers, politely at first."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def forget(self) -> None:
        """It was killed with everything else in the server."""
        if self._process is not None:
            self._process.wait()
        self._process = None


def reap_orphans(but: int | None) -> None:
    """Do the duty of an init process; `but` is somebody's own child, and awaited there."""
    while True:
        try:
            seen = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if seen is None or seen.si_pid == but:
            return
        os.waitpid(seen.si_pid, 0)


def signal_everything(number: signal.Signals) -> None:
    """Signal every process of the server but its init, which is who calls this."""
    try:
        os.kill(-1, number)
    except ProcessLookupError:
        return
