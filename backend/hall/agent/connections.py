"""Connections from outside into containers, from the tables of their networks (proc_net(5))."""

import re
import struct
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from hall.agent.containers import ContainerPlace
from hall.agent.proc import PROC

_ESTABLISHED, _LISTEN = "01", "0A"
_SOCKET = re.compile(r"socket:\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class _Row:
    local: IPv4Address | IPv6Address
    port: int
    peer: IPv4Address | IPv6Address
    state: str
    inode: str


def connections(
    places: Collection[ContainerPlace], own_port: int = 0, proc: Path = PROC
) -> list[tuple[str, int]]:
    """The containers that somebody outside is connected to, with how many connections.

    Outside is what is neither this machine nor a container of it. A container that ends meanwhile
    is left out, as is one in another container's network: that other one has them. One with the
    network of the host has all connections of the host, but for those to ``own_port``, unless the
    agent may see which sockets are the container's (CAP_SYS_PTRACE, proc(5): /proc/PID/fd).
    """
    inside = _inside(places)
    found = []
    for place in places:
        if place.network.startswith("container:") or place.network == "none":
            continue
        rows = _incoming(place, proc)
        count = sum(row.peer not in inside and row.port != own_port for row in rows)
        if count:
            found.append((place.name, count))
    return found


def into_ports(
    ports: Collection[int], places: Collection[ContainerPlace], own_port: int = 0, proc: Path = PROC
) -> list[tuple[int, int]]:
    """The ports of the machine itself that others are connected to, with how many connections.

    Containers are no others, and connections to the agent's ``own_port`` are Hall's.

    Raises:
        OSError: the network of the machine cannot be read.
    """
    rows = [*_table(proc, "self", "tcp"), *_table(proc, "self", "tcp6")]
    inside = _inside(places)
    counts = dict.fromkeys((port for port in ports if port != own_port), 0)
    for row in _served(rows):
        if row.port in counts and row.peer not in inside:
            counts[row.port] += 1
    return [(port, count) for port, count in counts.items() if count]


def _incoming(place: ContainerPlace, proc: Path) -> Iterator[_Row]:
    """Connections that somebody made to the container, from other machines."""
    try:
        rows = [*_table(proc, place.pid, "tcp"), *_table(proc, place.pid, "tcp6")]
        own = _sockets(place, proc) if place.network == "host" else None
    except (FileNotFoundError, ProcessLookupError):
        return
    for row in _served(rows):
        if own is None or row.inode in own:
            yield row


def _inside(places: Collection[ContainerPlace]) -> frozenset[IPv4Address | IPv6Address]:
    return frozenset(ip_address(address) for place in places for address in place.addresses)


def _served(rows: Collection[_Row]) -> Iterator[_Row]:
    """What is established from another machine, to a port that somebody listens on."""
    listening = {row.port for row in rows if row.state == _LISTEN}
    for row in rows:
        served = row.state == _ESTABLISHED and row.port in listening
        here = row.peer.is_loopback or row.peer == row.local
        if served and not here:
            yield row


def _table(proc: Path, pid: int | str, name: str) -> Iterator[_Row]:
    path = proc / str(pid) / "net" / name
    try:
        text = path.read_text()
    except FileNotFoundError:
        if name == "tcp":
            raise
        return  # a kernel without IPv6
    for line in text.splitlines()[1:]:
        words = line.split()
        local, peer = words[1].rpartition(":"), words[2].rpartition(":")
        here, port, there = _address(local[0]), int(local[2], 16), _address(peer[0])
        yield _Row(here, port, there, words[3], words[9])


def _address(digits: str) -> IPv4Address | IPv6Address:
    """An address as the kernel writes it: words of 32 bits in the machine's own order."""
    words = (int(digits[i : i + 8], 16) for i in range(0, len(digits), 8))
    address = ip_address(b"".join(struct.pack("=I", word) for word in words))
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _sockets(place: ContainerPlace, proc: Path) -> frozenset[str] | None:
    """The inodes of the sockets that the container's processes hold; None if they are hidden."""
    group = (proc / str(place.pid) / "cgroup").read_text()
    found: set[str] = set()
    for entry in proc.iterdir():
        if entry.name.isdecimal() and _read(entry / "cgroup") == group:
            try:
                found.update(_inodes(entry / "fd"))
            except PermissionError:
                return None
    return frozenset(found)


def _inodes(folder: Path) -> Iterator[str]:
    try:
        links = list(folder.iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return
    for link in links:
        with suppress(OSError):
            if found := _SOCKET.fullmatch(str(link.readlink())):
                yield found[1]


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
