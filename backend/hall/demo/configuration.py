"""The configuration with which Hall knows the simulated servers, as in `config/domains.json`."""

from dataclasses import dataclass
from typing import Any

from hall.demo.ports import HOST
from hall.demo.scenes import Scene


@dataclass(frozen=True, slots=True)
class Ports:
    """The port numbers of a simulated server: `wol` is UDP; 0 stands for any that is free."""

    wol: int = 0
    ssh: int = 0
    docker: int = 0
    app: int = 0


def server_entry(scene: Scene, ports: Ports) -> dict[str, Any]:
    """Return the entry of `servers`."""
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
        "docker": {"url": f"tcp://{HOST}:{ports.docker}", "allow_plain": True},
        "deadlines": {"network": scene.deadlines.network, "docker": scene.deadlines.docker},
    }


def domain_entry(scene: Scene, ports: Ports) -> dict[str, Any]:
    """Return the entry of `domains`."""
    site = f"http://{HOST}:{ports.app}"
    return {
        "name": scene.name,
        "server": scene.id,
        "url": f"{site}/",
        "project": {"compose": scene.id},
        "health": {"url": f"{site}/health"},
        "deadlines": {"containers": scene.deadlines.containers, "app": scene.deadlines.app},
        "access": {"allow": ["127.0.0.0/8", "::1/128"]},
        "page": {"message": scene.message, "accent": scene.accent, "contact": scene.contact},
    }
