"""Where the magic packets go: nobody told Hall more than the MAC address and the server's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.calls import let_in
from tests.lab.gateway import Gateway, hall_config
from tests.lab.server import LabServer

pytestmark = [pytest.mark.lab]


@pytest.fixture
def hall(lab_server: LabServer, tmp_path: Path) -> Iterator[Gateway]:
    """Hall without `destinations`."""
    config = hall_config(lab_server)
    del config["servers"]["lab"]["wake"]["destinations"]
    with Gateway(tmp_path, config) as running:
        yield running


def sent_to(server: LabServer) -> list[str]:
    """The destinations of the packets heard in its sleep and its boot, in order."""
    return [packet.detail["sent_to"] for packet in server.packets()]


def test_packets_go_to_the_broadcasts_of_the_network_that_holds_the_server(hall, lab_server):
    let_in(hall)
    directed, everywhere = f"{lab_server.broadcast}:9", "255.255.255.255:9"
    assert sent_to(lab_server)[:2] == [directed, everywhere]
    unicast = f"{lab_server.address}:9"  # heard once its card answers ARP
    assert set(sent_to(lab_server)) <= {directed, everywhere, unicast}
    assert all(packet.detail["valid"] for packet in lab_server.packets())
