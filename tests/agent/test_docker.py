"""The agent in front of a Docker Engine: what it passes on, and which orders it gives."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hall.agent.bounds import Bounds
from hall.agent.settings import Allowed
from tests.adapters.docker.fake_engine import NEVER, FakeEngine, inspected, on_unix
from tests.agent.agents import Agent, agent
from tests.support.timeouts import PATIENCE_S

FULL = "ab" * 32


def engine(name: str = "web", project: str | None = "shop", **more: object) -> FakeEngine:
    labels = {} if project is None else {"project": project}
    found = {**inspected(name, labels=labels), "Id": FULL}
    answers = {f"GET /containers/{key}/json": (200, found) for key in (name, FULL, FULL[:12])}
    orders = {f"POST /containers/{FULL}/{order}": (204, b"") for order in ("start", "stop")}
    return FakeEngine({**answers, **orders, **more})


@asynccontextmanager
async def before(
    fake: FakeEngine, folder: Path, *projects: str, **more: object
) -> AsyncIterator[Agent]:
    async with on_unix(fake, folder) as url:
        allowed = Allowed(frozenset(projects), frozenset({"lone"}))
        async with agent(docker=url.removeprefix("unix://"), allowed=allowed, **more) as one:
            yield one


@pytest.mark.parametrize("order", ["start", "stop"])
async def test_a_container_of_an_allowed_project_is_given_orders_by_its_full_id(
    tmp_path: Path, order: str
):
    fake = engine()
    async with before(fake, tmp_path, "shop") as one:
        heard = await one.ask("POST", f"/v1/docker/containers/web/{order}")
    assert (heard.status, fake.asked[-1]) == (204, f"POST /containers/{FULL}/{order}")


@pytest.mark.parametrize("projects", [(), ("other",), ("sho",), ("shop2",)])
async def test_no_other_container_is_given_any(tmp_path: Path, projects: tuple[str, ...]):
    fake = engine()
    async with before(fake, tmp_path, *projects) as one:
        heard = await one.ask("POST", "/v1/docker/containers/web/start")
    assert (heard.status, heard.code) == (403, "not_allowed")
    assert heard.json["message"] == "the agent may not start container web"
    assert fake.asked == ["GET /containers/web/json"]


async def test_all_projects_are_not_all_containers(tmp_path: Path):
    async with before(engine(project=None), tmp_path, "*") as one:
        heard = await one.ask("POST", "/v1/docker/containers/web/start")
    assert heard.status == 403


async def test_a_container_may_be_allowed_by_name_or_with_all_projects(tmp_path: Path):
    async with before(engine("lone", None), tmp_path) as one:
        assert (await one.ask("POST", "/v1/docker/containers/lone/start")).status == 204
    async with before(engine(), tmp_path, "*") as one:
        assert (await one.ask("POST", "/v1/docker/containers/web/start")).status == 204


async def test_the_beginning_of_an_id_is_no_container(tmp_path: Path):
    async with before(engine(), tmp_path, "shop") as one:
        heard = await one.ask("POST", f"/v1/docker/containers/{FULL[:12]}/stop")
        assert (heard.status, heard.code) == (404, "no_container")
        assert (await one.ask("POST", f"/v1/docker/containers/{FULL}/stop")).status == 204


async def test_dockers_own_refusal_is_passed_on_in_its_words(tmp_path: Path):
    refused = {f"POST /containers/{FULL}/start": (500, {"message": "port is taken"})}
    async with before(engine(**refused), tmp_path, "shop") as one:
        heard = await one.ask("POST", "/v1/docker/containers/web/start")
        assert (heard.status, heard.json) == (500, {"message": "port is taken"})
        assert (await one.ask("POST", "/v1/docker/containers/gone/start")).status == 404


@pytest.mark.parametrize("answer", [b"null", b"{}", b'{"Id": 7, "Name": []}', b"no JSON"])
async def test_a_container_that_is_not_described_is_given_no_order(tmp_path: Path, answer: bytes):
    fake = FakeEngine({"GET /containers/web/json": (200, answer)})
    async with before(fake, tmp_path, "*") as one:
        heard = await one.ask("POST", "/v1/docker/containers/web/start")
    assert (heard.status, len(fake.asked)) == (404, 1)


async def test_what_no_rule_lets_pass_does_not_reach_docker(tmp_path: Path):
    fake = engine()
    async with before(fake, tmp_path, "*") as one:
        for target in ("/version", "/containers/../version", "//_ping", "/"):
            heard = await one.ask("GET", f"/v1/docker{target}")
            assert (heard.status, heard.code) == (403, "not_allowed")
        assert (await one.ask("GET", "/v1/dockerx/_ping")).status == 403
        assert (await one.ask("POST", "/v1/docker/containers/..%2Fx/start")).status == 404
        assert (await one.ask("GET", "/v1/docker")).status == 403
    assert fake.asked == []


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [({"GET /_ping": (NEVER, b"")}, "silent"), ({"GET /_ping": (200, b"x" * 9_000_000)}, "broken")],
)
async def test_what_docker_does_not_answer_is_told(tmp_path: Path, answers: object, trouble: str):
    bounds = Bounds(docker_s=0.3 if trouble == "silent" else PATIENCE_S)
    async with before(FakeEngine(answers), tmp_path, bounds=bounds) as one:
        heard = await one.ask("GET", "/v1/docker/_ping")
    assert (heard.status, heard.headers["hall-trouble"]) == (502, trouble)


async def test_a_docker_that_is_not_there_refuses(tmp_path: Path):
    async with agent(docker=str(tmp_path / "none.sock")) as one:
        heard = await one.ask("GET", "/v1/docker/_ping")
    assert (heard.headers["hall-trouble"], heard.json["message"]) == (
        "refused",
        "Docker is not listening",
    )


async def test_a_server_without_docker_says_so():
    async with agent(docker=None) as one:
        heard = await one.ask("GET", "/v1/docker/_ping")
    assert heard.status == 403
    assert heard.json["message"] == "this agent runs without Docker (--docker none)"
