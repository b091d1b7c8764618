"""What the agent is told on its command line."""

from dataclasses import dataclass, field
from pathlib import Path

AGENT_PORT = 8765
ANY = "*"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The containers that Hall may start and stop: those of projects, and single ones by name.

    The project ``*`` stands for every Compose project.
    """

    projects: frozenset[str] = frozenset()
    containers: frozenset[str] = frozenset()

    def holds(self, name: str, project: str | None) -> bool:
        """Whether Hall may start and stop a container; ``project`` is None where it has none."""
        of_project = project is not None and not self.projects.isdisjoint({project, ANY})
        return of_project or name in self.containers


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of the agent's certificate and of its key, PEM."""

    cert: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings:
    """``docker`` is the engine's socket, None for a server without; ``sleep`` the command.

    ``sleep_s`` is how many seconds that may run.
    """

    key: bytes
    host: str = "0.0.0.0"  # noqa: S104 - a server serves its network; the key decides who asks
    port: int = AGENT_PORT
    docker: str | None = "/var/run/docker.sock"
    allowed: Allowed = field(default_factory=Allowed)
    sleep: tuple[str, ...] = ("systemctl", "suspend")
    sleep_s: float = 60.0
    ignored: frozenset[str] = frozenset()
    tls: Tls | None = None
