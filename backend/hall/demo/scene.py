"""What can be told of a simulated server: its times, who keeps it awake, what goes wrong."""

from dataclasses import dataclass, field
from typing import Literal

DEMO_IDLE_MINUTES = 2.0
"""How long a project stays up after its last visit: short, so that people see it go."""

DOCKER_START_S = 0.15
"""What `POST /containers/{id}/start` takes on a simulated server; 132 ms on a real one."""

DOCKER_STOP_S = 0.2
"""What `POST /containers/{id}/stop` takes there, with a process that ends when it is asked."""

_PAST_BOOTS = (1.03, 0.96, 1.0, 1.07, 0.98, 1.01, 0.94, 1.02, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerScene:
    """One container of a scene's Compose project.

    Attributes:
        service: The Compose service; the container is named `<project>-<service>-1`.
        image: The image it says it was made from.
        depends_on: Services to be healthy first, as its Compose label says.
        healthy_after: Seconds from its start to healthy; None: no HEALTHCHECK.
        sick: Its HEALTHCHECK ends in unhealthy instead.
        exits_after: Seconds from its start to its end; None: it stays.
        exit_code: What it ends with.
        serves: The project's app runs in it.
    """

    service: str
    image: str
    depends_on: tuple[str, ...] = ()
    healthy_after: float | None = 1.0
    sick: bool = False
    exits_after: float | None = None
    exit_code: int = 0
    serves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneDeadlines:
    """How long Hall is told to wait for each link of the chain, and for silence, in seconds."""

    network: float = 60
    docker: float = 60
    containers: float = 60
    app: float = 60
    sleep: float = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDomain:
    """Who keeps a scene's server awake, and when.

    Attributes:
        policy: The type of its policy.
        idle_minutes: From the last activity until it is no longer needed.
        opens_in: With opening hours, minutes from the start of the demo to the next opening.
        open_for: Minutes from there to the closing.
    """

    policy: Literal["on_demand", "scheduled", "always_on"] = "on_demand"
    idle_minutes: float = DEMO_IDLE_MINUTES
    opens_in: int = 3
    open_for: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One simulated server with its one domain. Durations are in seconds.

    Attributes:
        id: The id of the server and of the domain, and the name of the Compose project.
        name: The name that people read.
        message: What the waiting page says, by language.
        accent: The colour of the project, `#rrggbb`.
        contact: Who to ask.
        mac: The address of its network card.
        written_mac: The address in the configuration, where somebody got it wrong.
        network: From the magic packet to an open ssh port.
        docker: From there to an answering Docker.
        app: From a healthy app container to a project that answers.
        containers: Its containers, in the order in which they depend on each other.
        going_down: From the order to sleep to silence.
        variation: How far a duration strays from one boot to the next (0.08: eight percent).
        wanted: Who keeps it awake, and when.
        usual: What its past boots took, as a share of what the next will take.
        deadlines: How long Hall is told to wait.
    """

    id: str
    name: str
    message: dict[str, str]
    accent: str
    mac: str
    contact: str = "Studio Hall · studio@example.org"
    written_mac: str | None = None
    network: float = 6.0
    docker: float = 3.0
    app: float = 1.5
    containers: tuple[ContainerScene, ...] = ()
    going_down: float = 1.5
    variation: float = 0.08
    wanted: WantedDomain = field(default_factory=WantedDomain)
    usual: float = 1.0
    deadlines: SceneDeadlines = field(default_factory=SceneDeadlines)


def containers_time(scene: Scene) -> float:
    """Return the seconds from an answering Docker to all of a scene's containers healthy."""
    return sum(DOCKER_START_S + (one.healthy_after or 0.0) for one in scene.containers)


def history(scene: Scene) -> list[dict[str, float]]:
    """Return the past boots of a scene, oldest first: the seconds that each stage took."""
    stages = {
        "network": scene.network,
        "docker": scene.docker,
        "containers": containers_time(scene),
        "app": scene.app,
    }
    return [
        {stage: round(took * scene.usual * factor, 2) for stage, took in stages.items()}
        for factor in _PAST_BOOTS
    ]
