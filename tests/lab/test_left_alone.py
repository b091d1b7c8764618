"""A server whose card wakes it on any packet: from the sleep order on, none goes there."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from tests.lab.calls import let_in, state, until
from tests.lab.gateway import Gateway
from tests.lab.needs import required
from tests.lab.network import ip
from tests.lab.server import LabServer
from tests.lab.ways import resting_by

pytestmark = [pytest.mark.lab, pytest.mark.slow]

_ETH_P_ALL = 0x0003
_PACKET_OUTGOING = 4
_ARP = b"\x08\x06"


class Wire:
    """When this machine sent something that a card heeds: to its address, or a question for it."""

    def __init__(self, server: LabServer) -> None:
        self.sent: list[float] = []
        self._mac = bytes.fromhex(server.cable.mac.replace(":", ""))
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        self._socket.bind((server.cable.interface, 0))
        self._socket.settimeout(0.1)

    def hear(self, over: Event) -> None:
        """Listen until it is over."""
        while not over.is_set():
            try:
                frame, origin = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            heeded = frame[:6] == self._mac or frame[12:14] == _ARP
            if origin[2] == _PACKET_OUTGOING and heeded:
                self.sent.append(time.monotonic())
        self._socket.close()


def _end_what_the_kernel_owes(server: LabServer) -> None:
    """Ends of connections that were never acknowledged are sent again, and neighbours asked for."""
    subprocess.run([required("ss"), "-KHt", "dst", server.address], capture_output=True, check=True)
    ip("neigh", "flush", "dev", server.cable.interface)


@contextmanager
def wire_to(server: LabServer) -> Iterator[Wire]:
    _end_what_the_kernel_owes(server)
    wire, over = Wire(server), Event()
    ear = Thread(target=wire.hear, args=(over,))
    ear.start()
    try:
        yield wire
    finally:
        over.set()
        ear.join()


def test_nothing_goes_to_a_server_that_is_left_alone_until_somebody_asks_for_it(dozing, tmp_path):
    config = resting_by(dozing, "agent", within=6, traffic=False)
    config["servers"]["lab"]["network"] = {"method": "ping", "while_asleep": "leave_alone"}
    with wire_to(dozing) as wire, Gateway(tmp_path, config) as hall:
        assert (state(hall)["status"], wire.sent) == ("unknown", [])
        let_in(hall)
        assert wire.sent
        until(hall, "stopping", 30)
        body = until(hall, "asleep", 30)
        fell_asleep = [event.at for event in dozing.events() if event.kind == "asleep"][-1]
        assert [at - fell_asleep for at in wire.sent if at > fell_asleep] == []
        assert body["checks"][0]["detail"] == "It is left alone while it sleeps"
        assert let_in(hall)["ready"]
