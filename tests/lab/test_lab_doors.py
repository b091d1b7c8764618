"""The lab's other doors prove themselves, without Hall: a login, a sleep from within, a crash."""

import subprocess
import sys

import pytest
from websockets.sync.client import connect

from tests.lab import cuts
from tests.lab.doors import SLEEP_NOW
from tests.lab.look import answers_ping, page, soon
from tests.lab.server import LabServer
from tests.lab.ways import CLIENT1
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab]


def over_ssh(server: LabServer, command: str) -> str:
    """What a person reads who runs this at a terminal of the server."""
    words = [*server.ssh.login(), command]
    nothing, heard = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(words, stdin=nothing, stdout=heard, stderr=nothing) as person:
        return person.communicate(timeout=PATIENCE_S)[0].decode()


def test_who_logs_in_has_a_terminal(dozing: LabServer) -> None:
    dozing.wake()

    assert over_ssh(dozing, "tty").startswith("/dev/pts/")


def test_a_program_on_the_server_sends_it_to_sleep(dozing: LabServer) -> None:
    dozing.wake()
    night = dozing.nights

    over_ssh(dozing, SLEEP_NOW)

    dozing.wait_for_night(night + 1)
    assert not answers_ping(dozing)
    dozing.wake()
    assert page(dozing) is not None


def test_a_service_that_crashes_is_started_again(dozing: LabServer) -> None:
    dozing.wake()
    agent = f"{sys.executable} -m hall agent "

    assert cuts.kill(dozing, agent) == 1

    assert dozing.wait_for("crashed").detail["service"] == "agent"
    assert soon(lambda: len(cuts.running(dozing, agent)) == 1)


def test_the_container_takes_websockets(dozing: LabServer) -> None:
    dozing.wake()

    with connect(f"ws://{dozing.address}:{CLIENT1.socket_port}/", close_timeout=0.1) as socket:
        assert socket.response is not None
        assert socket.response.status_code == 101


def test_a_cable_that_is_pulled_takes_nothing_but_the_packets(dozing: LabServer) -> None:
    dozing.wake()

    with cuts.unplugged(dozing):
        assert not answers_ping(dozing)

    assert soon(lambda: answers_ping(dozing))
    assert page(dozing) is not None
