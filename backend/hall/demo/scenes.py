"""What each simulated server is, how long it takes, and what goes wrong: every number is here."""

from dataclasses import dataclass, field

DOCKER_START_S = 0.15
"""What `POST /containers/{id}/start` takes on a simulated server; 132 ms on a real one."""

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
class Deadlines:
    """How long Hall is told to wait for each link of the chain, in seconds."""

    network: float = 60
    docker: float = 60
    containers: float = 60
    app: float = 60


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
        variation: How far a duration strays from one boot to the next (0.08: eight percent).
        idle: From the last request to the app until the server falls asleep.
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
    variation: float = 0.08
    idle: float = 120.0
    usual: float = 1.0
    deadlines: Deadlines = field(default_factory=Deadlines)


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


def _database(healthy_after: float) -> ContainerScene:
    return ContainerScene(service="db", image="postgres:17-alpine", healthy_after=healthy_after)


def _web(healthy_after: float, *, exits_after: float | None = None) -> ContainerScene:
    return ContainerScene(
        service="web",
        image="studio/site:1.4",
        depends_on=("db",),
        healthy_after=healthy_after,
        exits_after=exits_after,
        exit_code=0 if exits_after is None else 1,
        serves=True,
    )


_DEMO = Scene(
    id="demo",
    name="Atelier des Pins",
    message={
        "fr": "Le serveur dort entre deux visites. Une quinzaine de secondes, et vous y êtes.",
        "en": "The server sleeps between visits. Fifteen seconds or so, and you are in.",
    },
    accent="#2f7d6b",
    mac="02:48:41:4c:4c:01",
    containers=(_database(1.5), _web(1.2)),
)

_SLOW = Scene(
    id="slow",
    name="Les Grandes Archives",
    message={
        "fr": "Ce serveur-là est un ancien : il prend son temps, et aujourd’hui un peu plus.",
        "en": "This one is an old machine: it takes its time, and today a little more.",
    },
    accent="#a8671b",
    mac="02:48:41:4c:4c:02",
    network=28.0,
    docker=12.0,
    app=6.0,
    containers=(_database(6.0), _web(5.0)),
    usual=0.6,
)

_BROKEN = Scene(
    id="broken",
    name="Vitrine en travaux",
    message={
        "fr": "Ici quelque chose est cassé, exprès : voyez comment la panne est annoncée.",
        "en": "Something here is broken, on purpose: see how the failure is told.",
    },
    accent="#7d4fa3",
    mac="02:48:41:4c:4c:03",
    network=4.0,
    docker=2.0,
    containers=(_database(1.2), _web(1.2, exits_after=0.6)),
    deadlines=Deadlines(network=20, docker=15, containers=10, app=10),
)

_LOST = Scene(
    id="lost",
    name="Le Phare",
    message={
        "fr": "L’adresse de réveil de ce serveur est fausse : personne ne répondra, et on le dira.",
        "en": "This server’s wake-up address is wrong: nobody will answer, and you will be told.",
    },
    accent="#5661b3",
    mac="02:48:41:4c:4c:04",
    written_mac="02:48:41:4c:4c:40",
    containers=(_database(1.5), _web(1.2)),
    deadlines=Deadlines(network=18, docker=15, containers=15, app=10),
)

SCENES: tuple[Scene, ...] = (_DEMO, _SLOW, _BROKEN, _LOST)
"""The scenes of `hall demo`: one to enjoy, one to wait for, two that fail."""
