import asyncio

import pytest

from hall.application import docker_watcher
from hall.application.hub import Listener
from hall.application.pace import Pace
from hall.application.watchers import Lookout
from hall.core.errors import DockerError
from hall.core.facts import Container, Sight
from hall.core.ports import Change
from hall.core.reasons import because
from small_house import a_cell, hasty, small_house

UP = Sight(ok=True, detail=because("tcp_ok"), took_ms=1.0)
DOWN = Sight(ok=False, detail=because("tcp_silent"))


async def watch(looks: list[tuple[float, Sight]], *, pace: Pace, seconds: float) -> list[Sight]:
    """What a lookout tells when its looks take this long and see this, one after the other."""
    told: list[Sight] = []
    coming = iter(looks)

    async def look(_timeout: float) -> Sight:
        takes, sight = next(coming, (60.0, DOWN))
        await asyncio.sleep(takes)
        return sight

    lookout = Lookout(look, pace=lambda: pace, tell=told.append, news=Listener(a_cell()))
    try:
        async with asyncio.timeout(seconds):
            await lookout.run()
    except TimeoutError:
        pass
    return told


async def test_it_looks_first_and_waits_after():
    assert await watch([(0, UP)], pace=Pace(60, 1), seconds=0.1) == [UP]


async def test_a_look_that_hangs_hides_nothing_from_the_next():
    assert UP in await watch([(60, DOWN), (0, UP)], pace=Pace(0.01, 1, 4), seconds=0.2)


async def test_looks_never_overlap_more_than_allowed():
    assert await watch([(60, DOWN), (0, UP)], pace=Pace(0.01, 1, 1), seconds=0.2) == []


async def test_a_late_failure_does_not_overrule_a_newer_success():
    assert await watch([(0.1, DOWN), (0, UP)], pace=Pace(0.01, 1, 2), seconds=0.3) == [UP]


async def test_what_a_look_finds_is_no_reason_for_the_next():
    news, told = Listener(a_cell()), []

    async def look(_timeout: float) -> Sight:
        news.put(a_cell())
        return UP

    lookout = Lookout(look, pace=lambda: Pace(60, 1), tell=told.append, news=news)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lookout.run(), 0.2)
    assert told == [UP]


async def test_a_look_that_goes_wrong_is_a_look_that_failed_and_hall_goes_on():
    async with small_house(hasty("app")) as house:
        house.app.fault = LookupError("undefined")
        await house.parts.desk.order("client1")
        await house.until("failed")
        assert house.reason.endswith("Hall could not look: LookupError")


async def test_docker_that_refuses_to_list_is_named_and_nothing_flaps():
    async with small_house(hasty("containers")) as house:
        house.docker.refusal = "forbidden by the socket proxy"
        await house.parts.desk.order("client1")
        await house.until("failed")
        assert "does not list the containers" in house.reason
        assert "forbidden by the socket proxy" in house.reason
        await house.recorder.flush()
    assert len(house.journal.events) < 20


async def test_an_event_of_docker_lists_the_project_at_once():
    async with small_house() as house:
        await house.parts.desk.visit("client1")
        await house.until("healthy")
        house.docker.known["web"] = Container(name="web", state="exited", exit_code=137)
        house.docker.changed.put_nowait(Change("web", "client1"))
        await house.until("unhealthy")
        assert house.reason == "Docker answers, but container web exited: exit 137"


async def test_without_an_event_stream_the_project_is_listed_often(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(docker_watcher, "DEAF_S", 0.05)
    async with small_house() as house:
        house.docker.mute = True
        await house.parts.desk.visit("client1")
        await house.until("healthy")
        house.docker.known["web"] = Container(name="web", state="exited", exit_code=137)
        await house.until("unhealthy")
        assert house.docker.opened == 0


async def test_a_container_that_somebody_stopped_is_told_from_one_that_came_to_its_end():
    async with small_house() as house:
        await house.parts.desk.visit("client1")
        await house.until("healthy")
        house.docker.known["db"] = Container(name="db", state="exited", exit_code=0)
        house.docker.changed.put_nowait(Change("db", "client1", halted=True))
        await house.until("unhealthy")
        assert house.reason == "Container db is stopped"


async def test_an_event_stream_that_is_cut_is_opened_again():
    async with small_house() as house:
        await house.parts.desk.visit("client1")
        await house.until("healthy")
        before = house.docker.opened
        house.docker.opened_again.clear()
        house.docker.changed.put_nowait(DockerError("cut"))
        await house.docker.opened_again.wait()
        assert house.docker.opened == before + 1
        assert house.status == "healthy"
