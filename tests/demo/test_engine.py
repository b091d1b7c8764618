"""The simulated Docker Engine answers like a real one."""

import json

import httpx
import pytest

from hall.adapters.docker.engine import DockerEngine
from hall.adapters.docker.transport import tcp
from hall.adapters.probes.resolver import Names
from hall.core.model.container import ProjectRef
from tests.demo.staging import (
    docker_up,
    quick,
    site_up,
    state_of,
    stats_of,
    until,
    until_closed,
    until_open,
)

pytestmark = pytest.mark.slow

COMPOSE = {"filters": json.dumps({"label": ["com.docker.compose.project=demo"]})}


def names(answer: httpx.Response) -> list[str]:
    return [one["Names"][0] for one in answer.json()]


async def test_the_engine_answers_ping_and_version_with_its_api():
    async with docker_up(quick()) as (_, docker):
        ping = await docker.get("/_ping")
        version = (await docker.get("/v1.41/version")).json()
    assert (ping.text, ping.headers["Api-Version"]) == ("OK", version["ApiVersion"])


async def test_a_head_ping_has_no_body():
    async with docker_up(quick()) as (_, docker):
        assert (await docker.head("/_ping")).content == b""
        assert (await docker.get("/_ping")).text == "OK"


async def test_an_api_from_the_future_is_refused():
    async with docker_up(quick()) as (_, docker):
        answer = await docker.get("/v1.99/version")
    assert (answer.status_code, "too new" in answer.json()["message"]) == (400, True)


async def test_the_list_has_the_containers_of_the_project():
    async with docker_up(quick()) as (_, docker):
        answer = await docker.get("/containers/json", params=COMPOSE | {"all": "1"})
    assert names(answer) == ["/demo-web-1", "/demo-db-1"]
    assert answer.json()[0]["Labels"]["com.docker.compose.depends_on"] == "db:service_healthy:false"


async def test_the_list_of_another_project_is_empty():
    other = json.dumps({"label": {"com.docker.compose.project=other": True}})
    async with docker_up(quick()) as (_, docker):
        answer = await docker.get("/containers/json", params={"all": "1", "filters": other})
    assert answer.json() == []


async def test_the_list_leaves_out_what_is_stopped_unless_asked():
    async with docker_up(quick()) as (_, docker):
        await docker.post("/containers/demo-db-1/start")
        assert names(await docker.get("/containers/json")) == ["/demo-db-1"]


async def test_containers_are_found_by_name():
    by_name = {"all": "true", "filters": json.dumps({"name": ["^/?demo-db-1$"]})}
    async with docker_up(quick()) as (_, docker):
        answer = await docker.get("/containers/json", params=by_name)
    assert names(answer) == ["/demo-db-1"]


async def test_a_filter_that_docker_does_not_know_is_refused():
    async with docker_up(quick()) as (_, docker):
        for filters in ('{"colour": ["red"]}', "no json", "[]", '{"name": ["("]}'):
            answer = await docker.get("/containers/json", params={"all": 1, "filters": filters})
            assert answer.status_code == 400


async def test_what_is_not_there_is_404_and_what_is_not_done_is_405():
    async with docker_up(quick()) as (_, docker):
        assert (await docker.get("/containers/nobody/json")).status_code == 404
        assert (await docker.get("/swarm")).json() == {"message": "page not found"}
        assert (await docker.get("/containers/demo-db-1/start")).status_code == 405


async def test_a_started_container_runs_and_becomes_healthy():
    async with docker_up(quick()) as (_, docker):
        assert (await state_of(docker, "db"))["Status"] == "created"
        assert (await docker.post("/containers/demo-db-1/start")).status_code == 204

        async def healthy() -> bool:
            return (await state_of(docker, "db"))["Health"]["Status"] == "healthy"

        await until(healthy)
        listed = (await docker.get("/containers/json")).json()
    assert listed[0]["Status"] == "Up Less than a second (healthy)"


async def test_starting_what_runs_changes_nothing():
    async with docker_up(quick()) as (_, docker):
        await docker.post("/containers/demo-db-1/start")
        assert (await docker.post("/v1.41/containers/demo-db-1/start")).status_code == 304


async def test_a_stopped_container_is_over_and_can_be_started_again():
    async with site_up(quick()) as (server, _, docker):
        assert (await docker.post("/containers/demo-web-1/stop")).status_code == 204
        assert (await docker.post("/containers/demo-web-1/stop")).status_code == 304
        await until_closed(server.ports.app)
        assert (await state_of(docker, "web"))["Status"] == "exited"
        assert (await docker.post("/containers/demo-web-1/start")).status_code == 204
        await until_open(server.ports.app)


async def test_a_running_container_has_a_process_an_address_and_counters():
    async with docker_up(quick()) as (_, docker):
        assert "networks" not in await stats_of(docker, "db")
        await docker.post("/containers/demo-db-1/start")
        found = (await docker.get("/containers/demo-db-1/json")).json()
        counters = (await stats_of(docker, "db"))["networks"]["eth0"]
    assert found["State"]["Pid"] > 1
    assert found["NetworkSettings"]["Networks"]["demo_default"]["IPAddress"] == "172.18.0.2"
    assert (counters["rx_bytes"], counters["tx_bytes"]) == (0, 0)


async def test_halls_own_engine_reads_traffic_and_what_runs():
    async with site_up(quick()) as (server, app, _):
        engine = DockerEngine(tcp(f"127.0.0.1:{server.ports.docker}", None, Names()))
        before = await engine.traffic(ProjectRef(compose="demo"))
        await app.get("/")
        assert before is not None
        assert (await engine.traffic(ProjectRef(compose="demo")) or 0) > before
        assert [(one.name, one.addresses) for one in await engine.running()] == [
            ("demo-web-1", ("172.18.0.3",))
        ]


async def test_a_container_is_found_by_the_beginning_of_its_id():
    async with docker_up(quick()) as (_, docker):
        whole = (await docker.get("/containers/demo-web-1/json")).json()
        short = (await docker.get(f"/containers/{whole['Id'][:12]}/json")).json()
    assert short["Name"] == "/demo-web-1"


async def test_the_broken_web_container_exits_with_1():
    async with docker_up(quick("broken")) as (_, docker):
        await docker.post("/containers/broken-web-1/start")

        async def exited() -> bool:
            return (await state_of(docker, "web", "broken"))["Status"] == "exited"

        await until(exited)
        state = await state_of(docker, "web", "broken")
        listed = (await docker.get("/containers/json?all=1")).json()
    assert (state["ExitCode"], state["Running"]) == (1, False)
    assert listed[0]["Status"].startswith("Exited (1)")
