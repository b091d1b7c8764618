"""Containers on the lab's server that differ in nothing but how often their health is looked at."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.lab.docker_api import DockerApi
from tests.lab.gateway import Config, hall_config
from tests.lab.image import IMAGE
from tests.lab.lab import Lab
from tests.lab.server import Hardware, LabServer

DELAY = "shuf -i 1000-5000 -n 1 | sed 's/...$/.&/'"
"""Seconds from a container's start to its first answer, anew each time."""
HALL_ASKS, VISITOR_ASKS, PROBER_ASKS = "/", "/deep/link.html", "/probe"
"""Who asks the site for what; its log tells them apart."""
_SECOND = 1_000_000_000
_FIRST_PORT = 8081


@dataclass(frozen=True, slots=True)
class Kind:
    """A container whose HEALTHCHECK is run every `interval` seconds; 0 if it has none."""

    interval: int
    number: int

    @property
    def name(self) -> str:
        """Its own name, and that of its domain."""
        return f"health{self.interval}"

    @property
    def title(self) -> str:
        """What the table calls it."""
        return f"HEALTHCHECK of {self.interval} s" if self.interval else "no HEALTHCHECK"

    @property
    def port(self) -> int:
        """Where its site is published."""
        return _FIRST_PORT + self.number

    def spec(self) -> dict[str, Any]:
        """What Docker is to create."""
        health = {
            "Test": ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1/health"],
            "Interval": self.interval * _SECOND,
            "Timeout": _SECOND,
            "Retries": 3,
            "StartPeriod": 60 * _SECOND,
        }
        return {
            "Image": IMAGE,
            "Cmd": [
                "/bin/sh",
                "-c",
                f"echo health > /www/health; APP_DELAY=$({DELAY}) exec /bin/app",
            ],
            "StopTimeout": 0,
            "ExposedPorts": {"80/tcp": {}},
            "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": str(self.port)}]}},
            "Healthcheck": health if self.interval else None,
        }


KINDS = tuple(Kind(interval, number) for number, interval in enumerate((0, 1, 5, 30)))


@contextmanager
def server_with(kinds: Sequence[Kind]) -> Iterator[tuple[LabServer, DockerApi]]:
    """A server that is awake, with one container of each kind, none running."""
    lab = Lab()
    try:
        lab.prepare()
        with lab.server(hardware=Hardware(boot_delay=0, docker_delay=0)) as server:
            server.wake()
            with server.docker() as docker:
                for kind in kinds:
                    docker.create_container(kind.name, kind.spec())
                yield server, docker
    finally:
        lab.close()


def config_for(server: LabServer, kinds: Sequence[Kind]) -> Config:
    """A domain for each of them."""
    config = hall_config(server)
    template = config["domains"].pop("client1")
    for kind in kinds:
        url = server.url(HALL_ASKS, port=kind.port)
        own = {"url": url, "health": {"url": url}, "project": {"containers": [kind.name]}}
        config["domains"][kind.name] = template | own
    return config
