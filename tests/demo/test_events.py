"""The event stream tells what containers do, as it happens and afterwards."""

import asyncio
import json
from dataclasses import replace

import httpx

from tests.demo.staging import docker_up, quick
from tests.support.timeouts import PATIENCE_S

ALWAYS = {"since": "0"}


async def first(stream: httpx.Response, count: int) -> list[dict]:
    lines = stream.aiter_lines()
    async with asyncio.timeout(PATIENCE_S):
        return [json.loads(await anext(lines)) for _ in range(count)]


def actions(events: list[dict]) -> list[str]:
    return [event["Action"] for event in events]


async def test_the_stream_shows_the_start_and_the_health():
    async with docker_up(quick()) as (_, docker), docker.stream("GET", "/events") as stream:
        await docker.post("/containers/demo-db-1/start")
        start, healthy = await first(stream, 2)
    assert actions([start, healthy]) == ["start", "health_status: healthy"]
    assert start["Actor"]["Attributes"]["name"] == "demo-db-1"
    assert start["Actor"]["Attributes"]["com.docker.compose.project"] == "demo"
    assert start["time"] == start["timeNano"] // 10**9


async def test_the_end_of_a_container_comes_with_its_exit_code():
    async with docker_up(quick("broken")) as (_, docker):
        await docker.post("/containers/broken-web-1/start")
        async with docker.stream("GET", "/events", params=ALWAYS) as stream:
            start, die = await first(stream, 2)
    assert actions([start, die]) == ["start", "die"]
    assert die["Actor"]["Attributes"]["exitCode"] == "1"


async def test_a_stop_is_told_as_docker_tells_it():
    async with docker_up(quick()) as (_, docker):
        await docker.post("/containers/demo-db-1/start")
        await docker.post("/containers/demo-db-1/stop")
        wanted = {"filters": json.dumps({"event": ["start", "kill", "die", "stop"]})}
        async with docker.stream("GET", "/events", params=ALWAYS | wanted) as stream:
            assert actions(await first(stream, 4)) == ["start", "kill", "die", "stop"]


async def test_a_sick_container_becomes_unhealthy():
    scene = quick()
    sick = replace(scene, containers=(replace(scene.containers[0], sick=True),))
    async with docker_up(sick) as (_, docker), docker.stream("GET", "/events") as stream:
        await docker.post("/containers/demo-db-1/start")
        assert actions(await first(stream, 2))[1] == "health_status: unhealthy"


async def test_since_replays_from_that_moment_on():
    async with docker_up(quick()) as (_, docker):
        await docker.post("/containers/demo-db-1/start")
        async with docker.stream("GET", "/events", params=ALWAYS) as stream:
            last = (await first(stream, 2))[-1]["timeNano"]
        since = {"since": f"{last // 10**9}.{last % 10**9:09d}"}
        async with docker.stream("GET", "/events", params=since) as stream:
            assert actions(await first(stream, 1)) == ["health_status: healthy"]


async def test_until_ends_the_stream():
    async with docker_up(quick()) as (_, docker):
        await docker.post("/containers/demo-db-1/start")
        async with docker.stream("GET", "/events", params=ALWAYS) as stream:
            start, _ = await first(stream, 2)
        until = {"until": f"{start['time']}.{start['timeNano'] % 10**9:09d}"}
        past = await docker.get("/events", params=until)
    assert json.loads(past.text) == start


async def test_events_are_filtered_by_kind_and_label():
    wanted = {"event": ["health_status"], "label": ["com.docker.compose.service=web"]}
    params = ALWAYS | {"filters": json.dumps(wanted | {"type": ["container"]})}
    async with docker_up(quick()) as (_, docker):
        for service in ("db", "web"):
            await docker.post(f"/containers/demo-{service}-1/start")
        async with docker.stream("GET", "/events", params=params) as stream:
            (event,) = await first(stream, 1)
    assert event["Actor"]["Attributes"]["name"] == "demo-web-1"


async def test_a_moment_that_is_none_is_refused():
    async with docker_up(quick()) as (_, docker):
        answer = await docker.get("/events", params={"since": "yesterday"})
    assert answer.status_code == 400
