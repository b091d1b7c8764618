"""A container of a simulated server: created, running, healthy or not, exited."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Literal

from hall.demo.clock import now_ns
from hall.demo.httpd import Counters
from hall.demo.scene import ContainerScene

ContainerStatus = Literal["created", "running", "exited"]
Health = Literal["starting", "healthy", "unhealthy"]
Tell = Callable[["SimulatedContainer", str, dict[str, str]], None]
Vary = Callable[[float], float]

_FIRST_PID = 4242


class SimulatedContainer:
    """What Docker knows of one container. It outlives the boots of its server.

    Attributes:
        pid: That of its process while it runs.
        address: Its own, in the network of its project.
        counters: The bytes of its network since it was started.
        ended: Set while it does not run.
    """

    def __init__(self, project: str, scene: ContainerScene, number: int) -> None:
        self.pid = _FIRST_PID + number
        self.address = f"172.18.0.{number + 2}"
        self.counters = Counters()
        self.ended = asyncio.Event()
        self.scene = scene
        self.project = project
        self.name = f"{project}-{scene.service}-1"
        self.id = hashlib.sha256(self.name.encode()).hexdigest()
        self.labels = _labels(project, scene)
        self.status: ContainerStatus = "created"
        self.health: Health | None = None
        self.exit_code = 0
        self.created_ns = now_ns()
        self.started_ns: int | None = None
        self.finished_ns: int | None = None

    @property
    def is_running(self) -> bool:
        """Whether its process runs; a paused or restarting one does not."""
        return self.status == "running"

    def start(self, tell: Tell) -> None:
        """Begin to run; `live` is to follow."""
        self.status, self.exit_code, self.started_ns = "running", 0, now_ns()
        self.counters = Counters()
        self.ended.clear()
        self.health = None if self.scene.healthy_after is None else "starting"
        tell(self, "start", {})

    async def live(self, tell: Tell, vary: Vary) -> None:
        """Go through what happens to it after its start, until it has settled or ended."""
        if self.scene.exits_after is not None:
            await asyncio.sleep(vary(self.scene.exits_after))
            self.end(self.scene.exit_code)
            tell(self, "die", {"exitCode": str(self.exit_code), "execDuration": "0"})
        elif self.scene.healthy_after is not None:
            await asyncio.sleep(vary(self.scene.healthy_after))
            self.health = "unhealthy" if self.scene.sick else "healthy"
            tell(self, f"health_status: {self.health}", {})

    def stop(self, tell: Tell) -> None:
        """End on order, as `docker stop` does."""
        tell(self, "kill", {"signal": "15"})
        self.end()
        tell(self, "die", {"exitCode": "0", "execDuration": "0"})
        tell(self, "stop", {})

    def end(self, exit_code: int = 0) -> None:
        """Be over. Docker then calls a container with a HEALTHCHECK unhealthy."""
        self.status, self.exit_code, self.finished_ns = "exited", exit_code, now_ns()
        self.health = None if self.health is None else "unhealthy"
        self.ended.set()


def _labels(project: str, scene: ContainerScene) -> dict[str, str]:
    compose = {
        "config-hash": hashlib.sha256(scene.image.encode()).hexdigest(),
        "container-number": "1",
        "depends_on": ",".join(f"{name}:service_healthy:false" for name in scene.depends_on),
        "image": f"sha256:{hashlib.sha256(scene.image.encode()).hexdigest()}",
        "oneoff": "False",
        "project": project,
        "project.config_files": f"/srv/{project}/compose.yaml",
        "project.working_dir": f"/srv/{project}",
        "service": scene.service,
        "version": "2.32.4",
    }
    return {f"com.docker.compose.{key}": value for key, value in compose.items()}
