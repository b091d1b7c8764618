"""The configuration with which Hall knows the simulated servers, as in `config/domains.json`."""

from dataclasses import dataclass
from typing import Any

from hall.demo.clock import minute_of_day
from hall.demo.ports import HOST
from hall.demo.scene import Scene, WantedDomain
from hall.demo.switch import PATH

_WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MIN_AWAKE_MINUTES = 1
_MARGIN_MINUTES = 0.25


@dataclass(frozen=True, slots=True)
class Ports:
    """The port numbers of a simulated server: `wol` is UDP; 0 stands for any that is free."""

    wol: int = 0
    ssh: int = 0
    docker: int = 0
    app: int = 0
    sleep: int = 0


def server_entry(scene: Scene, ports: Ports) -> dict[str, Any]:
    """The simulated server as it stands below ``servers`` in a configuration."""
    return {
        "name": scene.name,
        "address": HOST,
        "network": {"method": "tcp", "port": ports.ssh},
        "wake": {
            "method": "wol",
            "mac": scene.written_mac or scene.mac,
            "destinations": [HOST],
            "port": ports.wol,
        },
        "sleep": {"method": "webhook", "url": f"http://{HOST}:{ports.sleep}{PATH}"},
        "docker": {"url": f"tcp://{HOST}:{ports.docker}", "allow_plain": True},
        "deadlines": {
            "network": scene.deadlines.network,
            "docker": scene.deadlines.docker,
            "sleep": scene.deadlines.sleep,
        },
    }


def domain_entry(scene: Scene, ports: Ports) -> dict[str, Any]:
    """Return the entry of `domains`; opening hours are counted from now."""
    site = f"http://{HOST}:{ports.app}"
    return {
        "name": scene.name,
        "server": scene.id,
        "url": f"{site}/",
        "project": {"compose": scene.id},
        "health": {"url": f"{site}/health"},
        "policy": _policy(scene.wanted),
        "deadlines": {"containers": scene.deadlines.containers, "app": scene.deadlines.app},
        "access": {"allow": ["127.0.0.0/8", "::1/128"]},
        "page": {"message": scene.message, "accent": scene.accent, "contact": scene.contact},
    }


def _policy(wanted: WantedDomain) -> dict[str, Any]:
    policy: dict[str, Any] = {"type": wanted.policy}
    if wanted.policy == "always_on":
        return policy
    policy |= {
        "idle_minutes": wanted.idle_minutes,
        "min_awake_minutes": min(_MIN_AWAKE_MINUTES, wanted.idle_minutes),
    }
    return policy | _hours(wanted) if wanted.policy == "scheduled" else policy


def _hours(wanted: WantedDomain) -> dict[str, Any]:
    """Every day at these minutes, so that a demo that runs for days opens again."""
    opens = minute_of_day() + wanted.opens_in
    window = {"days": _WEEK, "from": _clock(opens), "to": _clock(opens + wanted.open_for)}
    return {"timezone": "UTC", "open": [window], "margin_minutes": _MARGIN_MINUTES}


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute % (24 * 60), 60)
    return f"{hours:02d}:{minutes:02d}"
