"""What a crowd of servers costs: the first answer, a quiet minute, memory, a wake in it, the stop.

Hall runs in a process of its own, in a network where nobody answers, or everybody does. CPU seconds
are told beside those of the clock, because a busy machine stretches the latter alone.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import httpx

from bench.houses import APP_PORT, LONE_DOMAINS, Crowd, document, enter_own_network
from bench.ports import a_free_port

CROWDS = (
    Crowd(1, 1),
    Crowd(10, 2),
    Crowd(100, 5),
    Crowd(300, 10),
    Crowd(1000, 10),
    Crowd(1000, 10, awake=True),
)
PATIENCE_S = 300.0
SETTLE_S = 75.0
"""Until each link was looked at: an app waits a minute for its turn at most."""

QUIET_S = 60.0
QUESTIONS = 500
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_LATE = Path(__file__).with_name("late.py")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one Hall cost; seconds, a share of a core, and MB."""

    check_cpu_s: float
    first_s: float
    first_cpu_s: float
    share: float
    rss_mb: float
    status_s: Sequence[float]
    stop_s: float
    late_s: Sequence[float]
    told_s: Sequence[float]


def main(sizes: Sequence[str]) -> None:
    """Measure each crowd with this checkout, and with the one of ``--hall``; print both."""
    if not enter_own_network():
        print("\nA crowd was not measured: a network of its own needs root (CAP_SYS_ADMIN)")
        return
    here = Path(__file__).parents[1] / "backend"
    other = os.environ.get("PYTHONPATH")
    checkouts = {"here": str(here)} | ({"there": other} if other else {})
    print(f"\nA crowd at rest\n{'':<22}" + "".join(f"{title:>{width}}" for title, width in _HEAD))
    for crowd in CROWDS:
        if not sizes or f"{crowd.servers}x{crowd.domains}{'a' * crowd.awake}" in sizes:
            for name, backend in checkouts.items():
                print(f"{crowd!s:<22}{name:>6}{_shown(asyncio.run(_measure(crowd, backend)))}")


_HEAD = (
    *(("", 6), ("check CPU s", 13), ("first answer s", 16), ("its CPU s", 11), ("% of a core", 13)),
    *(("MB", 7), ("status p50, p99 ms", 20), ("stop s", 8), ("late p99 ms", 13), ("told ms", 9)),
)


def _shown(one: Figures | None) -> str:
    if one is None:
        return f"   no answer within {PATIENCE_S:.0f} s"
    status, late = quantiles(one.status_s, n=100), quantiles(one.late_s, n=100)
    return (
        f"{one.check_cpu_s:>13.2f}{one.first_s:>16.2f}{one.first_cpu_s:>11.2f}"
        f"{100 * one.share:>13.2f}{one.rss_mb:>7.0f}"
        f"{f'{1000 * status[49]:.1f}, {1000 * status[98]:.1f}':>20}"
        f"{one.stop_s:>8.2f}{1000 * late[98]:>13.1f}{1000 * median(one.told_s):>9.1f}"
    )


async def _measure(crowd: Crowd, backend: str) -> Figures | None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "domains.json").write_text(json.dumps(document(crowd)))
        environment = os.environ | {"PYTHONPATH": backend}
        check_cpu_s = _check_cpu_s(folder, environment)
        async with _projects(crowd):
            return await _served(crowd, folder, environment, check_cpu_s)


def _check_cpu_s(folder: Path, environment: dict[str, str]) -> float:
    before = os.times()
    command = [sys.executable, "-m", "hall", "check", "--config", str(folder / "domains.json")]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


@asynccontextmanager
async def _projects(crowd: Crowd) -> AsyncIterator[None]:
    """One small site for all that are awake, in a process of its own."""
    if not crowd.awake:
        yield
        return
    site = [sys.executable, "-m", "bench.answering", str(APP_PORT)]
    process = await asyncio.create_subprocess_exec(*site)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _served(
    crowd: Crowd, folder: Path, environment: dict[str, str], check_cpu_s: float
) -> Figures | None:
    port, begun = a_free_port(), perf_counter()
    command = (
        *(sys.executable, str(_LATE), str(folder / "late"), "serve"),
        *("--config", str(folder / "domains.json"), "--data", str(folder / "data")),
        *("--host", "127.0.0.1", "--port", str(port)),
    )
    with (folder / "hall.log").open("wb") as log:
        hall = await asyncio.create_subprocess_exec(
            *command, stdout=log, stderr=log, env=environment
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as api:
            if not await _answers(api, hall):
                return None
            first_s, first_cpu_s = perf_counter() - begun, _cpu_s(hall.pid)
            share, status_s = await _at_rest(hall.pid), await _status(api, crowd)
            rss_mb, told_s = _rss_mb(hall.pid), await _told(api)
        begun = perf_counter()
        hall.terminate()
        await hall.wait()
        late = array("f", (folder / "late").read_bytes())
        return Figures(
            *(check_cpu_s, first_s, first_cpu_s, share, rss_mb, status_s, perf_counter() - begun),
            late,
            told_s,
        )
    finally:
        if hall.returncode is None:
            hall.kill()
            await hall.wait()


async def _answers(api: httpx.AsyncClient, hall: asyncio.subprocess.Process) -> bool:
    until = perf_counter() + PATIENCE_S
    while perf_counter() < until and hall.returncode is None:
        try:
            if (await api.get("/healthz", timeout=5)).is_success:
                return True
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.02)
    return False


async def _at_rest(pid: int) -> float:
    """The share of a core that a quiet minute takes."""
    await asyncio.sleep(SETTLE_S)
    os.kill(pid, signal.SIGUSR1)  # from here on it counts how late it is
    before = _cpu_s(pid)
    await asyncio.sleep(QUIET_S)
    return (_cpu_s(pid) - before) / QUIET_S


async def _status(api: httpx.AsyncClient, crowd: Crowd) -> list[float]:
    """Seconds of one question after the other, each for another domain."""
    took = []
    for _ in range(QUESTIONS):
        name = f"s{random.randrange(crowd.servers)}-d{random.randrange(crowd.domains)}"
        begun = perf_counter()
        (await api.get(f"/api/status/{name}", timeout=PATIENCE_S)).raise_for_status()
        took.append(perf_counter() - begun)
        await asyncio.sleep(0.005)
    return took


async def _told(api: httpx.AsyncClient) -> list[float]:
    """Seconds from the order of a wake until one who waits is told of it, domain by domain."""
    took = []
    for number in range(LONE_DOMAINS):
        name = f"lone-d{number}"
        async with asyncio.TaskGroup() as group:
            poll = f"/api/status/{name}?wait=20&until=waking"
            told = group.create_task(api.get(poll, timeout=PATIENCE_S), name="told")
            await asyncio.sleep(0.2)
            begun = perf_counter()
            (await api.post(f"/api/wake/{name}", timeout=PATIENCE_S)).raise_for_status()
            (await told).raise_for_status()
            took.append(perf_counter() - begun)
    return took


def _cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used, by proc_pid_stat(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def _rss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
