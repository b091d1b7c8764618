"""How soon after the project's own first answer is a visitor in, by its HEALTHCHECK?

The lab's server stays up: real Docker, published ports, and a site that answers 1 to 5 s after
its container was started. The containers take turns; each was stopped, and seen to be, before it
is woken again.
"""

import asyncio
import json
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx
from playwright.async_api import Browser
from websockets.asyncio.client import connect

from bench.containers import (
    HALL_ASKS,
    KINDS,
    PROBER_ASKS,
    VISITOR_ASKS,
    Kind,
    config_for,
    server_with,
)
from tests.lab.docker_api import DockerApi
from tests.lab.gateway import Gateway
from tests.lab.needs import why_not
from tests.lab.server import LabServer
from tests.support.chromium import a_browser, a_person

WAKES = 20
LONGEST_S = 60.0
VISITORS = ("REST", "socket", "Chromium")


@dataclass(slots=True)
class Tally:
    """What was measured of one kind: seconds by visitor, and requests before it was ready."""

    late: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    requests: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a wake is measured with."""

    hall: Gateway
    server: LabServer
    docker: DockerApi
    browser: Browser


async def main() -> None:
    """Wake the containers in turns, and print how late everybody was let in."""
    if (reason := why_not()) is not None:
        print(f"\nReadiness was not measured: {reason}")
        return
    tallies = {kind: Tally() for kind in KINDS}
    with (
        tempfile.TemporaryDirectory() as folder,
        server_with(KINDS) as (server, docker),
        Gateway(Path(folder), config_for(server, KINDS)) as hall,
    ):
        async with a_browser() as browser:
            bench = Bench(hall, server, docker, browser)
            for _ in range(WAKES):
                for kind, tally in tallies.items():
                    await _one(bench, kind, tally)
    _show(tallies)


async def _one(bench: Bench, kind: Kind, tally: Tally) -> None:
    """One wake by a person's browser, watched by the others."""
    await _at_rest(bench, kind)
    before = _asked_by_hall(bench, kind)
    page = await a_person(bench.browser)
    async with asyncio.timeout(LONGEST_S), asyncio.TaskGroup() as group:
        answered = group.create_task(_answers(bench, kind))
        told = group.create_task(_told(bench, kind))
        ready = group.create_task(_ready(bench, kind))
        await page.goto(f"{bench.hall.url}/{kind.name}{VISITOR_ASKS}", wait_until="commit")
        await page.wait_for_url(bench.server.url(VISITOR_ASKS, port=kind.port), wait_until="commit")
        inside = _now()
    tally.requests.append(ready.result()[1] - before)
    moments = zip(VISITORS, (ready.result()[0], told.result(), inside), strict=True)
    for visitor, moment in moments:
        tally.late[visitor].append(moment - answered.result())
    await page.context.close()
    await asyncio.to_thread(bench.docker.stop, kind.name)


async def _at_rest(bench: Bench, kind: Kind) -> None:
    """Wait until Hall has seen that neither the container runs nor its site answers."""
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            state = (await client.get(f"{bench.hall.url}/api/status/{kind.name}")).json()
            seen = {check["name"]: check["state"] for check in state["checks"]}
            if seen["docker"] == "ok" and seen["containers"] != "ok" and seen["app"] != "ok":
                return
            await asyncio.sleep(0.1)


async def _answers(bench: Bench, kind: Kind) -> float:
    """When the site answered first: asked each 10 ms."""
    question = f"GET {PROBER_ASKS} HTTP/1.0\r\n\r\n".encode()
    while True:
        try:
            reader, writer = await asyncio.open_connection(bench.server.address, kind.port)
            writer.write(question)
            answer = await reader.read(8)
            writer.close()
        except OSError:
            answer = b""
        if answer.startswith(b"HTTP/"):
            return _now()
        await asyncio.sleep(0.01)


async def _told(bench: Bench, kind: Kind) -> float:
    """When the live socket said that it is ready."""
    async with connect(f"{bench.hall.websocket_url}/_hall/ws/{kind.name}") as socket:
        async for text in socket:
            if json.loads(text)["ready"]:
                return _now()
    raise ConnectionError("the socket closed before the domain was ready")


async def _ready(bench: Bench, kind: Kind) -> tuple[float, int]:
    """When a script's long poll said that it is ready, and how often Hall had asked by then."""
    url = f"{bench.hall.url}/api/status/{kind.name}?wait=60&until=healthy"
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = (await client.get(url, timeout=LONGEST_S + 10)).json()
    if not answer["ready"]:
        raise TimeoutError(f"{kind.title}: {answer['reason']}")
    return _now(), await asyncio.to_thread(_asked_by_hall, bench, kind)


def _asked_by_hall(bench: Bench, kind: Kind) -> int:
    return bench.server.requests(kind.name).count(HALL_ASKS)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _show(tallies: dict[Kind, Tally]) -> None:
    print(f"\nLateness in ms after the project's first answer, {WAKES} wakes of a real container")
    print(f"{'':<32}{'p50':>8}{'p95':>8}{'worst':>8}{'p50, times the first':>24}")
    first = next(iter(tallies.values()))
    for visitor in VISITORS:
        base = _cuts(first.late[visitor])[0]
        for kind, tally in tallies.items():
            p50, p95, worst = _cuts(tally.late[visitor])
            row = f"{visitor}, {kind.title}"
            print(f"{row:<32}{p50:>8.0f}{p95:>8.0f}{worst:>8.0f}{p50 / base:>24.2f}")
    print("\nRequests of Hall's that the project saw before it was ready")
    for kind, tally in tallies.items():
        counts = sorted(tally.requests)
        print(f"{kind.title:<32}{counts[len(counts) // 2]:>8} in the middle, {counts[-1]} at most")


def _cuts(seconds: list[float]) -> tuple[float, float, float]:
    """The middle, the 95th percentile and the worst, in ms."""
    cuts = quantiles([1000 * one for one in seconds], n=20, method="inclusive")
    return cuts[9], cuts[18], 1000 * max(seconds)
