"""How Hall's configuration sees a lab server and lets it sleep, by any of the ways there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from tests.lab.doors import SLEEP_NOW
from tests.lab.gateway import Config, hall_config
from tests.lab.lab import Lab
from tests.lab.look import soon
from tests.lab.project import Project
from tests.lab.server import Hardware, LabServer

Eye = Literal["tcp", "ssh", "agent"]
Way = Literal["ssh", "agent"]

IDLE_S = 1.5
"""Seconds without use after which a server may sleep, in the lab."""

ALL_DOORS = Hardware(services=("sshd", "agent"))
CLIENT1 = Project()
TRAFFIC_KB = 3000
"""From so many kB a minute on, traffic is use: Hall's own looks while waking are below it."""

QUIET = {"load": None, "every_seconds": 1}
"""The load is that of whatever else this machine does; it says nothing of a lab server."""


def seen_by(server: LabServer, eye: Eye) -> Config:
    """A configuration in which the server's Docker is seen in this way."""
    config = hall_config(server)
    lab = config["servers"]["lab"]
    if eye == "ssh":
        lab |= {"docker": {"url": server.docker_url_by_ssh}, "ssh": server.ssh.config}
    elif eye == "agent":
        lab |= {"docker": {"url": server.agent.docker_url}, "agent": server.agent.config}
    return config


def resting_by(
    server: LabServer,
    way: Way,
    *,
    within: float = 100,
    traffic: bool = True,
    idle: float = IDLE_S,
) -> Config:
    """A configuration in which the server sleeps in this way, `idle` seconds after its last use.

    Its Docker is seen in the same way. It is to be silent `within` so many seconds. Without
    `traffic` it sleeps sooner: to measure it takes Docker some seconds.
    """
    config = seen_by(server, way)
    lab, domain = config["servers"]["lab"], config["domains"]["client1"]
    sleep: dict[Way, dict[str, Any]] = {
        "ssh": {"method": "ssh", "command": SLEEP_NOW},
        "agent": {"method": "agent"},
    }
    lab |= {"sleep": sleep[way], "guards": dict(QUIET)}
    lab["deadlines"]["sleep"] = within
    domain["policy"] = {"type": "on_demand", "idle_minutes": idle / 60, "min_awake_minutes": 0}
    domain["activity"] = {"traffic_kb_per_minute": TRAFFIC_KB if traffic else None}
    return config


@contextmanager
def a_dozing_server(lab: Lab) -> Iterator[LabServer]:
    """A server that is suspended with its project running: it is back within a second."""
    with lab.server(CLIENT1, hardware=ALL_DOORS) as server:
        server.wake()
        with server.docker() as docker:
            for name in (CLIENT1.db, CLIENT1.web):
                docker.start(name)
            assert soon(lambda: docker.state(CLIENT1.web) == "running healthy")
        server.suspend()
        yield server
