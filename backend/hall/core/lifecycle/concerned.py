"""Which domains of a server a step concerns: most facts are about one, and the others stay."""

from collections.abc import Collection

from hall.core.model.state import DomainState, ServerState
from hall.core.timing import Instant


def concerned(before: ServerState, cell: ServerState, now: Instant) -> Collection[str]:
    """The names of the domains that something may follow for from what differs by now.

    What they share concerns all of them; a timer that is due, the domain that has it.
    """
    if _shared_differs(before, cell):
        return cell.domains.keys()
    olds = before.domains
    return [
        name
        for name, one in cell.domains.items()
        if one is not olds[name] or (one.timer is not None and one.timer <= now)
    ]


def differing(before: ServerState, cell: ServerState) -> list[tuple[str, DomainState, DomainState]]:
    """The domains that are not what they were: their names, and both states."""
    olds, news = before.domains, cell.domains
    if olds is news:
        return []
    return [(name, olds[name], new) for name, new in news.items() if new is not olds[name]]


def _shared_differs(before: ServerState, cell: ServerState) -> bool:
    """Whether anything differs that is about the server, or about its domains together."""
    own = (
        before.network is cell.network
        and before.docker is cell.docker
        and before.power is cell.power
        and before.sleep_phase is cell.sleep_phase
        and before.server_wake is cell.server_wake
        and before.override is cell.override
        and (before.deaf, before.unwatched) == (cell.deaf, cell.unwatched)
        and before.verdict.need is cell.verdict.need
    )
    return not own or any(
        old.override is not new.override for _, old, new in differing(before, cell)
    )
