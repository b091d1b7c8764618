"""Connections to a lab server that break: at once, without a word, or with the whole cable.

All of it happens inside the server's own network, and goes with it.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.lab.needs import required
from tests.lab.network import ip
from tests.lab.server import LabServer


def reset(server: LabServer, port: int) -> int:
    """Break every connection to this port of the server's: both ends are told. How many it were."""
    broken = _sockets(server, "--kill", "state", "established", "sport", "=", f":{port}")
    assert broken, f"nobody is connected to port {port}"
    return len(broken)


@contextmanager
def silenced(server: LabServer, port: int) -> Iterator[None]:
    """Lose every packet of the connections that are there now; new ones are not touched."""
    open_now = _sockets(server, "state", "established", "sport", "=", f":{port}")
    assert open_now, f"nobody is connected to port {port}"
    far = [line.split()[3].rpartition(":")[2] for line in open_now]
    rules = [
        [chain, "-p", "tcp", *(near, str(port)), *(there, one), "-j", "DROP"]
        for one in far
        for chain, near, there in (
            ("INPUT", "--dport", "--sport"),
            ("OUTPUT", "--sport", "--dport"),
        )
    ]
    for rule in rules:
        _inside(server, "iptables", "-w", "-I", *rule)
    try:
        yield
    finally:
        for rule in rules:
            _inside(server, "iptables", "-w", "-D", *rule)


@contextmanager
def unplugged(server: LabServer) -> Iterator[None]:
    """Pull the cable out of the server: connections are left half-open on both sides.

    Not out of the gateway: its packets would look for another way.
    """
    inside = ("-n", server.cable.namespace, "link", "set", "eth0")
    ip(*inside, "down")
    try:
        yield
    finally:
        ip(*inside, "up")


def kill(server: LabServer, command: str) -> int:
    """Kill the server's processes whose command line begins so. How many it were."""
    pids = running(server, command)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)


def running(server: LabServer, command: str) -> list[int]:
    """The server's processes whose command line begins so."""
    pids = [int(pid) for pid in ip("netns", "pids", server.cable.namespace).split()]
    return [pid for pid in pids if _command(pid).startswith(command)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    except OSError:  # it has just ended
        return ""


def _sockets(server: LabServer, *words: str) -> list[str]:
    return _inside(server, "ss", "--no-header", "--tcp", "--numeric", *words).splitlines()


def _inside(server: LabServer, program: str, *words: str) -> str:
    """Run a program in the server's network."""
    enter = [required("nsenter"), f"--net=/run/netns/{server.cable.namespace}"]
    command = [*enter, required(program), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{program} {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
