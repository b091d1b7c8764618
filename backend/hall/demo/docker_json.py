"""The shapes in which a Docker Engine describes itself and its containers."""

import json
from typing import Any

from hall.demo.clock import ago, iso, now_ns
from hall.demo.containers import SimulatedContainer
from hall.demo.httpd import DemoReply

API, OLDEST_API, ENGINE = "1.47", "1.24", "27.5.1"

_HEADERS = {
    "Api-Version": API,
    "Docker-Experimental": "false",
    "Ostype": "linux",
    "Server": f"Docker/{ENGINE} (linux)",
}
_NO_CACHE = {"Cache-Control": "no-cache, no-store, must-revalidate", "Pragma": "no-cache"}


def json_reply(body: object, status: int = 200) -> DemoReply:
    """Answer with JSON and with the headers of an engine."""
    return DemoReply(
        status, json.dumps(body).encode() + b"\n", {**_HEADERS, "Content-Type": "application/json"}
    )


def error_reply(status: int, message: str) -> DemoReply:
    """Refuse in the Engine API's shape: a status and ``{"message": …}``."""
    return json_reply({"message": message}, status)


def empty_reply(status: int) -> DemoReply:
    """Answer with a status and no body, as 204 and 304 do."""
    return DemoReply(status, b"", _HEADERS)


def ping_reply() -> DemoReply:
    """Answer ``GET /_ping``, with the headers that forbid caching."""
    return DemoReply(
        200, b"OK", _HEADERS | _NO_CACHE | {"Content-Type": "text/plain; charset=utf-8"}
    )


def stream_headers() -> dict[str, str]:
    """Return the headers of the event stream."""
    return {**_HEADERS, "Content-Type": "application/json"}


def version() -> dict[str, Any]:
    """Describe the engine, as `GET /version`."""
    details = {
        "ApiVersion": API,
        "MinAPIVersion": OLDEST_API,
        "GitCommit": "simulated",
        "GoVersion": "go1.22.11",
        "Os": "linux",
        "Arch": "amd64",
        "KernelVersion": "6.1.0-simulated",
        "BuildTime": "2025-01-22T13:41:24.000000000+00:00",
    }
    engine = {"Name": "Engine", "Version": ENGINE, "Details": details}
    platform = {"Name": "Hall's simulated Docker Engine"}
    return {"Platform": platform, "Components": [engine], "Version": ENGINE} | details


def summary(container: SimulatedContainer) -> dict[str, Any]:
    """Describe a container as in the list `GET /containers/json`."""
    return {
        "Id": container.id,
        "Names": [f"/{container.name}"],
        "Image": container.scene.image,
        "ImageID": container.labels["com.docker.compose.image"],
        "Command": "/docker-entrypoint.sh",
        "Created": container.created_ns // 1_000_000_000,
        "Ports": [],
        "Labels": container.labels,
        "State": container.status,
        "Status": _in_words(container),
        "HostConfig": {"NetworkMode": _network(container)},
        "NetworkSettings": {"Networks": _networks(container)},
        "Mounts": [],
    }


def inspection(container: SimulatedContainer) -> dict[str, Any]:
    """Describe a container as `GET /containers/{id}/json`."""
    return {
        "Id": container.id,
        "Created": iso(container.created_ns),
        "Path": "/docker-entrypoint.sh",
        "Args": [],
        "State": _state(container),
        "Image": container.labels["com.docker.compose.image"],
        "Name": f"/{container.name}",
        "RestartCount": 0,
        "Driver": "overlay2",
        "Platform": "linux",
        "HostConfig": {
            "NetworkMode": _network(container),
            "RestartPolicy": {"Name": _restarts(container), "MaximumRetryCount": 0},
        },
        "Config": {"Hostname": container.id[:12], "Tty": False, "Env": []} | _config(container),
        "NetworkSettings": {"Networks": _networks(container)},
        "Mounts": [],
    }


def stats(container: SimulatedContainer) -> dict[str, Any]:
    """Describe what a container uses, as one sample of `GET /containers/{id}/stats`."""
    about = {"name": f"/{container.name}", "id": container.id, "read": iso(None)}
    if not container.is_running:
        return about
    moved = {"rx_bytes": container.counters.received, "tx_bytes": container.counters.sent}
    return about | {"read": iso(now_ns()), "networks": {"eth0": moved}}


def _state(container: SimulatedContainer) -> dict[str, Any]:
    running = container.is_running
    state = {
        "Status": container.status,
        "Running": running,
        "Paused": False,
        "Restarting": False,
        "OOMKilled": False,
        "Dead": False,
        "Pid": container.pid if running else 0,
        "ExitCode": container.exit_code,
        "Error": "",
        "StartedAt": iso(container.started_ns),
        "FinishedAt": iso(container.finished_ns),
    }
    if container.health is None:
        return state
    streak = 3 if container.health == "unhealthy" and running else 0
    return state | {"Health": {"Status": container.health, "FailingStreak": streak, "Log": []}}


def _config(container: SimulatedContainer) -> dict[str, Any]:
    config: dict[str, Any] = {"Image": container.scene.image, "Labels": container.labels}
    if container.scene.healthy_after is not None:
        config["Healthcheck"] = {"Test": ["CMD", "healthy"], "Interval": 1_000_000_000}
    return config


def _in_words(container: SimulatedContainer) -> str:
    if container.status == "created":
        return "Created"
    if not container.is_running:
        return f"Exited ({container.exit_code}) {ago(container.finished_ns)} ago"
    health = {None: "", "starting": " (health: starting)"}.get(
        container.health, f" ({container.health})"
    )
    return f"Up {ago(container.started_ns)}{health}"


def _restarts(container: SimulatedContainer) -> str:
    """A one-shot comes to a good end; what serves would be brought back."""
    scene = container.scene
    one_shot = scene.exits_after is not None and scene.exit_code == 0
    return "no" if one_shot else "unless-stopped"


def _networks(container: SimulatedContainer) -> dict[str, Any]:
    address = container.address if container.is_running else ""
    return {_network(container): {"IPAddress": address, "GlobalIPv6Address": ""}}


def _network(container: SimulatedContainer) -> str:
    return f"{container.project}_default"
