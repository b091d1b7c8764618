"""What an engine says that is not as expected: it concerns one container, and hides no other."""

from pathlib import Path

import pytest

from hall.adapters.docker.timeouts import DockerTimeouts
from hall.core.model.container import Container, ProjectRef
from tests.adapters.docker.fake_engine import DATE_S, HEAD, NEVER, FakeEngine, inspected
from tests.adapters.docker.projects import CLIENT1, project


async def test_what_cannot_be_asked_of_one_container_is_its_own_trouble(seen, tmp_path: Path):
    fake = project("db", "web")
    fake.answers["GET /containers/db/json"] = (500, b"no JSON")
    db, web = await seen(fake, tmp_path)
    assert (db.name, db.state) == ("db", "unread")
    assert (str(db.unread), web.state) == ("Docker answers with HTTP status 500", "running")


@pytest.mark.slow
async def test_a_container_that_the_engine_never_tells_of_hides_no_other(seen, tmp_path: Path):
    fake = project("db", "web")
    fake.answers["GET /containers/db/json"] = (NEVER, b"")
    db, web = await seen(fake, tmp_path, timeouts=DockerTimeouts(inspect_s=5))
    assert (db.name, db.state, web.state) == ("db", "unread", "running")


async def test_a_page_that_is_not_found_is_no_word_of_an_engine(seen, tmp_path: Path):
    fake = FakeEngine({"GET /containers/web/json": (404, b"404 page not found")})
    [web] = await seen(fake, tmp_path, ProjectRef(compose=None, names=("web",)))
    assert (web.state, str(web.unread)) == ("unread", "Docker answers with HTTP status 404")


@pytest.mark.parametrize("nothing", [None, [None]])
async def test_a_list_of_nothing_is_read_like_an_empty_one(
    facing, seen, tmp_path: Path, nothing: object
):
    fake = FakeEngine({"GET /containers/json": (200, nothing), "GET /_ping": (200, b"OK")})
    assert await seen(fake, tmp_path) == ()
    async with facing(fake, tmp_path) as engine:
        assert (await engine.running(), await engine.traffic(CLIENT1)) == ((), 0)


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"State": {"Status": None, "ExitCode": 0}}, "State.Status"),
        ({"State": None}, "State"),
        ({"State": {"Status": "running", "Pid": "many"}}, "State.Pid"),
    ],
)
async def test_what_cannot_be_read_of_one_container_is_named_and_hides_no_other(
    seen, tmp_path: Path, odd: dict[str, object], field: str
):
    fake = project("db", "web", db={**inspected("db"), **odd})
    fake.answers["GET /containers/json"][1][0] |= {
        "Names": ["/shop-db-1"],
        "Labels": {"com.docker.compose.service": "db", "hall.wait": "no"},
    }
    db, web = await seen(fake, tmp_path)
    assert (db.name, db.service, db.awaited, db.unread) == ("shop-db-1", "db", False, field)
    assert web.state == "running"


async def test_a_line_of_the_list_that_cannot_be_read_hides_no_other(seen, tmp_path: Path):
    fake = project("web")
    fake.answers["GET /containers/json"][1].insert(0, {"Id": None, "Labels": None})
    odd, web = await seen(fake, tmp_path)
    assert (odd.state, odd.unread, web.state) == ("unread", "Id", "running")


@pytest.mark.parametrize(
    "nulls",
    [
        {"NetworkSettings": None, "HostConfig": None, "Config": None},
        {"NetworkSettings": {"Networks": {"p_default": None}}},
        {"Config": {"Labels": {"x": None}, "Healthcheck": None}},
        {"State": {"Status": "running", "ExitCode": None, "Health": {"Status": None, "Log": None}}},
        {"State": {"Status": "running", "Pid": None, "Health": {"Log": [None]}}},
        {"HostConfig": {"RestartPolicy": None, "Links": None, "PortBindings": None}},
    ],
)
async def test_null_is_read_like_absent(facing, seen, tmp_path: Path, nulls: dict[str, object]):
    fake = project("web", web={**inspected("web"), **nulls})
    assert await seen(fake, tmp_path) == (Container(name="web", state="running"),)
    fake.answers["GET /containers/json"][1][0] |= {"Names": None, "HostConfig": None}
    async with facing(fake, tmp_path) as engine:
        assert await engine.running() == ()


@pytest.mark.parametrize("word", [("stopped", "exited"), ("configured", "created")])
async def test_podmans_words_for_a_state_are_understood(
    seen, tmp_path: Path, word: tuple[str, str]
):
    [container] = await seen(project("web", web=inspected("web", word[0])), tmp_path)
    assert container.state == word[1]


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-11-23T08:00:00.110845899Z", DATE_S + 0.110845),
        ("2026-11-23T09:00:00+01:00", DATE_S),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
async def test_when_a_container_began_and_ended_is_told_where_it_is_known(
    seen, tmp_path: Path, told: str, at: float | None
):
    answer = inspected("web")
    answer["State"] |= {"StartedAt": told, "FinishedAt": told}
    [container] = await seen(project("web", web=answer), tmp_path)
    assert (container.began_at, container.ended_at) == (at, at)


@pytest.mark.parametrize("health", ["", "none"])
async def test_an_engine_says_in_its_own_way_that_there_is_no_healthcheck(
    seen, tmp_path: Path, health: str
):
    answer = inspected("web", health={"Status": health, "Log": None})
    [container] = await seen(project("web", web=answer), tmp_path)
    assert container.health is None


@pytest.mark.parametrize("label", ["com.docker.stack.namespace", "com.docker.swarm.service.name"])
async def test_what_swarm_runs_is_told_as_such(seen, tmp_path: Path, label: str):
    stack = label.endswith("namespace")
    row = {"Id": "t1", "Names": ["/st_web.1.x"], "Labels": {label: "st"}}
    fake = FakeEngine({"GET /containers/json": (200, [row])})
    wanted = ProjectRef(compose="st") if stack else ProjectRef(compose=None, names=("st",))
    assert await seen(fake, tmp_path, wanted) == (Container(name="st", state="swarm"),)


async def test_an_engine_in_swarm_mode_says_so_itself(seen, tmp_path: Path):
    answers = {"GET /containers/json": (200, []), "GET /_ping": (200, b"OK")}
    fake = FakeEngine(answers, head=HEAD + "Swarm: active/manager\r\n")
    assert await seen(fake, tmp_path) == (Container(name="client1", state="swarm"),)
    fake = FakeEngine(answers, head=HEAD + "Swarm: inactive\r\n")
    (tmp_path / "b").mkdir()
    assert await seen(fake, tmp_path / "b") == ()
