"""How long does a year with 50 domains and 20 visits a domain and day take to simulate?

Hall runs in a process of its own: reading the visits, starting the others, and printing count.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOMAINS, DAYS, A_DAY = 50, 365, 20
FIRST = 1_767_225_600
"""1 January 2026."""

DAY_S, HOUR_S = 86_400, 3600
WEEK = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:30"}
ALIKE = [{"type": "on_demand"}]
MIXED = [
    {"type": "on_demand"},
    {"type": "on_demand", "idle_minutes": 60},
    {"type": "scheduled", "open": [WEEK]},
    {"type": "scheduled", "open": [WEEK], "outside": "on_demand", "idle_minutes": 15},
    {"type": "on_demand", "stop_containers_after": 20},
]


def main() -> None:
    """Print the seconds that each house takes."""
    visits = DOMAINS * DAYS * A_DAY
    print(f"\nSeconds to simulate a year with {visits} visits, six variants")
    with tempfile.TemporaryDirectory() as folder:
        for servers in (10, 1):
            for name, policies in (("one policy", ALIKE), ("five policies", MIXED)):
                took_s = _one(Path(folder), servers, policies)
                house = f"{servers} x {DOMAINS // servers} domains, {name}"
                print(f"{house:<34}{took_s:>8.1f}  {visits * 6 / took_s:>10,.0f} visits/s")


def _one(folder: Path, servers: int, policies: list[dict[str, Any]]) -> float:
    config, visits = folder / "domains.json", folder / "visits.csv"
    document = _house(servers, policies)
    config.write_text(json.dumps(document))
    with visits.open("w") as file:
        file.write("at,domain\n")
        for name in document["domains"]:
            file.writelines(f"{at},{name}\n" for at in typical_visits(name))
    began = time.perf_counter()
    subprocess.run(
        [
            *(sys.executable, "-m", "hall", "simulate"),
            *("--config", str(config), "--visits", str(visits)),
        ],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def _house(servers: int, policies: list[dict[str, Any]]) -> dict[str, Any]:
    server = {
        "name": "Server",
        "address": "192.168.1.20",
        "wake": {"method": "wol", "mac": "aa:bb:cc:dd:ee:ff"},
        "sleep": {"method": "webhook", "url": "http://192.168.1.9/off"},
        "docker": {"url": "unix:///var/run/docker.sock"},
    }
    domains = {
        f"client{number}": {
            "name": f"Client {number}",
            "server": f"server{number % servers}",
            "url": "http://192.168.1.20/",
            "project": {"compose": f"client{number}"},
            "health": {"url": "http://192.168.1.20/"},
            "policy": policies[number // servers % len(policies)],
        }
        for number in range(DOMAINS)
    }
    return {"servers": {f"server{n}": server for n in range(servers)}, "domains": domains}


def typical_visits(seed: str) -> Iterator[int]:
    """A year of visits: people come for some pages each, nine of ten between 8 and 18."""
    chance = random.Random(seed)
    for day in range(DAYS):
        left = A_DAY
        while left:
            hour = 8 + 10 * chance.random() if chance.random() < 0.9 else 23 * chance.random()
            at = FIRST + day * DAY_S + hour * HOUR_S
            pages = min(left, 1 + int(chance.expovariate(1 / 4)))
            left -= pages
            for _ in range(pages):
                yield int(at)
                at += 1 + chance.expovariate(1 / 60)
