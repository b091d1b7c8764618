"""What a project's containers add up to, and which of them to start."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from hall.core.facts import Container, Need, Sight
from hall.core.finished import adopted, finished
from hall.core.reasons import Reason, because

GRACE_S = 5.0
"""How long a container's trouble must last before a wake gives up: Docker may still be loading."""

STOPPED = frozenset({"created", "exited", "paused"})
"""Docker's words for a container that a start order sets going."""

RUNNING = frozenset({"running", "restarting"})
"""Docker's words for a container that a stop order ends."""

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
    "swarm": (_Kind.TROUBLE, "container_swarm"),
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
    ran: frozenset[str] = frozenset(),
    app_answers: bool = False,
) -> ProjectVerdict:
    """Judge a project by its containers, as Docker lists them.

    ``started`` holds those that Hall started in this wake: one of them that has exited is in
    trouble, not merely stopped. ``ran`` holds those that ran until they were stopped, or until
    their server went: see ``finished``. An ``ignored`` container is as if it were not there; one
    that is not ``awaited`` is started like the others, and never keeps the project back.
    ``app_answers`` lets the project through before a HEALTHCHECK of long interval has run for the
    first time (30 s by default); one that speaks within ``PROMPT_S`` is waited for, and
    ``unhealthy`` is never outranked.
    """
    listed = tuple(containers)
    known = tuple(container for container in listed if not container.ignored)
    done = finished(known, started=started, ran=ran)
    if len(done) == len(known):
        return _nothing_to_judge(listed, known, project)
    lasting = [container for container in known if container.name not in done]
    start = tuple(
        c.name for c in _by_need(lasting) if _startable(c, known, started=started, done=done)
    )
    verdicts = [
        _judge_one(container, known, started=started, done=done)
        for container in lasting
        if container.awaited
    ]
    kind, detail = min(
        verdicts, key=lambda verdict: verdict[0], default=(_Kind.FINE, _well(known, done))
    )
    if kind is _Kind.FINE or (kind is _Kind.LATE and app_answers):
        detail = because("containers_early") if kind is _Kind.LATE else _well(known, done)
        return ProjectVerdict(Sight(ok=True, detail=detail), start=start)
    sight = Sight(ok=False, detail=detail)
    return ProjectVerdict(sight, trouble=kind is _Kind.TROUBLE, start=start)


def _nothing_to_judge(
    listed: tuple[Container, ...], known: tuple[Container, ...], project: str
) -> ProjectVerdict:
    """There is no container, or each is left alone or done: only the first may be a plan."""
    if listed and not known:
        return ProjectVerdict(Sight(ok=True, detail=because("containers_left_out")))
    detail = because("containers_ended" if known else "containers_missing", project=project)
    return ProjectVerdict(Sight(ok=False, detail=detail), trouble=True)


def _well(known: tuple[Container, ...], done: frozenset[str]) -> Reason:
    """All that should run does; what is done, and nobody waited for, is named."""
    alone = sorted(one.name for one in known if one.name in done and not adopted(one, known))
    if not alone:
        return because("containers_ok")
    return because("containers_done", names=", ".join(alone))


def _judge_one(
    container: Container,
    known: tuple[Container, ...],
    *,
    started: frozenset[str],
    done: frozenset[str],
) -> tuple[_Kind, Reason]:
    """What this container adds, with the sentence."""
    name = container.name
    if container.state == "running":
        return _judge_health(container)
    if container.unread is not None:
        return _Kind.WAITS, because("container_unread", name=name, what=container.unread)
    if (simple := _STATES.get(container.state)) is not None:
        kind, code = simple
        return kind, because(code, name=name)
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
    lacking = [need.service for need in container.needs if not _met(need, known, done)]
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


def _met(need: Need, known: tuple[Container, ...], done: frozenset[str]) -> bool:
    """Whether what a container waits for is there; a service nobody knows is not waited for."""
    return all(_provides(other, need.condition, done) for other in known if need.names(other))


def _provides(container: Container, condition: str, done: frozenset[str]) -> bool:
    match condition:
        case "service_healthy":
            return container.state == "running" and container.health in {None, "healthy"}
        case "service_completed_successfully":
            return container.state == "exited" and container.exit_code == 0
        case "service_started":
            return container.state == "running" or container.name in done
        case _:
            return container.state == "running"


def _startable(
    container: Container,
    known: tuple[Container, ...],
    *,
    started: frozenset[str],
    done: frozenset[str],
) -> bool:
    return (
        container.state in STOPPED
        and container.name not in started
        and all(_met(need, known, done) for need in container.needs)
    )


def _by_need(known: Iterable[Container]) -> tuple[Container, ...]:
    """By name, so that the order is the same each time; needs are held by ``_startable``."""
    return tuple(sorted(known, key=lambda container: container.name))
