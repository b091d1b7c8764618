"""What a project's containers sent and received, from Docker's own counters.

They count each container's network interfaces (``docker stats``): every byte in or out, also to
another container of the project, and from the start of the container. A HEALTHCHECK that asks
within the container is not in them; ARP, mDNS and the like are, some hundred bytes a minute.
"""

from http import HTTPStatus

import httpx

from hall.adapters.docker.api import AnswerError, ask_engine, side_by_side
from hall.adapters.docker.listing import inspect, path_of, running_of
from hall.adapters.docker.models import Listed, Stats
from hall.core.model.container import ProjectRef

ONE_SHOT = {"stream": "false", "one-shot": "true"}
"""Docker 20.10 (API 1.41) and later then skip the second sample: 5 ms to 1 s, and not 2 s."""

_NO_NETWORK = "none"
_SHARED = "container:"
_UNCOUNTED = "uncounted"


async def traffic(client: httpx.AsyncClient, project: ProjectRef) -> int | None:
    """Bytes of the project's running containers; None when one's network cannot be counted."""
    found = await running_of(client, project)
    own = {one.id for one in found}

    async def total(one: Listed) -> int | None:
        mode = one.host_config.network_mode or await _counted_mode(client, one.id)
        if mode == _NO_NETWORK or mode.removeprefix(_SHARED) in own:
            return 0
        return None if mode == _UNCOUNTED else await _total(client, one.id)

    totals = await side_by_side(total, found)
    return None if None in totals else sum(filter(None, totals))


async def _counted_mode(client: httpx.AsyncClient, key: str) -> str:
    """The network of a container whose line of the list does not tell it, as on Podman.

    Podman's counters are those of one interface, and 0 where there is none of the container's own
    (podman: libpod/networking_linux.go, getContainerNetIO): what they leave out is not counted.
    """
    if (found := await inspect(client, key)) is None:
        return _NO_NETWORK
    mode = found.host_config.network_mode
    crowded = len(found.network_settings.networks) > 1
    own = mode and mode != "host" and not mode.startswith("ns:")
    return mode if own and not crowded else _UNCOUNTED


async def _total(client: httpx.AsyncClient, key: str) -> int | None:
    """One container's bytes, 0 when it is gone meanwhile."""
    try:
        body = await ask_engine(client, "GET", path_of(key, "stats"), ONE_SHOT)
    except AnswerError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return 0
        raise
    stats = Stats.model_validate_json(body)
    return stats.total if stats.runs else 0
