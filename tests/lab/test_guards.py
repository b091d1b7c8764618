"""Who and what is busy on a server keeps it awake, Hall says who, and when it ends it sleeps."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from websockets.sync.client import connect

from tests.lab.calls import Body, let_in, server_seen, verdict_soon
from tests.lab.gateway import Gateway
from tests.lab.look import soon
from tests.lab.server import LabServer
from tests.lab.ways import CLIENT1, IDLE_S, Way, resting_by
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab, pytest.mark.slow]


BUSY_BY_S = 4 * IDLE_S
"""Who keeps it awake has so long to begin."""


class House(NamedTuple):
    """A server that sleeps when it may, and Hall."""

    server: LabServer
    hall: Gateway


@pytest.fixture
def house(dozing: LabServer, way: Way, tmp_path: Path) -> Iterator[House]:
    with Gateway(tmp_path, resting_by(dozing, way, idle=BUSY_BY_S)) as hall:
        yield House(dozing, hall)


@contextmanager
def logged_in(one: LabServer) -> Iterator[None]:
    """Somebody sits at a terminal, over OpenSSH's own client."""
    words = [*one.ssh.login(), "echo here; exec cat"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as person:
        try:
            assert person.stdout is not None
            assert person.stdout.readline() == b"here\r\n"
            yield
        finally:
            person.terminate()


@contextmanager
def downloading(one: LabServer) -> Iterator[None]:
    """Somebody downloads a long file, about a megabyte a second."""
    enough = threading.Event()
    with socket.socket() as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        link.settimeout(PATIENCE_S)
        link.connect((one.address, CLIENT1.port))
        link.sendall(b"GET /long.bin HTTP/1.0\r\n\r\n")
        reader = threading.Thread(target=_sip, args=(link, enough))
        reader.start()
        try:
            yield
        finally:
            enough.set()
            reader.join()


def _sip(link: socket.socket, enough: threading.Event) -> None:
    while not enough.wait(0.05) and link.recv(65_536):
        pass


@contextmanager
def listening(one: LabServer) -> Iterator[None]:
    """A page has a WebSocket open, on which nothing is said."""
    url = f"ws://{one.address}:{CLIENT1.socket_port}/"
    with connect(url, ping_interval=None, open_timeout=PATIENCE_S, close_timeout=0.1):
        yield


def read_at(hall: Gateway) -> float:
    """When the guards were last read."""
    return at(server_seen(hall)["guards"]["read_at"])


def at(told: str | None) -> float:
    return datetime.fromisoformat(told).timestamp() if told else 0.0


def activity(hall: Gateway) -> Body:
    found: Body = server_seen(hall)["domains"][0]["activity"]
    return found


def assert_it_is_kept(house: House, why: str, busy: AbstractContextManager[None]) -> None:
    """Busy for more than one look at the guards, and then not."""
    let_in(house.hall)
    night = house.server.nights
    with busy:
        reason = verdict_soon(house.hall, "server_busy")
        assert why in reason
        before = read_at(house.hall)
        assert soon(lambda: read_at(house.hall) > before + 1.5)
        assert verdict_soon(house.hall, "server_busy") == reason
        assert house.server.nights == night
    house.server.wait_for_night(night + 1)


def test_a_login_keeps_it_awake(house):
    assert_it_is_kept(house, "Logged in: root on pts/", logged_in(house.server))


def test_an_open_websocket_keeps_it_awake(house):
    why = f"Open connections into {CLIENT1.web} (1)"
    assert_it_is_kept(house, why, listening(house.server))


def test_a_long_download_keeps_it_awake(house):
    let_in(house.hall)
    night, begin = house.server.nights, at(activity(house.hall)["at"])
    with downloading(house.server):
        assert soon(lambda: at(activity(house.hall)["at"]) > begin + 2 * BUSY_BY_S)
        assert activity(house.hall)["sign"] == "traffic"
        reason = verdict_soon(house.hall, "server_needed")
        assert reason.startswith("client1: Its containers had traffic "), reason
        assert house.server.nights == night
    house.server.wait_for_night(night + 1)
