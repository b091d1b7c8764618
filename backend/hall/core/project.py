"""What a project's containers add up to, and which of them to start."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from hall.core.facts import Container, Need, Sight
from hall.core.reasons import Reason, because

GRACE_S = 5.0
"""How long a container's trouble must last before a wake gives up: Docker may still be loading."""

STOPPED = frozenset({"created", "exited", "paused"})
"""Docker's words for a container that a start order sets going."""

PROMPT_S = 5.0
"""A HEALTHCHECK that runs at least this often is worth waiting for."""


class _Kind(IntEnum):
    """What a container adds to its project; the first of them is what is said of the whole."""

    TROUBLE = 1
    WAITS = 2
    STARTING = 3
    NEEDS = 4
    LATE = 5
    FINE = 6


_STATES = {
    "missing": (_Kind.TROUBLE, "container_missing"),
    "dead": (_Kind.TROUBLE, "container_dead"),
    "begun": (_Kind.WAITS, "container_begun"),
    "paused": (_Kind.WAITS, "container_paused"),
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
    trouble, not merely stopped. ``app_answers`` lets the project through before a HEALTHCHECK of
    long interval has run for the first time (30 s by default); one that speaks within
    ``PROMPT_S`` is waited for, and ``unhealthy`` is never outranked.
    """
    known = tuple(containers)
    if not known:
        return ProjectVerdict(Sight(ok=False, detail=_missing(project)), trouble=True)
    verdicts = [_judge_one(container, known, started=started) for container in known]
    kind, detail = min(verdicts, key=lambda verdict: verdict[0])
    if kind is _Kind.FINE or (kind is _Kind.LATE and app_answers):
        code = "containers_ok" if kind is _Kind.FINE else "containers_early"
        return ProjectVerdict(Sight(ok=True, detail=because(code)))
    start = tuple(c.name for c in _by_need(known) if _startable(c, known, started=started))
    sight = Sight(ok=False, detail=detail)
    return ProjectVerdict(sight, trouble=kind is _Kind.TROUBLE, start=start)


def _missing(project: str) -> Reason:
    return because("containers_missing", project=project)


def _judge_one(
    container: Container, known: tuple[Container, ...], *, started: frozenset[str]
) -> tuple[_Kind, Reason]:
    """What this container adds, with the sentence."""
    name = container.name
    if container.state == "running":
        return _judge_health(container)
    if (simple := _STATES.get(container.state)) is not None:
        kind, code = simple
        return kind, because(code, name=name)
    if _completed(container, known):
        return _Kind.FINE, because("containers_ok")
    if container.state == "restarting":
        return _Kind.WAITS, because(
            "container_restarting", name=name, code=_code(container.exit_code)
        )
    if name in started and container.state == "created":
        return _Kind.WAITS, because("container_begun", name=name)
    if name in started:
        return _Kind.TROUBLE, because(
            "container_exited", name=name, code=_code(container.exit_code)
        )
    lacking = [need.service for need in container.needs if not _met(need, known)]
    if lacking:
        return _Kind.NEEDS, because("container_waits", name=name, needs=", ".join(lacking))
    return _Kind.WAITS, because("container_stopped", name=name)


def _code(exit_code: int | None) -> str:
    return "?" if exit_code is None else str(exit_code)


def _judge_health(container: Container) -> tuple[_Kind, Reason]:
    match container.health:
        case "starting":
            prompt = container.health_every_s is not None and container.health_every_s <= PROMPT_S
            kind = _Kind.STARTING if prompt else _Kind.LATE
            return kind, because("container_starting", name=container.name)
        case "unhealthy":
            return _Kind.TROUBLE, because(
                "container_unhealthy", name=container.name, code=_code(container.health_exit)
            )
        case _:
            return _Kind.FINE, because("containers_ok")


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
