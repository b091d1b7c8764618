"""A gateway without a clock of its own: days behind at its start, set right while Hall runs."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.gateway import served
from tests.adapters.neighbours import dropping
from tests.support.ports import a_free_port

pytestmark = pytest.mark.slow

BEHIND = timedelta(days=3)
FIVE_MINUTES_S = 300


def libfaketime() -> str:
    """What lies to a process about the date; its running clocks are left alone."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        refuse = pytest.fail if os.environ.get("HALL_TEST_ALL") == "1" else pytest.skip
        refuse("libfaketime is not installed (Debian: faketime)")
    return str(found[0])


def document(silent: int) -> dict[str, Any]:
    """A server that never answers: one domain opens today, and one is woken by visits."""
    today = datetime.fromtimestamp(time.time(), UTC).date()  # noqa: TID251 - as the test lies about
    days = [str(today + timedelta(n)) for n in (0, 1)]
    opened = {"type": "scheduled", "inside": "on_demand"}
    whole_days = [{"date": day, "from": "00:00", "to": "24:00"} for day in days]
    main = {
        "name": "Main",
        "address": "127.0.0.1",
        "network": {"method": "tcp", "port": silent},
        "wake": {"method": "wol", "mac": "02:00:00:00:00:01", "destinations": ["127.0.0.1"]},
        "deadlines": {"network": 3600},
    }
    fair = {"name": "Fair", "server": "main", "url": "http://127.0.0.1:9/"}
    policy = {**opened, "extra": whole_days}
    return {
        "servers": {"main": main},
        "domains": {"shop": fair, "fair": {**fair, "policy": policy}},
    }


@dataclass
class Gateway:
    """A running Hall, and the file that says how far its clock is off."""

    http: httpx.AsyncClient
    offset: Path
    log: Path

    async def state(self, domain: str) -> dict[str, Any]:
        """Where a domain stands."""
        found: dict[str, Any] = (await self.http.get(f"/api/status/{domain}")).json()
        return found

    async def until(self, domain: str, met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Its state once this is true, which may take as long as it is looked at the clock."""
        for _ in range(1200):
            if met(state := await self.state(domain)):
                return state
            await asyncio.sleep(0.05)
        raise TimeoutError(self.log.read_text())


@pytest.fixture
async def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    offset, port = tmp_path / "offset", a_free_port()
    offset.write_text(f"-{BEHIND.days}d\n")
    told = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1"}
    lies = {"LD_PRELOAD": libfaketime(), "FAKETIME_TIMESTAMP_FILE": str(offset), **told}
    with dropping() as silent:
        config = tmp_path / "domains.json"
        config.write_text(json.dumps(document(silent)))
        for name, value in lies.items():
            monkeypatch.setenv(name, value)
        async with (
            served(config, port, tmp_path),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
        ):
            yield Gateway(http, offset, tmp_path / "hall.log")


def days_off(state: dict[str, Any]) -> float:
    """How far the time that Hall tells is from the true one, in whole days."""
    told = datetime.fromisoformat(state["server_time"]).timestamp()
    return round((told - time.time()) / 86_400)  # noqa: TID251 - the true one


async def test_windows_follow_the_clock_that_is_set_and_a_wake_goes_on(gateway: Gateway):
    before = await gateway.until("fair", lambda state: state["status"] == "asleep")
    assert (days_off(before), before["closed"]["code"]) == (-3, "closed")
    await gateway.http.post("/api/wake/shop")
    gateway.offset.write_text("+0\n")
    opened = await gateway.until("fair", lambda state: state["closed"] is None)
    shop = await gateway.state("shop")
    assert days_off(opened) == 0
    assert (shop["status"], shop["wake"]["elapsed_s"] < FIVE_MINUTES_S) == ("waking", True)
    assert gateway.log.read_text().count("The clock was set forward by") == 1


async def test_a_clock_that_is_set_back_closes_again(gateway: Gateway):
    gateway.offset.write_text("+0\n")
    await gateway.until("fair", lambda state: state["closed"] is None)
    await gateway.http.post("/api/wake/shop")
    gateway.offset.write_text("-3d\n")
    closed = await gateway.until("fair", lambda state: state["closed"] is not None)
    shop = await gateway.state("shop")
    assert days_off(closed) == -3
    assert (shop["status"], 0 <= shop["wake"]["elapsed_s"] < FIVE_MINUTES_S) == ("waking", True)
