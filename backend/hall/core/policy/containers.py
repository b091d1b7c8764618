"""What a project's containers add up to, and which of them to start."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from hall.core.model.check import ProbeResult
from hall.core.model.container import Container, Dependency
from hall.core.model.reason import Reason, because
from hall.core.policy.finished import adopted, finished

GRACE_S = 5.0
"""How long a container's trouble must last before a wake gives up: Docker may still be loading."""

STOPPED = frozenset({"created", "exited", "paused"})
"""Docker's words for a container that a start order sets going."""

RUNNING = frozenset({"running", "restarting"})
"""Docker's words for a container that a stop order ends."""


class _Kind(IntEnum):
    """What a container adds to its project; the first of them is what is said of the whole.

    Only trouble is final: what is missing may be made, what is unhealthy may heal.
    """

    TROUBLE = 1
    MISSING = 2
    UNHEALTHY = 3
    WAITS = 4
    STARTING = 5
    NEEDS = 6
    UNWELL = 7
    EARLY = 8
    FINE = 9

    @property
    def troubled(self) -> bool:
        """Whether it may not come right by waiting; it is waited for a little all the same."""
        return self <= _Kind.UNHEALTHY


_OUTRANKED = {
    _Kind.UNHEALTHY: (_Kind.UNWELL, because("containers_unwell")),
    _Kind.STARTING: (_Kind.EARLY, because("containers_early")),
}
"""What a HEALTHCHECK that has not passed comes to where the project's own answer decides."""

_ALL_FINE = (_Kind.FINE, because("containers_ok"))

_STATES = {
    "missing": (_Kind.MISSING, "container_missing"),
    "swarm": (_Kind.TROUBLE, "container_swarm"),
    "dead": (_Kind.TROUBLE, "container_dead"),
    "begun": (_Kind.WAITS, "container_begun"),
    "paused": (_Kind.WAITS, "container_paused"),
}


@dataclass(frozen=True, slots=True)
class ProjectVerdict:
    """What a project's containers add up to.

    ``trouble`` means that waiting alone will not mend it; ``proven`` that each HEALTHCHECK has
    passed; ``start`` names the stopped containers whose needs are met, in the order in which to
    start them.
    """

    result: ProbeResult
    trouble: bool = False
    proven: bool = False
    start: tuple[str, ...] = ()


def judge_project(
    containers: Iterable[Container],
    *,
    project: str,
    started: frozenset[str] = frozenset(),
    ran: frozenset[str] = frozenset(),
    alone: bool = True,
    app_decides: bool = False,
) -> ProjectVerdict:
    """Judge a project by its containers, as Docker lists them.

    ``started`` holds those that Hall started in this wake: one of them that has exited is in
    trouble, not merely stopped. ``ran`` holds those that ran until they were stopped, or until
    their server went, and ``alone`` says that there never were several: see ``finished``. An
    ``ignored`` container is as if it were not there; one that is not ``awaited`` is started like
    the others, and never keeps the project back. Where ``app_decides``, the project's own answer
    tells when it is ready: its containers must run, and no HEALTHCHECK is waited for.
    """
    listed = tuple(containers)
    known = tuple(container for container in listed if not container.ignored)
    done = finished(known, started=started, ran=ran, alone=alone)
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
    proven = all(kind is _Kind.FINE for kind, _ in verdicts)
    if app_decides:
        verdicts = [_OUTRANKED.get(verdict[0], verdict) for verdict in verdicts]
    kind, detail = min(verdicts, key=lambda verdict: verdict[0], default=_ALL_FINE)
    if kind is _Kind.FINE:
        detail = _well(known, done)
    result = ProbeResult(ok=kind >= _Kind.UNWELL, detail=detail, troubled=kind.troubled)
    return ProjectVerdict(result, trouble=kind is _Kind.TROUBLE, proven=proven, start=start)


def _nothing_to_judge(
    listed: tuple[Container, ...], known: tuple[Container, ...], project: str
) -> ProjectVerdict:
    """There is no container, or each is left alone or done: only the first may be a plan."""
    if listed and not known:
        return ProjectVerdict(
            ProbeResult(ok=True, detail=because("containers_left_out")), proven=True
        )
    detail = because("containers_ended" if known else "containers_missing", project=project)
    return ProjectVerdict(ProbeResult(ok=False, detail=detail, troubled=True), trouble=bool(known))


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
    lacking = [need.service for need in container.depends_on if not _met(need, known, done)]
    if lacking:
        return _Kind.NEEDS, because("container_waits", name=name, needs=", ".join(lacking))
    return _Kind.WAITS, because("container_stopped", name=name)


def _code(exit_code: int | None) -> int | str:
    return "?" if exit_code is None else exit_code


def _judge_health(container: Container) -> tuple[_Kind, Reason]:
    match container.health:
        case "starting":
            return _Kind.STARTING, because("container_starting", name=container.name)
        case "unhealthy":
            return _Kind.UNHEALTHY, because(
                "container_unhealthy", name=container.name, code=_code(container.health_exit)
            )
        case _:
            return _Kind.FINE, because("containers_ok")


def _met(need: Dependency, known: tuple[Container, ...], done: frozenset[str]) -> bool:
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
        and all(_met(need, known, done) for need in container.depends_on)
    )


def _by_need(known: Iterable[Container]) -> tuple[Container, ...]:
    """By name, so that the order is the same each time; needs are held by ``_startable``."""
    return tuple(sorted(known, key=lambda container: container.name))
