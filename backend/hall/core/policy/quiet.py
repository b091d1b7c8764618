"""Who is not looked at: a server that sleeps costs one look an interval, or none at all."""

from urllib.parse import urlsplit

from hall.core.config.methods import PingCheck
from hall.core.model.check import Check, CheckName, CheckState
from hall.core.model.state import DomainState, ServerState
from hall.core.model.wake import Wake


def left_alone(cell: ServerState) -> bool:
    """Whether no look may go there: it sleeps, or may, and any packet for it would wake it.

    A wake that is asked for ends that, and so does what its agent says. A sleep order that was
    given begins it: a look that verified the order would undo it.
    """
    if cell.spec.network.while_asleep != "leave_alone" or _wanted(cell):
        return False
    if (sleep := cell.sleep) is not None:
        return sleep.carried_at is not None and sleep.error is None and not sleep.back
    return (silent(cell) and not _answered(cell)) or cell.unwatched


def _wanted(cell: ServerState) -> bool:
    return cell.waking_up or any(domain.asked_at is not None for domain in cell.domains.values())


def _answered(cell: ServerState) -> bool:
    """Whether a project answered last: its network may merely filter ping."""
    return any(domain.app.state is CheckState.OK for domain in cell.domains.values())


def silent(cell: ServerState) -> bool:
    """Whether its network was looked at and does not answer."""
    return not cell.network.is_ok and cell.network.seen_at is not None


def witness(cell: ServerState) -> tuple[CheckName, str | None] | None:
    """The one link beside the network that is looked at while a server is silent; None for none.

    There is one where its network was last known by another link alone: ping never proved it, and
    would not tell that it came up by itself.
    """
    if not cell.deaf:
        return None
    if docker_is_remote(cell):
        return CheckName.DOCKER, None
    own = (name for name, domain in cell.domains.items() if app_on_server(cell, domain))
    return next(((CheckName.APP, name) for name in own), None)


def docker_is_remote(cell: ServerState) -> bool:
    """Whether Docker is asked over the network, so that its answer proves the network."""
    return cell.spec.docker is not None and cell.spec.docker.url.startswith("tcp:")


def app_on_server(cell: ServerState, domain: DomainState) -> bool:
    """Whether the project is asked on the server itself, so that its answer proves the network."""
    health = domain.spec.health
    return health is not None and urlsplit(health.url).hostname == str(cell.spec.address)


def only_its_card(cell: ServerState, wake: Wake) -> bool:
    """Whether ping answered before the wake began, and nothing else on that machine does.

    A network card may answer ping in its sleep (Intel AMT, sleep proxies).
    """
    pinged = cell.network.is_ok and isinstance(cell.spec.network, PingCheck)
    if not pinged or cell.network.since >= wake.started_at:
        return False
    links = _links_behind(cell)
    return bool(links) and all(link.alive_at is None for link in links)


def _links_behind(cell: ServerState) -> list[Check]:
    """The links that are asked of the server itself, beyond its network."""
    docker = cell.spec.docker
    links = [cell.docker] if docker is not None and not docker.url.startswith("unix:") else []
    return links + [one.app for one in cell.domains.values() if app_on_server(cell, one)]
