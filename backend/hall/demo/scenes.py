"""The simulated servers of `hall demo`: every number that is not a default is here."""

from hall.demo.scene import ContainerScene, Scene, SceneDeadlines, WantedDomain, history

__all__ = ["SCENES", "ContainerScene", "Scene", "SceneDeadlines", "WantedDomain", "history"]


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
    deadlines=SceneDeadlines(network=20, docker=15, containers=10, app=10),
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
    deadlines=SceneDeadlines(network=18, docker=15, containers=15, app=10),
)

_HOURS = Scene(
    id="hours",
    name="La Bibliothèque",
    message={
        "fr": "Ce projet a des heures d’ouverture : son serveur s’éveille un peu avant, tout seul.",
        "en": "This project has opening hours: its server wakes a little before them, by itself.",
    },
    accent="#3d6a97",
    mac="02:48:41:4c:4c:05",
    containers=(_database(1.5), _web(1.2)),
    wanted=WantedDomain(policy="scheduled"),
)

_ALWAYS = Scene(
    id="always",
    name="Le Standard",
    message={
        "fr": "Ce projet est toujours là : s’il s’endort, on le réveille.",
        "en": "This project is always there: should it fall asleep, it is woken again.",
    },
    accent="#9a4a4a",
    mac="02:48:41:4c:4c:06",
    containers=(_database(1.5), _web(1.2)),
    wanted=WantedDomain(policy="always_on"),
)

SCENES: tuple[Scene, ...] = (_DEMO, _SLOW, _BROKEN, _LOST, _HOURS, _ALWAYS)
"""The scenes of `hall demo`: one to enjoy, one to wait for, two that fail, two with a rule."""
