"""What of the engine's answers leaves this machine: the fields that Hall reads, and no other.

Environment, mounts, commands and other people's labels stay here: secrets are kept in them.
Source: https://docs.docker.com/reference/api/engine/version/v1.41/.
"""

import json
from typing import Any

from hall.core.foreign_words import last_words

PROJECT_KEY = "com.docker.compose.project"
KEEP_AWAKE_KEY = "hall.keep-awake"
LABELS = {
    PROJECT_KEY: True,
    "com.docker.compose.service": True,
    "com.docker.compose.oneoff": True,
    "com.docker.compose.depends_on": True,
    KEEP_AWAKE_KEY: True,
    "hall.ignore": True,
    "hall.wait": True,
    "com.docker.stack.namespace": True,
    "com.docker.swarm.service.name": True,
}

_EVENTS = frozenset(
    {"create", "start", "restart", "pause", "unpause", "stop", "die", "oom", "destroy"}
    | {"rename", "health_status", "kill", "died", "remove"}
)
"""Not exec_create and exec_start: the command stands in them."""

_ANY = "*"
_WORDS_LIMIT = 1000
_MODE = {"NetworkMode": True}
_LIST = [{"Id": True, "Names": [True], "Labels": LABELS, "State": True, "HostConfig": _MODE}]
_HEALTH = {"Status": True, "Log": [{"ExitCode": True}]}
_INSPECT = {
    "Id": True,
    "Name": True,
    "State": {
        "Status": True,
        "ExitCode": True,
        "Pid": True,
        "StartedAt": True,
        "FinishedAt": True,
        "Health": _HEALTH,
    },
    "Config": {"Labels": LABELS},
    "HostConfig": {
        **_MODE,
        "PidMode": True,
        "IpcMode": True,
        "Links": [True],
        "RestartPolicy": {"Name": True},
        "PortBindings": {_ANY: [{"HostPort": True}]},
        "PublishAllPorts": True,
    },
    "NetworkSettings": {"Networks": {_ANY: {"IPAddress": True, "GlobalIPv6Address": True}}},
}
_STATS = {"read": True, "networks": {_ANY: {"rx_bytes": True, "tx_bytes": True}}}
_EVENT = {
    "Type": True,
    "Action": True,
    "timeNano": True,
    "Actor": {"Attributes": {"name": True, "oldName": True, PROJECT_KEY: True}},
}
_SHAPES: dict[str, Any] = {"list": _LIST, "inspect": _INSPECT, "stats": _STATS}


def extract(kind: str, body: bytes) -> bytes:
    """The part of a good answer that Hall may see; an answer in another shape is null."""
    shape = _SHAPES.get(kind)
    return b"" if shape is None else _dump(_part(_load(body), shape))


def extract_refusal(body: bytes) -> bytes:
    """The engine's words of an answer that is a refusal; empty when there are none."""
    read = _load(body)
    words = read.get("message") if isinstance(read, dict) else None
    return _dump({"message": last_words(words, _WORDS_LIMIT)}) if isinstance(words, str) else b""


def extract_event(line: bytes) -> bytes | None:
    """The part of an event that Hall may see; None when it is none of its business."""
    event = _part(_load(line), _EVENT)
    if not isinstance(event, dict) or event.get("Type") != "container":
        return None
    action = event.get("Action")
    known = isinstance(action, str) and action.partition(":")[0] in _EVENTS
    return _dump(event) if known else None


def _part(value: Any, shape: Any) -> Any:  # noqa: ANN401 - JSON
    """What ``shape`` names of a value: True is for what is no list or object."""
    match shape, value:
        case True, str() | int() | float():
            return value
        case [inner], list():
            return [_part(one, inner) for one in value]
        case {"*": inner}, dict():
            return {name: _part(one, inner) for name, one in value.items()}
        case dict(), dict():
            return {name: _part(value[name], shape[name]) for name in shape if name in value}
        case _:
            return None


def _load(body: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _dump(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
