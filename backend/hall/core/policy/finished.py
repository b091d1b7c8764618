"""Which containers are done: they ended well by themselves, and nothing wants them to run again.

A one-shot (a migration, a tool of a profile) that is run once more may destroy what it made. Docker
says of a container that exited with 0 neither whether it came to its own end nor whether somebody
stopped it; so what else is known decides, and in doubt it is left alone.
"""

from collections.abc import Iterable, Iterator

from hall.core.model.container import Container

COMPLETED = "service_completed_successfully"


def finished(
    known: tuple[Container, ...],
    *,
    started: frozenset[str],
    ran: frozenset[str],
    alone: bool = True,
) -> frozenset[str]:
    """The names of those that are done.

    ``started`` are those that Hall started in this wake: what has ended since has done its work.
    ``ran`` are those that ran until they were stopped, or until their server went: none of them
    is done. The only one that is waited for never is, it is what visitors come for; unless it was
    not always ``alone``.
    """
    ended = [one for one in known if one.state == "exited" and one.exit_code == 0]
    wanted = {one.name for one in ended if adopted(one, known)}
    done = wanted.union(one.name for one in ended if _by_itself(one, started=started, ran=ran))
    while called := set(_called(ended, known, done=done, started=started)) - wanted:
        done -= called
    awaited = [one.name for one in known if one.awaited]
    return frozenset(done.difference(awaited) if alone and len(awaited) == 1 else done)


def _by_itself(one: Container, *, started: frozenset[str], ran: frozenset[str]) -> bool:
    return not one.restarts and not one.publishes and one.name not in ran - started


def adopted(one: Container, known: tuple[Container, ...]) -> bool:
    """Whether another container waits for exactly this end."""
    needs = (need for other in known for need in other.depends_on)
    return any(need.condition == COMPLETED and need.names(one) for need in needs)


def _called(
    ended: Iterable[Container],
    known: tuple[Container, ...],
    *,
    done: set[str],
    started: frozenset[str],
) -> Iterator[str]:
    """Those of the done that another needs, which is not done itself."""
    others = [other for other in known if other.name not in done]
    for one in ended:
        ran = one.name in started
        if one.name in done and any(_wants(other, one, ran=ran) for other in others):
            yield one.name


def _wants(other: Container, one: Container, *, ran: bool) -> bool:
    """Whether it needs this one to run: merely to have been started, only before its own start."""
    conditions = {need.condition for need in other.depends_on if need.names(one)} - {COMPLETED}
    if conditions == {"service_started"}:
        return other.state != "running" and not ran
    return bool(conditions)
