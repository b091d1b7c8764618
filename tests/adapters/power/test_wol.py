import asyncio
import socket
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface
from pathlib import Path

import pytest

from hall.adapters.power.factory import power_driver
from hall.adapters.power.wol import WakeOnLan
from hall.adapters.power.wol_targets import Card, targets_without_cards
from hall.adapters.probes.resolver import Names
from hall.core.config.base import SecretSource
from hall.core.config.methods import WolWake
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError, WakeError
from tests.adapters.own_network import in_own_network, ip
from tests.support.timeouts import PATIENCE_S

MAC = "aa:bb:cc:dd:ee:ff"
PACKET = b"\xff" * 6 + bytes.fromhex("aabbccddeeff") * 16
SECRET = "11:22:33:44:55:66"
LOCAL = (ip_address("127.0.0.1"),)


@pytest.fixture
def card() -> Iterator[socket.socket]:
    """A network card that hears UDP packets on loopback."""
    with socket.socket(type=socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 0))
        heard.settimeout(PATIENCE_S)
        yield heard


def config(card: socket.socket, **more: object) -> WolWake:
    port = card.getsockname()[1]
    return WolWake(**{"method": "wol", "mac": MAC, "port": port, "destinations": LOCAL} | more)


def server(wake: WolWake | None) -> ServerConfig:
    return ServerConfig(name="Main", address="127.0.0.1", wake=wake)


async def test_a_magic_packet_is_six_ff_and_sixteen_times_the_mac(card: socket.socket):
    await WakeOnLan(config(card), "127.0.0.1").wake()
    assert card.recv(1024) == PACKET


async def test_a_secureon_password_follows_the_packet(card: socket.socket, tmp_path: Path):
    (tmp_path / "secureon").write_text(f"{SECRET}\n")
    (tmp_path / "secureon").chmod(0o600)
    wake = config(card, secureon=SecretSource(file="secureon"))
    driver = power_driver(server(wake), tmp_path)
    assert driver is not None
    await driver.wake()
    assert card.recv(1024) == PACKET + bytes.fromhex("112233445566")


async def test_each_card_of_a_server_gets_its_own_packet(card: socket.socket):
    await WakeOnLan(config(card, mac=[MAC, "02:00:00:00:00:01"]), "127.0.0.1").wake()
    assert card.recv(1024) == PACKET
    assert card.recv(1024)[6:12] == bytes.fromhex("020000000001")


async def test_one_destination_that_takes_the_packet_is_enough(card: socket.socket):
    wake = config(card, destinations=(ip_address("::ffff:255.255.255.255"), *LOCAL))
    await WakeOnLan(wake, "127.0.0.1").wake()
    assert card.recv(1024) == PACKET


async def test_when_all_fail_the_error_names_each_and_tells_no_secret(card: socket.socket):
    nowhere = {"interface": "127.0.0.1", "destinations": (ip_address("192.0.2.1"),) * 2}
    with pytest.raises(WakeError) as caught:
        await WakeOnLan(config(card, **nowhere), "127.0.0.1", SECRET).wake()
    assert str(caught.value) == "not sent to destination 1, destination 2: Invalid argument"


async def test_a_machine_without_a_network_has_nowhere_to_send_it(card: socket.socket):
    driver = WakeOnLan(
        config(card, destinations=None), "server.lan", names=Names(lambda _: ()), cards=list
    )
    with pytest.raises(WakeError, match="there is nowhere to send it"):
        await driver.wake()


async def test_without_destinations_it_goes_where_the_server_is(card: socket.socket):
    near = [Card("lo", ip_interface("127.0.0.1/8"))]
    driver = WakeOnLan(config(card, destinations=None), "127.0.0.1", cards=lambda: near)
    await driver.wake()
    assert card.recv(1024) == PACKET


