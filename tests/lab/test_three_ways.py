"""One dockerd, seen in three ways: the same is seen, as soon, and after every kind of cut."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import pytest

from tests.lab import cuts
from tests.lab.calls import Body, let_in, state, until
from tests.lab.doors import AGENT_PORT, SSH_PORT, USER
from tests.lab.gateway import Gateway
from tests.lab.lab import Lab
from tests.lab.look import soon
from tests.lab.needs import required
from tests.lab.project import Project
from tests.lab.record import read_record
from tests.lab.server import DOCKER_PORT, LabServer
from tests.lab.ways import ALL_DOORS, Eye, seen_by
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab]

TOLD_S = 20.0
"""Soon enough to be told by the engine: Hall lists by itself only once a minute."""

PORTS = {"tcp": DOCKER_PORT, "ssh": SSH_PORT, "agent": AGENT_PORT}
WEB, DB = Project().web, Project().db


@dataclass(frozen=True)
class Seen:
    """A server that is awake, with a Hall that sees its Docker through this eye."""

    eye: Eye
    server: LabServer
    hall: Gateway

    @property
    def containers(self) -> Body:
        checks: dict[str, Body] = {one["name"]: one for one in state(self.hall)["checks"]}
        return checks["containers"]

    def turn(self) -> str:
        """Stop the container if it runs, else start it; the state that Hall is to see."""
        with self.server.docker() as docker:
            runs = docker.state(WEB).startswith("running")
            (docker.stop if runs else docker.start)(WEB)
        return "failing" if runs else "ok"

    def all_ended(self) -> bool:
        """Whether the engine is back, and none of the containers runs."""
        if not self.server.engine_listens():
            return False
        with self.server.docker() as docker:
            return not any(docker.state(one).startswith("running") for one in (WEB, DB))

    def sees(self, wanted: str, seconds: float = PATIENCE_S) -> bool:
        return soon(lambda: self.containers["state"] == wanted, seconds)


@pytest.fixture(
    scope="module", params=[pytest.param(eye, marks=pytest.mark.xdist_group(eye)) for eye in PORTS]
)
def seen(lab: Lab, request, tmp_path_factory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp(request.param)
    with (
        lab.server(hardware=ALL_DOORS) as server,
        Gateway(folder, seen_by(server, request.param)) as hall,
    ):
        let_in(hall)
        yield Seen(request.param, server, hall)


def test_a_visit_climbs_every_rung(seen):
    assert {check["state"] for check in state(seen.hall)["checks"]} == {"ok"}
    climbed = ["network", "docker", "containers", "app"]
    assert soon(lambda: read_record(seen.hall.data).reached == climbed)
    with seen.server.docker() as docker:
        assert soon(lambda: docker.state(WEB) == "running healthy")  # Hall waits for none


def test_what_happens_to_a_container_is_told_as_it_happens(seen):
    for _ in range(2):
        wanted = seen.turn()
        assert seen.sees(wanted, TOLD_S), seen.containers


def test_a_stream_that_is_reset_is_opened_again(seen):
    cuts.reset(seen.server, PORTS[seen.eye])
    assert_the_stream_is_back(seen)


def test_a_stream_that_falls_silent_is_opened_again(seen):
    assert_the_stream_is_back(seen, cuts.silenced(seen.server, PORTS[seen.eye]))


def test_a_cable_that_is_pulled_for_a_moment_hides_nothing(seen):
    with cuts.unplugged(seen.server):
        wanted = seen.turn()
    assert seen.sees(wanted), seen.containers
    assert_the_stream_is_back(seen)


def test_who_serves_the_stream_may_be_killed(seen):
    serving = {
        "tcp": [f"{required('dockerd')} "],
        "ssh": [f"sshd: {USER}", f"sshd-session: {USER}"],  # before OpenSSH 9.8, and since
        "agent": [f"{sys.executable} -m hall agent "],
    }
    assert sum(cuts.kill(seen.server, name) for name in serving[seen.eye]) >= 1
    if seen.eye == "tcp":  # its containers end with dockerd
        assert seen.sees("failing"), seen.containers
        assert soon(seen.all_ended)
        let_in(seen.hall)
    assert_the_stream_is_back(seen)


def test_in_the_end_a_visitor_is_let_in(seen):
    let_in(seen.hall)
    assert until(seen.hall, "healthy")["ready"]


def assert_the_stream_is_back(seen: Seen, cut: AbstractContextManager[None] | None = None) -> None:
    """What happens while it is cut is seen as soon as it is back, and then all as it happens."""
    with cut or nullcontext():
        wanted = seen.turn()
        assert seen.sees(wanted), seen.containers
    wanted = seen.turn()
    assert seen.sees(wanted, TOLD_S), seen.containers
