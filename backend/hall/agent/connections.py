"""Connections from outside into containers, from the tables of their networks (proc_net(5))."""

import re
import struct
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from errno import EPERM
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from hall.agent.containers import Place
from hall.agent.proc import PROC

_ESTABLISHED, _LISTEN = "01", "0A"
_SHARED = (
    "a container has the host's network, and whose connections are whose cannot be seen; "
    "give the agent CAP_SYS_PTRACE, or do not ask for connections"
)
_SOCKET = re.compile(r"socket:\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class _Row:
    port: int
    peer: IPv4Address | IPv6Address
    state: str
    inode: str


def connections(places: Collection[Place], proc: Path = PROC) -> list[tuple[str, int]]:
    """The containers that somebody outside is connected to, with how many connections.

    Outside is what is neither loopback nor the address of a container. A container that ends
    meanwhile is left out, as is one in another container's network: that other one has them.

    Raises:
        PermissionError: a container has the network of the host, and which of that network's
            sockets are its own cannot be seen.
    """
    inside = {ip_address(address) for place in places for address in place.addresses}
    found = []
    for place in places:
        if place.network.startswith("container:") or place.network == "none":
            continue
        count = sum(row.peer not in inside for row in _incoming(place, proc))
        if count:
            found.append((place.name, count))
    return found


def _incoming(place: Place, proc: Path) -> Iterator[_Row]:
    """Connections that somebody made to the container, from other machines."""
    try:
        rows = [*_table(proc, place.pid, "tcp"), *_table(proc, place.pid, "tcp6")]
        own = _sockets(place, proc) if place.network == "host" else None
    except (FileNotFoundError, ProcessLookupError):
        return
    listening = {row.port for row in rows if row.state == _LISTEN}
    for row in rows:
        served = row.state == _ESTABLISHED and row.port in listening
        if served and not row.peer.is_loopback and (own is None or row.inode in own):
            yield row


def _table(proc: Path, pid: int, name: str) -> Iterator[_Row]:
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
        yield _Row(int(local[2], 16), _address(peer[0]), words[3], words[9])


def _address(digits: str) -> IPv4Address | IPv6Address:
    """An address as the kernel writes it: words of 32 bits in the machine's own order."""
    words = (int(digits[i : i + 8], 16) for i in range(0, len(digits), 8))
    address = ip_address(b"".join(struct.pack("=I", word) for word in words))
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _sockets(place: Place, proc: Path) -> frozenset[str]:
    """The inodes of the sockets that the container's processes hold."""
    group = (proc / str(place.pid) / "cgroup").read_text()
    found: set[str] = set()
    for entry in proc.iterdir():
        if entry.name.isdecimal() and _read(entry / "cgroup") == group:
            found.update(_inodes(entry / "fd"))
    return frozenset(found)


def _inodes(folder: Path) -> Iterator[str]:
    try:
        links = list(folder.iterdir())
    except PermissionError:
        raise PermissionError(EPERM, _SHARED) from None
    except OSError:
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
