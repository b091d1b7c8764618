"""Packets on a real wire: the card that is named, and ways that are barred."""

import logging
import socket
import subprocess

import pytest

from hall.adapters.power.wol import WakeOnLan
from hall.core.config.methods import WolWake
from hall.core.errors import WakeError
from tests.adapters.own_network import in_own_network, ip, setting

pytestmark = [pytest.mark.lab]

MAC = "aa:bb:cc:dd:ee:ff"
PACKET = b"\xff" * 6 + bytes.fromhex("aabbccddeeff") * 16
BARRED = "not sent to the network's broadcast, the global broadcast: Operation not permitted"


def wire() -> socket.socket:
    """The far end of a cable that is plugged into the card ``cable``; that has no address yet."""
    setting("ipv6/conf/default/accept_dad", "0")
    ip("link add cable type veth peer name far")
    ip("link set far up")
    ip("link set cable up")
    everything = socket.htons(3)  # ETH_P_ALL of packet(7)
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, everything)
    end.bind(("far", 3))
    end.settimeout(5)
    return end


def heard(end: socket.socket) -> bytes:
    """The next frame that holds a magic packet."""
    for _ in range(100):
        if PACKET in (frame := end.recv(2048)):
            return frame
    raise AssertionError("no packet among a hundred frames")


def driver(**more: object) -> WakeOnLan:
    return WakeOnLan(WolWake(method="wol", mac=MAC, **more), "192.168.1.20")


def test_a_card_without_ipv4_calls_all_nodes_of_its_link():
    async def send() -> bytes:
        with wire() as end:
            await driver(interface="cable").wake()
            return heard(end)

    frame = in_own_network(send)
    assert frame[:6] == bytes.fromhex("333300000001")  # ff02::1 (RFC 2464, 7)


def test_a_card_without_any_address_sends_the_bare_frame():
    async def send() -> bytes:
        with wire() as end:
            setting("ipv6/conf/cable/disable_ipv6", "1")
            await driver(interface="cable").wake()
            return heard(end)

    frame = in_own_network(send)
    assert (frame[:6], frame[12:]) == (b"\xff" * 6, b"\x08\x42" + PACKET)


def test_a_card_by_name_is_used_although_the_server_is_seen_by_another():
    async def send() -> bytes:
        ip("link add wifi type veth peer name air")
        ip("addr add 192.168.1.2/24 dev wifi")
        ip("link set wifi up")
        with wire() as end:
            ip("addr add 10.9.0.1/24 dev cable")
            await driver(interface="cable").wake()
            return heard(end)

    assert socket.inet_ntoa(in_own_network(send)[30:34]) == "10.9.0.255"


def bar(change: str, *hosts: str) -> None:
    """Forbid broadcasts on this network (-A), like a sandbox, or allow them again (-D)."""
    for host in hosts or ("192.168.1.255", "255.255.255.255"):
        rule = ["iptables", "-w", change, "OUTPUT", "-d", host, "-j", "DROP"]
        subprocess.run(rule, check=True)


def test_what_goes_to_the_server_alone_does_not_hide_that_no_broadcast_left(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.INFO, "hall.act")

    async def send() -> list[str]:
        said = []
        with wire():
            ip("addr add 192.168.1.2/24 dev cable")
            wol = driver()
            bar("-A")
            for _ in range(2):
                with pytest.raises(WakeError) as caught:
                    await wol.wake()
                said.append(str(caught.value))
            bar("-D")
            await wol.wake()
        return said

    assert in_own_network(send) == [BARRED, BARRED]
    begins, ends = (record.message for record in caplog.records)
    assert begins == f"Magic packets for 192.168.1.20: {BARRED}"
    assert ends == "Magic packets for 192.168.1.20: all are sent again"


def test_one_barred_way_of_several_is_told_in_the_log_alone(caplog: pytest.LogCaptureFixture):
    async def send() -> None:
        with wire() as end:
            ip("addr add 192.168.1.2/24 dev cable")
            bar("-A", "192.168.1.255")
            await driver().wake()
            assert heard(end)

    in_own_network(send)
    [record] = caplog.records
    assert "not sent to the network's broadcast: Operation not permitted" in record.message
