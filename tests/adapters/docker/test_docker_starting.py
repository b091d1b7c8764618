"""Starting containers, and what it means when the engine refuses."""

from pathlib import Path

import pytest

from hall.adapters.docker.timeouts import DockerTimeouts
from hall.core.errors import DockerError, StartError
from hall.core.model.reason import because
from tests.adapters.docker.fake_engine import NEVER, FakeEngine
from tests.adapters.docker.projects import CLIENT1


async def test_containers_are_started_in_the_order_given(facing, tmp_path: Path):
    fake = FakeEngine(
        {"POST /containers/db/start": (204, b""), "POST /containers/web/start": (304, b"")}
    )
    async with facing(fake, tmp_path) as engine:
        await engine.start(["db", "web"])
    assert fake.orders == ["POST /containers/db/start", "POST /containers/web/start"]


@pytest.mark.parametrize("status", [409, 500])
async def test_a_paused_container_of_any_engine_is_unpaused(facing, tmp_path: Path, status: int):
    improper = {"message": "must be in Created or Stopped state to be started"}
    answers = {"start": (status, improper), "unpause": (204, b"")}
    fake = FakeEngine({f"POST /containers/web/{key}": value for key, value in answers.items()})
    async with facing(fake, tmp_path) as engine:
        await engine.start(["web"])
    assert fake.orders[-1] == "POST /containers/web/unpause"


@pytest.mark.parametrize("status", [404, 409, 500])
async def test_what_the_engine_refuses_to_start_is_told_in_its_words(
    facing, tmp_path: Path, status: int
):
    refusal = {"message": "Bind for 192.168.1.20:8081 failed: port is already allocated"}
    fake = FakeEngine(
        {
            "POST /containers/web/start": (status, refusal),
            "POST /containers/web/unpause": (500, {"message": "not paused"}),
            "POST /containers/other/start": (204, b""),
        }
    )
    async with facing(fake, tmp_path) as engine:
        with pytest.raises(StartError) as caught:
            await engine.start(["web", "other"])
    assert str(caught.value) == "Bind for …:8081 failed: port is already allocated"
    assert caught.value.refused == {"web"}
    assert "POST /containers/other/start" in fake.orders


@pytest.mark.parametrize("status", [403, 405])
async def test_a_filter_that_refuses_orders_is_told_as_one(facing, tmp_path: Path, status: int):
    """As HAProxy refuses in a socket proxy: with a page, and no word of Docker's."""
    page = b"<html><body><h1>Forbidden</h1></body></html>"
    orders = ("start", "stop")
    fake = FakeEngine({f"POST /containers/web/{order}": (status, page) for order in orders})
    async with facing(fake, tmp_path) as engine:
        with pytest.raises(StartError) as start:
            await engine.start(["web"])
        with pytest.raises(DockerError) as stop:
            await engine.stop(["web"])
    assert [caught.value.why for caught in (start, stop)] == [
        because("docker_filtered_start", status=status),
        because("docker_filtered_stop", status=status),
    ]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, "docker_moved"),
        (308, "docker_moved"),
        (403, "docker_filtered_look"),
        (502, "docker_status"),
    ],
)
async def test_what_a_status_without_words_means_is_told(
    facing, tmp_path: Path, status: int, code: str
):
    fake = FakeEngine({"GET /containers/json": (status, b"<html>"), "GET /_ping": (status, b"")})
    async with facing(fake, tmp_path) as engine:
        with pytest.raises(DockerError) as caught:
            await engine.containers(CLIENT1)
        assert (await engine.ping(2)).detail.code == code
    assert caught.value.why == because(code, status=status)


async def test_a_start_that_takes_too_long_is_given_up(facing, tmp_path: Path):
    fake = FakeEngine({"POST /containers/web/start": (NEVER, b"")})
    async with facing(fake, tmp_path, DockerTimeouts(start_s=0.05)) as engine:
        with pytest.raises(DockerError, match=r"^Docker does not answer$"):
            await engine.start(["web"])


@pytest.mark.slow
async def test_a_start_that_takes_too_long_hinders_no_other(facing, tmp_path: Path):
    fake = FakeEngine({"POST /containers/db/start": (NEVER, b"")})
    fake.answers["POST /containers/web/start"] = (204, b"")
    async with facing(fake, tmp_path, DockerTimeouts(start_s=2.0)) as engine:
        with pytest.raises(StartError, match=r"^Docker does not answer$") as caught:
            await engine.start(["db", "web"])
    assert caught.value.refused == {"db"}
    assert "POST /containers/web/start" in fake.orders
