"""Whether what a project names may be Swarm's: Hall starts containers, not stacks or services."""

import json

import httpx

from hall.adapters.docker.api import AnswerError, ask_engine, check_engine
from hall.adapters.docker.models import Listing

STACK = "com.docker.stack.namespace"
SWARM_SERVICE_LABEL = "com.docker.swarm.service.name"


async def in_swarm(client: httpx.AsyncClient, label: str, name: str) -> bool:
    """Whether a container here bears this label of Swarm's, or the engine says it is in Swarm mode.

    The engine says so in the head of its ping, from API 1.42 on (Docker 23).
    """
    filters = json.dumps({"label": [f"{label}={name}"]})
    try:
        body = await ask_engine(client, "GET", "/containers/json", {"all": "1", "filters": filters})
        if any(one.labels.get(label) == name for one in Listing.validate_json(body)):
            return True
        async with client.stream("GET", "/_ping") as answer:
            await check_engine(answer)
            return str(answer.headers.get("swarm", "")).startswith("active")
    except AnswerError:
        return False
