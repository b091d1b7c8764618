"""A real OpenSSH server on loopback, with keys, users and settings of its own.

It runs as whoever runs the tests, and lets in that user only.
"""

import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.docker.transport import over
from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.factory import ssh_network
from hall.adapters.ssh.timeouts import SshTimeouts
from hall.core.config.server import ServerConfig
from tests.lab.needs import find, refuse
from tests.support.ports import a_free_port

USER = pwd.getpwuid(os.getuid()).pw_name
SETTINGS = """
AuthorizedKeysFile {folder}/authorized_keys
HostKey {folder}/host
ListenAddress {address}
LogLevel VERBOSE
MaxStartups 100
PasswordAuthentication no
PidFile none
Port {port}
StrictModes no
UsePAM no
"""


@dataclass
class Sshd:
    """One of them; ``folder`` holds its keys, its settings and its log."""

    folder: Path
    port: int
    command: list[str]
    address: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None

    def ssh(self, **more: object) -> dict[str, object]:
        """What stands under ``ssh`` in the configuration of this server."""
        host_key = (self.folder / "host.pub").read_text()
        key = str(self.folder / "hall")
        return {"user": USER, "port": self.port, "key": key, "host_key": host_key} | more

    def docker(self, socket: Path | str) -> dict[str, object]:
        """What stands under ``docker``, for the engine that listens on this socket."""
        return {"url": f"ssh://{USER}@{self.address}:{self.port}{socket}"}

    def server(self, **more: object) -> ServerConfig:
        """Its configuration, with ``more`` of it."""
        parts: dict[str, Any] = {"name": "Main", "address": self.address, "ssh": self.ssh()}
        return ServerConfig(**(parts | more))

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def logins(self) -> int:
        return self.log.count("Accepted publickey")

    def fingerprint(self, key: str) -> str:
        return asyncssh.read_public_key(self.folder / f"{key}.pub").get_fingerprint()

    def connections(self) -> list[int]:
        """The processes that serve connections, and all that runs in them."""
        return [] if self.process is None else _below(self.process.pid)

    def cut(self) -> None:
        """Cut every connection; new ones are served."""
        self._signal(signal.SIGKILL)

    def stall(self) -> None:
        """Stop what serves connections, and not the kernel: as in a machine that hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.connections():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
        for _ in range(12_000):
            with suppress(OSError), socket.create_connection((self.address, self.port), 1):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError(f"sshd does not start: {self.log}")

    def stop(self) -> None:
        """End it with all its connections; a second time is fine."""
        if self.process is not None:
            self.cut()
            self.process.kill()
            self.process.wait()
            self.process = None


def open_files() -> int:
    """How many files this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@contextmanager
def an_sshd(folder: Path, *settings: str, authorized: str = "") -> Iterator[Sshd]:
    """Start one.

    Args:
        folder: Where its files are made.
        settings: More lines of sshd_config(5); they come first, and win.
        authorized: What stands before Hall's key in ``authorized_keys``.
    """
    sshd = a_stopped_sshd(folder, *settings, authorized=authorized)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    try:
        sshd.start()
        yield sshd
    finally:
        sshd.stop()


def a_stopped_sshd(
    folder: Path, *settings: str, authorized: str = "", address: str = "127.0.0.1"
) -> Sshd:
    """One that is set up and not yet started; see ``an_sshd``."""
    program = find("sshd")
    if program is None:
        refuse("sshd is not installed (package openssh-server; .ci/packages installs it)")
    _make_keys(folder, authorized)
    port, config = a_free_port(), folder / "sshd_config"
    usual = SETTINGS.format(folder=folder, port=port, address=address)
    config.write_text("\n".join([*settings, usual]))
    command = [program, "-D", "-f", str(config), "-E", str(folder / "log")]
    return Sshd(folder, port, command, address)


def engine_behind(
    sshd: Sshd,
    where: Path | str,
    port: int | None = None,
    *,
    deadlines: dict[str, float] | None = None,
    while_asleep: str = "look",
    timeouts: SshTimeouts = SshTimeouts(),
    **ssh: object,
) -> DockerEngine:
    """Hall's engine through a tunnel of this server.

    Args:
        sshd: The server.
        where: The path of the engine's socket, or the whole URL.
        port: Another port to log in to.
        deadlines: Other deadlines of the server.
        while_asleep: Whether it is looked at while it sleeps.
        timeouts: Other patience than Hall's own.
        ssh: Other settings of ``ssh``.
    """
    url = where if str(where).startswith("ssh:") else sshd.docker(where)["url"]
    url = str(url).replace(f":{sshd.port}", f":{port or sshd.port}")
    parts = {"docker": {"url": url}, "ssh": sshd.ssh(**ssh), "deadlines": deadlines or {}}
    network = {"method": "ping", "while_asleep": while_asleep}
    server = sshd.server(**parts, network=network)
    return DockerEngine(over(ssh_network(server, Path(), Names(), timeouts)))


def _make_keys(folder: Path, authorized: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("host", "hall"):
        key = a_key(folder / name)
        (folder / f"{name}.pub").write_bytes(key.export_public_key())
    public = (folder / "hall.pub").read_text()
    (folder / "authorized_keys").write_text(f"{authorized} {public}")


def a_key(path: Path, kind: str = "ssh-ed25519") -> asyncssh.SSHKey:
    """A new private key in a file."""
    key = asyncssh.generate_private_key(kind)
    path.touch(mode=0o600)
    path.write_bytes(key.export_private_key())
    return key


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run.

    Not from its list of children, which may leave some out while others end (proc(5)).
    """
    return [child for child, parent in _parents() if parent == pid]


def _parents() -> Iterator[tuple[int, int]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
            if state != "Z":
                yield int(stat.parent.name), int(parent)


def _below(pid: int) -> list[int]:
    return [pid for child in children(pid) for pid in (child, *_below(child))]
