"""What a project's containers add up to, and which of them to start."""

from collections.abc import Iterable
from dataclasses import dataclass

from hall.core.facts import Container, Need, Sight
from hall.core.reasons import Reason, because

GRACE_S = 5.0
"""How long a container's trouble must last before a wake gives up: Docker may still be loading."""

STOPPED = frozenset({"created", "exited", "paused"})
"""Docker's words for a container that a start order sets going."""

_STATES = {
    "missing": ("trouble", "container_missing"),
    "dead": ("trouble", "container_dead"),
    "begun": ("waits", "container_begun"),
    "paused": ("waits", "container_paused"),
}


@dataclass(frozen=True, slots=True)
class ProjectVerdict:
    """What a project's containers add up to.

    ``trouble`` means that waiting alone will not mend it; ``start`` names the stopped containers
    whose needs are met, in the order in which to start them.
    """

    sight: Sight
    trouble: bool = False
    start: tuple[str, ...] = ()


def judge_project(
    containers: Iterable[Container],
    *,
    project: str,
    started: frozenset[str] = frozenset(),
    app_answers: bool = False,
) -> ProjectVerdict:
    """Judge a project by its containers, as Docker lists them.

    ``started`` holds those that Hall started in this wake: one of them that has exited is in
    trouble, not merely stopped. ``app_answers`` lets the project through before its HEALTHCHECK
    has run for the first time, which may be 30 s late; it never outranks ``unhealthy``.
    """
    known = tuple(containers)
    if not known:
        return ProjectVerdict(Sight(ok=False, detail=_missing(project)), trouble=True)
    verdicts = [_judge_one(container, known, started=started) for container in known]
    start = tuple(c.name for c in _by_need(known) if _startable(c, known, started=started))
    for wanted in ("trouble", "waits"):
        for kind, detail in verdicts:
            if kind == wanted:
                return ProjectVerdict(
                    Sight(ok=False, detail=detail), trouble=kind == "trouble", start=start
                )
    early = next((detail for kind, detail in verdicts if kind == "early"), None)
    if early is None:
        return ProjectVerdict(Sight(ok=True, detail=because("containers_ok")))
    if app_answers:
        return ProjectVerdict(Sight(ok=True, detail=because("containers_early")))
    return ProjectVerdict(Sight(ok=False, detail=early))


def _missing(project: str) -> Reason:
    return because("containers_missing", project=project)


def _judge_one(
    container: Container, known: tuple[Container, ...], *, started: frozenset[str]
) -> tuple[str, Reason]:
    """Trouble, waits, early or fine; with the sentence."""
    name = container.name
    if container.state == "running":
        return _judge_health(container)
    if (simple := _STATES.get(container.state)) is not None:
        kind, code = simple
        return kind, because(code, name=name)
    if _completed(container, known):
        return "fine", because("containers_ok")
    if container.state == "restarting":
        return "waits", because("container_restarting", name=name, code=_code(container.exit_code))
    if name in started:
        return "trouble", because("container_exited", name=name, code=_code(container.exit_code))
    lacking = [need.service for need in container.needs if not _met(need, known)]
    if lacking:
        return "waits", because("container_waits", name=name, needs=", ".join(lacking))
    return "waits", because("container_stopped", name=name)


def _code(exit_code: int | None) -> str:
    return "?" if exit_code is None else str(exit_code)


def _judge_health(container: Container) -> tuple[str, Reason]:
    match container.health:
        case "starting":
            return "early", because("container_starting", name=container.name)
        case "unhealthy":
            return "trouble", because(
                "container_unhealthy", name=container.name, code=_code(container.health_exit)
            )
        case _:
            return "fine", because("containers_ok")


def _completed(container: Container, known: tuple[Container, ...]) -> bool:
    """Whether it is a one-shot that others wait for, and it ended well."""
    return (
        container.state == "exited"
        and container.exit_code == 0
        and any(
            need.service == container.service and need.condition == "service_completed_successfully"
            for other in known
            for need in other.needs
        )
    )


def _met(need: Need, known: tuple[Container, ...]) -> bool:
    """Whether what a container waits for is there; a service nobody knows is not waited for."""
    return all(_provides(other, need.condition) for other in known if other.service == need.service)


def _provides(container: Container, condition: str) -> bool:
    match condition:
        case "service_healthy":
            return container.state == "running" and container.health in {None, "healthy"}
        case "service_completed_successfully":
            return container.state == "exited" and container.exit_code == 0
        case _:
            return container.state == "running"


def _startable(
    container: Container, known: tuple[Container, ...], *, started: frozenset[str]
) -> bool:
    return (
        container.state in STOPPED
        and container.name not in started
        and not _completed(container, known)
        and all(_met(need, known) for need in container.needs)
    )


def _by_need(known: tuple[Container, ...]) -> tuple[Container, ...]:
    """By name, so that the order is the same each time; needs are held by ``_startable``."""
    return tuple(sorted(known, key=lambda container: container.name))
