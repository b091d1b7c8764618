"""The lab proves itself, without Hall: it sleeps, wakes, serves, and sleeps again."""

import os
import socket
from pathlib import Path

import httpx
import pytest
import wakeonlan

from tests.lab.lab import Lab
from tests.lab.look import answers_ping, docker_ping, page, soon
from tests.lab.network import ip
from tests.lab.project import Project
from tests.lab.server import Hardware, LabServer

pytestmark = [pytest.mark.lab]
_STRANGER = "02:00:00:00:00:01"


def test_an_asleep_server_is_silent(lab_server: LabServer) -> None:
    assert not answers_ping(lab_server)
    assert page(lab_server) is None


def test_a_packet_for_another_mac_does_not_wake_it(lab_server: LabServer) -> None:
    wakeonlan.wake(_STRANGER, host=lab_server.broadcast)

    heard = lab_server.wait_for("magic")

    assert (heard.detail["mac"], heard.detail["valid"]) == (_STRANGER, False)
    with pytest.raises(TimeoutError):
        lab_server.wait_for("power", seconds=0.5)
    assert not answers_ping(lab_server)


def test_its_own_packet_wakes_network_then_docker(lab_server: LabServer) -> None:
    wakeonlan.wake(lab_server.mac, host=lab_server.broadcast)

    network, docker = lab_server.wait_for("network"), lab_server.wait_for("docker")

    assert network.at < docker.at
    assert soon(lambda: answers_ping(lab_server))
    assert docker_ping(lab_server, lab_server.tls) == "OK"
    assert lab_server.packets()[0].detail["sent_to"] == f"{lab_server.broadcast}:9"


def test_docker_refuses_a_client_without_certificate(lab_server: LabServer) -> None:
    lab_server.wake()

    with pytest.raises(httpx.TransportError):
        docker_ping(lab_server, None)


def test_the_containers_wait_until_they_are_started(lab_server: LabServer) -> None:
    lab_server.wake()
    with lab_server.docker() as docker:
        assert docker.names() == ["client1-db-1", "client1-web-1"]
        assert docker.state("client1-web-1") == "created"
        assert page(lab_server) is None

        docker.start("client1-web-1")

        assert soon(lambda: page(lab_server, "/deep/link.html") is not None)
        assert soon(lambda: docker.state("client1-web-1") == "running healthy")
    answer = page(lab_server, "/deep/link.html?kept=1")
    assert answer is not None
    assert "Lab deep link" in answer.text
    assert "/deep/link.html" in lab_server.requests()


def test_it_sleeps_again_and_wakes_again(lab_server: LabServer) -> None:
    lab_server.wake()
    with lab_server.docker() as docker:
        docker.start("client1-web-1")
    assert soon(lambda: page(lab_server) is not None)

    lab_server.sleep()
    assert not answers_ping(lab_server)
    assert page(lab_server) is None

    wakeonlan.wake(lab_server.mac, host=lab_server.broadcast)
    lab_server.wait_for("docker")
    with lab_server.docker() as docker:
        assert docker.state("client1-web-1") == "exited"


def test_a_server_woken_from_suspend_still_runs_its_containers(lab_server: LabServer) -> None:
    lab_server.wake()
    with lab_server.docker() as docker:
        docker.start("client1-web-1")
    assert soon(lambda: page(lab_server) is not None)

    lab_server.suspend()
    assert not answers_ping(lab_server)

    lab_server.wake()
    assert page(lab_server) is not None


def test_a_power_cut_leaves_data_to_boot_from(lab_server: LabServer) -> None:
    lab_server.wake()
    with lab_server.docker() as docker:
        docker.start("client1-web-1")

    lab_server.cut()
    assert not answers_ping(lab_server)

    lab_server.wake()
    with lab_server.docker() as docker:
        assert docker.state("client1-web-1") == "exited"
        docker.start("client1-web-1")
    assert soon(lambda: page(lab_server) is not None)


def test_a_raw_ethernet_frame_wakes_it_too(lab_server: LabServer) -> None:
    packet = wakeonlan.create_magic_packet(lab_server.mac)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
        raw.bind((lab_server.cable.interface, 0))
        raw.send(b"\xff" * 6 + b"\x02" * 6 + b"\x08\x42" + packet)

    assert lab_server.wait_for("magic").detail["sent_to"] == "ethertype 0x0842"
    lab_server.wait_for("network")


def test_secure_on_wants_its_password(lab: Lab) -> None:
    password = "0a:0b:0c:0d:0e:0f"
    with lab.server(hardware=Hardware(secure_on=password)) as server:
        wakeonlan.wake(server.mac, host=server.broadcast)
        assert server.wait_for("magic").detail["valid"] is False

        wakeonlan.wake(f"{server.mac}/{password}", host=server.broadcast)
        server.wait_for("network")


def test_two_servers_live_side_by_side(lab: Lab) -> None:
    with lab.server() as one, lab.server(Project("client2", port=8082)) as two:
        one.power_on()
        two.power_on()
        one.wait_for("docker")
        two.wait_for("docker")
        with one.docker() as here, two.docker() as there:
            assert (here.names()[1], there.names()[1]) == ("client1-web-1", "client2-web-1")


def test_a_server_leaves_nothing_behind(lab: Lab) -> None:
    with lab.server() as server:
        server.wake()
        with server.docker() as docker:
            docker.start("client1-web-1")
        interface = socket.if_nametoindex(server.cable.interface), server.cable.interface

    assert interface not in socket.if_nameindex()  # another lab may take its name at once
    _assert_gone(server)


def test_a_server_whose_set_up_fails_leaves_nothing_behind(lab: Lab, tmp_path: Path) -> None:
    before = _own_networks()

    with pytest.raises(RuntimeError, match="the lab machine died"):
        LabServer(tmp_path, tmp_path / "no such data")

    assert _own_networks() == before


def _own_networks() -> list[str]:
    """Of the labs of this process; others run beside it."""
    names = [line.split()[0] for line in ip("netns", "list").splitlines()]
    return [name for name in names if name.endswith(f"-{os.getpid()}")]


def _assert_gone(server: LabServer) -> None:
    assert server.cable.namespace not in ip("netns", "list")
    assert not server.folder.exists()
    assert not list(Path("/sys/fs/cgroup").glob(f"**/{server.cable.namespace}"))
    assert server.cable.namespace not in Path("/proc/mounts").read_text()
    assert not [pid for pid in _processes() if str(server.folder).encode() in _command(pid)]


def _processes() -> list[Path]:
    return list(Path("/proc").glob("[0-9]*"))


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""
