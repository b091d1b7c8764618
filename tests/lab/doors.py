"""Ways into a lab server beside Docker's TLS: a real sshd, and Hall's own agent.

Both listen at the server's address only, and each has keys that are made for it.
"""

import secrets
import shlex
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.lab.needs import required

SLEEP_NOW = "kill -USR1 1"
"""What on a lab server is `systemctl suspend`."""

SSH_PORT, AGENT_PORT = 22, 8765
USER, PERSON = "hall", "root"
"""Who logs in. Both may do anything here; it is by name that they are told apart."""

_SETTINGS = """
AuthorizedKeysFile {folder}/authorized_keys
HostKey {folder}/host
ListenAddress {address}
LogLevel VERBOSE
PasswordAuthentication no
PermitRootLogin prohibit-password
PidFile none
Port {port}
PrintLastLog no
PrintMotd no
StrictModes no
UseDNS no
UsePAM no
"""


class SshDoor:
    """An sshd that lets in two keys, Hall's and that of a person."""

    def __init__(self, folder: Path, address: str) -> None:
        folder.mkdir()
        self._folder = folder
        self._address = address
        public = {name: _make_key(folder / name) for name in ("host", "hall", "person")}
        self._host_key = public["host"]
        _write(folder / "authorized_keys", f"{public['hall']}\n{public['person']}\n")
        _write(folder / "known_hosts", f"{address} {self._host_key}\n")
        settings = _SETTINGS.format(folder=folder, address=address, port=SSH_PORT)
        _write(folder / "sshd_config", settings)

    @property
    def command(self) -> list[str]:
        return [required("sshd"), "-D", "-e", "-f", str(self._folder / "sshd_config")]

    @property
    def config(self) -> dict[str, Any]:
        """What stands under `ssh` in Hall's configuration of the server."""
        return {"user": USER, "key": str(self._folder / "hall"), "host_key": self._host_key}

    def docker_url(self, unix_socket: Path) -> str:
        return f"ssh://{USER}@{self._address}:{SSH_PORT}{unix_socket}"

    def login(self) -> list[str]:
        """The command of a person who logs in to a terminal, with OpenSSH's own client."""
        options = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(self._folder / "known_hosts"),
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        key = str(self._folder / "person")
        return [
            required("ssh"),
            "-F",
            "none",
            "-tt",
            "-i",
            key,
            *words,
            f"{PERSON}@{self._address}",
        ]


class AgentDoor:
    """Hall's agent, allowed to start and stop every project."""

    def __init__(self, folder: Path, address: str, unix_socket: Path) -> None:
        folder.mkdir()
        self._address = address
        self._socket = unix_socket
        self._key = folder / "key"
        _write(self._key, secrets.token_hex(32))

    @property
    def command(self) -> list[str]:
        options = {
            "key-file": str(self._key),
            "host": self._address,
            "docker": f"unix://{self._socket}",
            "project": "*",
            "ignore-user": USER,
            "sleep-command": shlex.join([required("kill"), *SLEEP_NOW.split()[1:]]),
        }
        words = [f"--{name}={value}" for name, value in options.items()]
        return [sys.executable, "-m", "hall", "agent", *words]

    @property
    def config(self) -> dict[str, Any]:
        """What stands under `agent` in Hall's configuration of the server."""
        return {"key": {"file": str(self._key)}}

    @property
    def docker_url(self) -> str:
        return f"agent://{self._address}:{AGENT_PORT}"


def _make_key(path: Path) -> str:
    """Write a private key as ssh-keygen does, and return the public one."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    _write(path, private.decode("ascii"))
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
