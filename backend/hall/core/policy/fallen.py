"""Which containers fell with their project, by the times that Docker tells.

It is asked when Hall sees a project for the first time since its own start, or again after it could
not: what ran, and was stopped with all the rest, is told from what came to an end of its own while
others went on.
"""

from hall.core.model.container import Container

TOGETHER_S = 60.0
"""Seconds within which those of one project end when their server is shut down."""

LONG_RUN_S = 60.0
"""One that ran for less is taken for a tool: what is run again by mistake may destroy data."""


def fell(known: tuple[Container, ...]) -> frozenset[str]:
    """The names of those that ended last, together; none when the times do not agree on it.

    They do not when one that lasts ran on, or when a single one outlived all others: it may be a
    tool that somebody ran on its own. One of which nobody saw the end went with its server.
    """
    return _together(known) | frozenset(one.name for one in known if _cut_off(one))


def _together(known: tuple[Container, ...]) -> frozenset[str]:
    last = max((one.ended_at for one in known if one.ended_at is not None), default=None)
    if last is None:
        return frozenset()
    lasting = [one for one in known if _lasted(one)]
    fallen = [
        one for one in lasting if one.ended_at is not None and one.ended_at >= last - TOGETHER_S
    ]
    alone = len(fallen) == 1 and len(lasting) > 1
    if alone or any(_ran_on(one, last) for one in known):
        return frozenset()
    return frozenset(one.name for one in fallen)


def _cut_off(one: Container) -> bool:
    """Whether its last run has no end: Podman keeps no watch, and finds it over after a boot.

    A short run may have its end noted just before its beginning: that is one, all the same.
    """
    if one.state != "exited" or one.began_at is None:
        return False
    return one.ended_at is None or one.ended_at < one.began_at - TOGETHER_S


def outlived(known: tuple[Container, ...]) -> frozenset[str]:
    """The names of those that ended while another went on, which runs to this day."""
    began = min(
        (one.began_at for one in known if one.state == "running" and one.began_at is not None),
        default=None,
    )
    if began is None:
        return frozenset()
    return frozenset(
        one.name
        for one in known
        if one.state == "exited" and one.ended_at is not None and one.ended_at > began
    )


def _lasted(one: Container) -> bool:
    if one.state != "exited" or one.began_at is None or one.ended_at is None:
        return False
    return one.ended_at - one.began_at >= LONG_RUN_S


def _ran_on(one: Container, last: float) -> bool:
    """Whether it runs, and not because it was brought back after the end of all."""
    if one.state not in {"running", "restarting", "paused"}:
        return False
    fell_too = one.ended_at is not None and one.ended_at >= last - TOGETHER_S
    return not (fell_too and one.began_at is not None and one.began_at >= last)
