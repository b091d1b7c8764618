"""A container stops while its server stays up, and somebody comes: nobody is sent in too early."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.lab.calls import let_in, until, visit
from tests.lab.docker_api import DockerApi
from tests.lab.gateway import Gateway, hall_config
from tests.lab.lab import Lab
from tests.lab.look import page
from tests.lab.project import Project
from tests.lab.server import LabServer
from tests.support.soak import rounds

pytestmark = [pytest.mark.lab, pytest.mark.slow]

STOPS = rounds("HALL_STOPS", 10)
SLOW = Project(app_delay=1.0)
"""It runs for a second before it answers: long enough to be sent in too early."""


def comes_after_s(dice: Random) -> float:
    """When the visitor comes: most often right after the stop, where it is hardest."""
    return dice.uniform(0, dice.choice([0.02, 0.5, 10]))


def is_sent_to_nobody(hall: Gateway, server: LabServer) -> bool:
    """Visit until let in, and go there at once: whether nobody answers."""
    if visit(hall).status_code != 302:
        assert until(hall, "healthy")["ready"]
    return page(server) is None


def stop(docker: DockerApi, name: str, dice: Random) -> None:
    """By a crash, or in order."""
    if dice.random() < 0.5:
        docker.kill(name)
    else:
        docker.stop(name)


@pytest.mark.soak
def test_whoever_comes_at_whatever_moment_after_a_stop_finds_the_site(lab: Lab, tmp_path: Path):
    dice = Random(20261127)
    false: list[int] = []
    with (
        lab.server(SLOW) as server,
        Gateway(tmp_path, hall_config(server, SLOW)) as hall,
    ):
        let_in(hall)
        for number in range(STOPS):
            with server.docker() as docker:
                stop(docker, SLOW.web, dice)
            time.sleep(comes_after_s(dice))  # the moment is what is tried
            if is_sent_to_nobody(hall, server):
                false.append(number)
            until(hall, "healthy")
    assert false == [], f"{len(false)} of {STOPS} were sent to nobody"
