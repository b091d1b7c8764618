"""Real engines with the lab's project `client1`, and Hall in front of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from hall.adapters.docker.engine import DockerEngine
from hall.core.config.methods import TlsConfig
from tests.adapters.docker.engines import runtime
from tests.lab.docker_api import DockerApi
from tests.lab.podman import Podman
from tests.lab.project import Project, create
from tests.lab.server import LabServer


class Room(Protocol):
    """Where a real engine runs: the harness's own way to it, and what it cannot do by itself."""

    def docker(self) -> DockerApi: ...

    def check_health(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Real:
    """One real engine: Hall's way to it, and the room."""

    hall: DockerEngine
    room: Room


class DockerRoom:
    """Docker on the lab's machine; it runs HEALTHCHECKs by itself."""

    def __init__(self, machine: LabServer) -> None:
        self._machine = machine

    def docker(self) -> DockerApi:
        return self._machine.docker()

    def check_health(self, name: str) -> None:
        """Nothing is to be done."""


def engine_of(machine: LabServer) -> DockerEngine:
    ca, cert, key = map(str, (machine.tls.ca, machine.tls.cert, machine.tls.key))
    return runtime(machine.docker_url, tls=TlsConfig(ca=ca, cert=cert, key=key))


@contextmanager
def real_docker(machine: LabServer) -> Iterator[Real]:
    machine.wake()
    yield Real(engine_of(machine), DockerRoom(machine))


@contextmanager
def real_podman() -> Iterator[Real]:
    with Podman() as podman:
        with podman.docker() as docker:
            create(docker, Project())
        yield Real(runtime(podman.url), podman)
