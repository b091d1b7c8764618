"""A machine made of files: its /proc, and programs that say what a test puts into their mouths."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hall.agent import logind


class Machine:
    """What the agent reads of a machine; give ``proc`` to who reads it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.proc = folder / "proc"
        self._bin = folder / "bin"
        self._systemd = folder / "systemd"
        self._dev = folder / "dev"
        self._bin.mkdir()
        patch.setenv("PATH", f"{self._bin}{os.pathsep}{os.environ['PATH']}")
        patch.setattr(logind, "SYSTEMD", self._systemd)
        patch.setattr(logind, "DEV", self._dev)
        self.process(1, "init", "/sbin/init")
        (self.proc / "self").mkdir()

    def process(self, pid: int, name: str, *words: str) -> Path:
        """A process; without words it is a kernel thread."""
        folder = self.proc / str(pid)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "comm").write_text(f"{name}\n")
        (folder / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in words))
        return folder

    def terminal(self, name: str) -> None:
        """A terminal, like pts/0."""
        path = self._dev / name
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
        self._systemd.mkdir()


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
