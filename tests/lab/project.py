"""The Compose projects that a lab server holds, whole or broken in a way of your choice."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from tests.lab.docker_api import DockerApi
from tests.lab.image import IMAGE

Trouble = Literal["none", "missing", "unhealthy", "exits", "error500"]
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Project:
    """A `web` that depends on a healthy `db`; neither starts by itself.

    `trouble` is what is wrong with it: its containers are `missing`; `web` runs and answers but
    its HEALTHCHECK fails (`unhealthy`); `web` `exits` with 1 at once; `web` is healthy and
    answers `error500` to everything. `app_delay` is the seconds from the start of `web` to its
    first answer, `db_delay` from the start of `db` to its health. `early_health`: the HEALTHCHECK
    of `web` passes before it answers, as one that only looks for the process does.
    """

    name: str = "client1"
    port: int = 8081
    trouble: Trouble = "none"
    app_delay: float = 0.0
    db_delay: float = 0.0
    early_health: bool = False

    def container(self, service: str) -> str:
        return f"{self.name}-{service}-1"

    @property
    def socket_port(self) -> int:
        """Where `web` takes WebSockets, on which it says nothing."""
        return self.port + 1000

    @property
    def web(self) -> str:
        """The name of the container that visitors want."""
        return self.container("web")

    @property
    def db(self) -> str:
        """The name of the container that must be healthy first."""
        return self.container("db")


def create(api: DockerApi, project: Project) -> None:
    """Create the project as `docker compose create` would; nothing is started."""
    api.create_network(f"{project.name}_default", _labels(project, network="default"))
    if project.trouble != "missing":
        api.create_container(project.db, _db(project))
        api.create_container(project.web, _web(project))


def _web(project: Project) -> dict[str, Any]:
    labels = _service_labels(project, "web", depends_on="db:service_healthy:false")
    app = project.trouble if project.trouble in ("exits", "error500") else "site"
    spec = _container(project, labels, {"APP": app, "APP_DELAY": f"{project.app_delay:g}"})
    spec["Healthcheck"] = _web_health(project)
    ports = {"80/tcp": project.port, "81/tcp": project.socket_port}
    spec["ExposedPorts"] = {name: {} for name in ports}
    spec["HostConfig"]["PortBindings"] = {
        name: [{"HostPort": str(port)}] for name, port in ports.items()
    }
    return spec


def _web_health(project: Project) -> dict[str, Any]:
    if project.trouble == "unhealthy":
        return _health("echo 'the lab says no'; false", retries=1, start_period=0)
    if project.trouble == "error500" or project.early_health:
        return _health("true", retries=1, start_period=0)
    return _health("wget -q -O /dev/null http://127.0.0.1/", retries=3, start_period=60)


def _db(project: Project) -> dict[str, Any]:
    labels = _service_labels(project, "db", depends_on="")
    spec = _container(project, labels, {"APP": "database", "APP_DELAY": f"{project.db_delay:g}"})
    spec["Healthcheck"] = _health("test -e /run/ready", retries=3, start_period=60)
    return spec


def _container(project: Project, labels: dict[str, str], env: dict[str, str]) -> dict[str, Any]:
    network = f"{project.name}_default"
    service = labels["com.docker.compose.service"]
    return {
        "Image": IMAGE,
        "Cmd": ["/bin/app"],
        "Env": [f"{name}={value}" for name, value in env.items()],
        "Labels": labels,
        "StopTimeout": 2,
        "HostConfig": {"RestartPolicy": {"Name": "no"}, "NetworkMode": network},
        "NetworkingConfig": {"EndpointsConfig": {network: {"Aliases": [service]}}},
    }


def _health(command: str, *, retries: int, start_period: int) -> dict[str, Any]:
    return {
        "Test": ["CMD-SHELL", command],
        "Interval": _SECOND,
        "Timeout": 60 * _SECOND,
        "Retries": retries,
        "StartPeriod": start_period * _SECOND,
    }


def _service_labels(project: Project, service: str, *, depends_on: str) -> dict[str, str]:
    folder = f"/srv/{project.name}"
    more = {
        "config-hash": sha256(f"{project}{service}".encode()).hexdigest(),
        "container-number": "1",
        "depends_on": depends_on,
        "oneoff": "False",
        "project.config_files": f"{folder}/compose.yaml",
        "project.working_dir": folder,
        "service": service,
    }
    return _labels(project, **more)


def _labels(project: Project, **more: str) -> dict[str, str]:
    labels = {"project": project.name, "version": "2.24.0", **more}
    return {f"com.docker.compose.{name}": value for name, value in labels.items()}
