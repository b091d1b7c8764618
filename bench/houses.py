"""Configurations of many servers, and a network of the benchmark's own where they all sleep."""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

APP_PORT = 8081
LONE_DOMAINS = 20
_LONE = 20_000
"""A number that no server of a crowd has."""

_INSIDE = "HALL_BENCH_OWN_NETWORK"
_ASLEEP = "10.77.0.0/16"
"""Behind a cable whose other end takes nothing: what is sent there is lost, as if all slept."""

_LINKS = (
    "ip link set lo up",
    "ip link add near type veth peer name far",
    f"ip addr add {_ASLEEP.replace('0.0/', '0.1/')} dev near",
    "ip link set near arp off up",
    "ip link set far up",
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many servers with so many domains each, all asleep or all awake."""

    servers: int
    domains: int
    awake: bool = False

    def __str__(self) -> str:
        return f"{self.servers:,} x {self.domains} {'awake' if self.awake else 'asleep'}"


def document(crowd: Crowd) -> dict[str, Any]:
    """The configuration of a crowd; those that are awake have projects without Docker.

    Beside them there is one more server, asleep in each: its domains are there to be woken.
    """
    numbers, lone = range(crowd.servers), Crowd(1, LONE_DOMAINS)
    places = [(number, part) for number in numbers for part in range(crowd.domains)]
    servers = {f"s{number}": _server(crowd, number) for number in numbers}
    domains = {f"s{number}-d{part}": _domain(crowd, number, part) for number, part in places}
    return {
        "gateway": {"trusted_proxies": ["127.0.0.9"]},
        "servers": {**servers, "lone": _server(lone, _LONE)},
        "domains": domains
        | {
            f"lone-d{part}": {**_domain(lone, _LONE, part), "server": "lone"}
            for part in range(LONE_DOMAINS)
        },
    }


def _server(crowd: Crowd, number: int) -> dict[str, Any]:
    address = _address(crowd, number)
    mac = f"02:00:00:00:{number // 256:02x}:{number % 256:02x}"
    docker = {"docker": {"url": f"tcp://{address}:2375", "allow_plain": True}}
    return {
        "name": f"Server {number}",
        "address": address,
        "wake": {"method": "wol", "mac": mac},
        **({} if crowd.awake else docker),
    }


def _domain(crowd: Crowd, number: int, part: int) -> dict[str, Any]:
    host = f"d{part}.s{number}.example.org"
    project = {"project": {"compose": f"d{part}"}}
    return {
        "name": f"Domain {part} of server {number}",
        "server": f"s{number}",
        "hosts": [host],
        "url": f"https://{host}/",
        "health": {"url": f"http://{_address(crowd, number)}:{APP_PORT}/d{part}"},
        "access": {"allow": ["127.0.0.0/8"]},
        **({} if crowd.awake else project),
    }


def _address(crowd: Crowd, number: int) -> str:
    number += 256
    head = "127.77" if crowd.awake else "10.77"
    return f"{head}.{number // 250}.{number % 250 + 1}"


def enter_own_network() -> bool:
    """Go on in a network where nothing is but this benchmark: the program begins anew there.

    Returns:
        Whether this is that network; False where there can be none.
    """
    if os.environ.get(_INSIDE):
        for command in _LINKS:
            subprocess.run(command.split(), check=True)
        return True
    trial = ["unshare", "--net", "true"]
    if not subprocess.run(trial, check=False, capture_output=True).returncode:
        _begin_anew()
    return False


def _begin_anew() -> NoReturn:
    own = ("unshare", "--net", sys.executable, "-m", "bench", *sys.argv[1:])
    os.execvpe(own[0], own, {**os.environ, _INSIDE: "1"})