async def test_when_the_cards_cannot_be_listed_it_still_goes_to_the_server(card: socket.socket):
    def broken() -> list[Card]:
        raise OSError(24, "Too many open files")

    driver = WakeOnLan(config(card, destinations=None), "127.0.0.1", cards=broken)
    await driver.wake()
    assert card.recv(1024) == PACKET


async def test_a_card_that_this_machine_has_no_more_is_named_in_the_log_and_not_in_the_reason(
    card: socket.socket, caplog: pytest.LogCaptureFixture
):
    driver = WakeOnLan(config(card, interface="192.0.2.99"), "127.0.0.1")
    for _ in range(3):
        with pytest.raises(WakeError, match="no card of this machine is the one"):
            await driver.wake()
    [record] = caplog.records
    assert "no card of this machine has 192.0.2.99 (wake.interface)" in record.message


async def test_a_name_that_no_card_has_is_told(card: socket.socket):
    with pytest.raises(WakeError, match="no card of this machine"):
        await WakeOnLan(config(card, interface="eth99"), "127.0.0.1").wake()


async def test_a_card_cannot_be_chosen_while_none_can_be_listed(card: socket.socket):
    def broken() -> list[Card]:
        raise OSError(24, "Too many open files")

    driver = WakeOnLan(config(card, interface="lo"), "127.0.0.1", cards=broken)
    with pytest.raises(WakeError, match="cannot be told: Too many open files"):
        await driver.wake()


async def test_packets_leave_by_the_address_of_the_card_that_is_named(card: socket.socket):
    await WakeOnLan(config(card, interface="lo"), "127.0.0.1").wake()
    packet, (source, _) = card.recvfrom(1024)
    assert (packet, source) == (PACKET, "127.0.0.1")


def test_without_cards_the_kernel_chooses_where_the_global_broadcast_leaves():
    assert [
        (one.host, one.source) for one in targets_without_cards(["192.0.2.20", "fd00::20"])
    ] == [
        ("255.255.255.255", None),
        ("192.0.2.20", None),
        ("fd00::20", None),
    ]


def test_a_secret_that_is_no_password_is_refused_at_start(card: socket.socket):
    with pytest.raises(ConfigurationError, match="expected six pairs") as caught:
        WakeOnLan(config(card), "127.0.0.1", "a/b")
    assert "a/b" not in str(caught.value)


def test_a_server_without_a_way_to_wake_has_no_driver(tmp_path: Path):
    assert power_driver(server(None), tmp_path) is None


@pytest.mark.lab
def test_the_packets_leave_by_the_servers_network_in_all_ways():
    """On a real network: 10.9.0.0/24 on one card, another card beside it."""
    wire: list[str] = []

    async def send() -> None:
        for name, number in (("near", 9), ("other", 8)):
            ip(f"link add {name} type veth peer name {name}-far")
            ip(f"addr add 10.{number}.0.1/24 dev {name}")
            ip(f"link set {name} up")
            ip(f"link set {name}-far up")
        with _listener("near-far") as near, _listener("other-far") as other:
            await WakeOnLan(WolWake(method="wol", mac=MAC), "10.9.0.20").wake()
            wire.extend(await _destinations(near))
            assert PACKET not in b"".join(_frames(other))

    in_own_network(send)
    assert sorted(wire) == ["10.9.0.255", "255.255.255.255"]


def _listener(name: str) -> socket.socket:
    everything = socket.htons(3)  # ETH_P_ALL of packet(7)
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, everything)
    listener.bind((name, 3))
    listener.setblocking(False)
    return listener


async def _destinations(listener: socket.socket) -> list[str]:
    """Where the magic packets on a wire go, once two have come."""
    found: list[str] = []
    async with asyncio.timeout(PATIENCE_S):
        while len(found) < 2:
            frame = await asyncio.get_running_loop().sock_recv(listener, 2048)
            if PACKET in frame:
                found.append(socket.inet_ntoa(frame[30:34]))
    return found


def _frames(listener: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            yield listener.recv(2048)
        except BlockingIOError:
            return
