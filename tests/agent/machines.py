"""A machine made of files: its /proc, and programs that say what a test puts into their mouths."""

import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hall.agent.machine import MachineFiles


class Machine:
    """What the agent reads of a machine; give ``files`` to who reads it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.proc = folder / "proc"
        self._bin = folder / "bin"
        self.files = MachineFiles(proc=self.proc, systemd=folder / "systemd", dev=folder / "dev")
        self._bin.mkdir()
        patch.setenv("PATH", f"{self._bin}{os.pathsep}{os.environ['PATH']}")
        self.process(1, "init", "/sbin/init")
        (self.proc / "self").mkdir()
        (self.proc / "loadavg").write_text("0.50 0.25 0.10 1/200 4242\n")
        (self.proc / "meminfo").write_text("MemTotal: 2048 kB\nMemAvailable: 1024 kB\n")
        (self.proc / "uptime").write_text("3600.00 7000.00\n")

    def process(self, pid: int, name: str, *words: str) -> Path:
        """A process; without words it is a kernel thread."""
        folder = self.proc / str(pid)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "comm").write_text(f"{name}\n")
        (folder / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in words))
        return folder

    def terminal(self, name: str) -> None:
        """A terminal, like pts/0."""
        path = self.files.dev / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def table(self, pid: int | str, name: str, *rows: str) -> None:
        """A table of connections; a row is "local peer state inode"."""
        folder = self.proc / str(pid) / "net"
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["  sl  local_address rem_address   st tx_queue rx_queue tr tm->when uid inode"]
        for number, row in enumerate(rows):
            local, peer, state, inode = row.split()
            middle = "00000000:00000000 00:00000000 00000000     0        0"
            lines.append(f"   {number}: {local} {peer} {state} {middle} {inode} 1 0")
        (folder / name).write_text("\n".join([*lines, ""]))

    def program(self, name: str, script: str) -> None:
        """A program that is found before all others of its name."""
        path = self._bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def has_systemd(self) -> None:
        self.files.systemd.mkdir()


def v4(address: str, port: int) -> str:
    """An address and a port as a table of connections has them."""
    word = int.from_bytes(socket.inet_aton(address), sys.byteorder)
    return f"{word:08X}:{port:04X}"


@contextmanager
def as_an_ordinary_user() -> Iterator[None]:
    """For who runs the tests as root: it may see everything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def forbid(path: Path) -> None:
    """Let nobody but root use it."""
    path.chmod(0)
