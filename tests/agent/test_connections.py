"""Connections from outside into containers."""

import os
import socket
import sys
from pathlib import Path

import pytest

from hall.agent.connections import connections, into_ports
from hall.agent.containers import ContainerPlace
from tests.agent.machines import Machine, as_an_ordinary_user, forbid, v4

WEB = ContainerPlace("web", 20, ("172.18.0.3", "fd00::3"), "shop_default")
AGENT = 8765
DB = ContainerPlace("db", 21, ("172.18.0.2",), "shop_default")


def v6(address: str, port: int) -> str:
    data = socket.inet_pton(socket.AF_INET6, address)
    words = (int.from_bytes(data[i : i + 4], sys.byteorder) for i in range(0, 16, 4))
    return "".join(f"{word:08X}" for word in words) + f":{port:04X}"


LISTENS = f"{v4('0.0.0.0', 80)} {v4('0.0.0.0', 0)} 0A 11"
MINE = v4("172.18.0.3", 80)
VISITOR = f"{MINE} {v4('192.0.2.9', 50000)} 01 12"


def counted(machine: Machine, *places: ContainerPlace) -> list[tuple[str, int]]:
    return connections(places, AGENT, machine.proc)


def test_a_connection_from_outside_counts(machine: Machine):
    machine.table(20, "tcp", LISTENS, VISITOR, VISITOR)
    assert counted(machine, WEB) == [("web", 2)]


@pytest.mark.parametrize(
    "row",
    [
        f"{MINE} {v4('172.18.0.2', 50000)} 01 12",  # from another container
        f"{v4('127.0.0.1', 80)} {v4('127.0.0.1', 50000)} 01 12",  # its own HEALTHCHECK
        f"{MINE} {v4('192.0.2.9', 50000)} 06 12",  # it is over: TIME_WAIT
        f"{MINE} {v4('192.0.2.9', 50000)} 03 12",  # it is not yet there: SYN_RECV
        f"{v4('172.18.0.3', 40000)} {v4('192.0.2.9', 443)} 01 12",  # one of its own
        f"{v4('192.0.2.1', 80)} {v4('192.0.2.1', 50000)} 01 12",  # from the very machine
    ],
)
def test_what_is_not_from_outside_or_not_open_does_not(machine: Machine, row: str):
    machine.table(20, "tcp", LISTENS, row)
    machine.table(21, "tcp")
    assert counted(machine, WEB, DB) == []


def test_ipv6_counts_and_ipv4_in_it_is_what_it_is(machine: Machine):
    machine.table(20, "tcp")
    listens = f"{v6('::', 80)} {v6('::', 0)} 0A 11"
    rows = [
        f"{v6('fd00::3', 80)} {v6('2001:db8::9', 50000)} 01 12",
        f"{v6('::ffff:172.18.0.3', 80)} {v6('::ffff:192.0.2.9', 50000)} 01 13",
        f"{v6('::ffff:172.18.0.3', 80)} {v6('::ffff:172.18.0.2', 50000)} 01 14",
        f"{v6('::1', 80)} {v6('::1', 50000)} 01 15",
        f"{v6('::ffff:127.0.0.1', 80)} {v6('::ffff:127.0.0.1', 50000)} 01 16",
    ]
    machine.table(20, "tcp6", listens, *rows)
    machine.table(21, "tcp")
    assert counted(machine, WEB, DB) == [("web", 2)]


def test_a_container_that_ends_meanwhile_is_left_out(machine: Machine):
    assert counted(machine, WEB) == []


@pytest.mark.parametrize("network", ["container:ab12", "none"])
def test_a_network_is_counted_once(machine: Machine, network: str):
    machine.table(20, "tcp", LISTENS, VISITOR)
    machine.table(21, "tcp", LISTENS, VISITOR)
    assert counted(machine, WEB, ContainerPlace("side", 21, (), network)) == [("web", 1)]


def held(machine: Machine, pid: int, group: str, *inodes: int) -> None:
    folder = machine.process(pid, "x", "x")
    (folder / "cgroup").write_text(f"0::/{group}\n")
    (folder / "fd").mkdir()
    for number, inode in enumerate(inodes):
        (folder / "fd" / str(number)).symlink_to(f"socket:[{inode}]")
    (folder / "fd" / "90").symlink_to("/dev/null")


def test_of_the_hosts_network_only_the_containers_own_sockets_count(machine: Machine):
    held(machine, 20, "docker/web", 11)
    held(machine, 30, "docker/web", 12)
    held(machine, 40, "system.slice/ssh", 13)
    other = f"{v4('192.0.2.1', 22)} {v4('192.0.2.9', 50001)} 01 13"
    ssh = f"{v4('0.0.0.0', 22)} {v4('0.0.0.0', 0)} 0A 14"
    machine.table(20, "tcp", LISTENS, ssh, VISITOR, other)
    assert counted(machine, ContainerPlace("web", 20, (), "host")) == [("web", 1)]


def test_whose_sockets_are_hidden_has_all_but_the_agents_own(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    machine = Machine(open_folder, monkeypatch)
    held(machine, 20, "docker/web", 11)
    here = f"{v4('0.0.0.0', AGENT)} {v4('0.0.0.0', 0)} 0A 14"
    hall = f"{v4('192.0.2.1', AGENT)} {v4('192.0.2.9', 50001)} 01 13"
    machine.table(20, "tcp", LISTENS, VISITOR, here, hall)
    forbid(machine.proc / "20" / "fd")
    with as_an_ordinary_user():
        assert counted(machine, ContainerPlace("web", 20, (), "host")) == [("web", 1)]


def test_this_machines_own_table_is_read():
    with socket.create_server(("127.0.0.1", 0)) as door, socket.socket() as visitor:
        visitor.connect(door.getsockname())
        assert connections([ContainerPlace("me", os.getpid(), (), "host")]) == []


def test_connections_into_named_ports_of_the_machine_itself_are_counted(machine: Machine):
    machine.table("self", "tcp", LISTENS, VISITOR, VISITOR)
    assert into_ports((80, 445), (), AGENT, machine.proc) == [(80, 2)]
    guest = ContainerPlace("guest", 22, ("192.0.2.9",), "shop_default")
    assert into_ports((80, 445), (guest,), AGENT, machine.proc) == []
    assert into_ports((445,), (), AGENT, machine.proc) == []
    assert into_ports((80,), (), 80, machine.proc) == []


def test_a_network_of_the_machine_that_cannot_be_read_is_not_taken_for_silent(machine: Machine):
    with pytest.raises(FileNotFoundError):
        into_ports((80,), (), AGENT, machine.proc)
