import asyncio

from hall.core.errors import DockerError
from hall.core.model.container import Container, ContainerChange
from tests.support.small_hall import hasty, small_house


async def test_a_look_that_goes_wrong_is_a_look_that_failed_and_hall_goes_on():
    async with small_house(hasty("app")) as house:
        house.app.fault = LookupError("undefined")
        await house.parts.visits.order("client1")
        await house.until("failed")
        assert house.reason.endswith("The check failed to run: LookupError")


async def test_docker_that_refuses_to_list_is_named_and_nothing_flaps():
    async with small_house(hasty("containers")) as house:
        house.docker.refusal = "forbidden by the socket proxy"
        house.power.boots = (house.network, house.docker)
        await house.parts.visits.order("client1")
        await house.until("failed")
        assert "does not list the containers" in house.reason
        assert "forbidden by the socket proxy" in house.reason
        await house.recorder.flush()
    assert len(house.journal.events) < 20


async def test_an_event_of_docker_lists_the_project_at_once():
    async with small_house() as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        house.docker.known["web"] = Container(name="web", state="exited", exit_code=137)
        house.app.up = False
        house.docker.changed.put_nowait(ContainerChange("web", "client1", stops=True))
        await house.until("unhealthy")
        assert house.reason == "Docker answers, but container web exited: exit 137"


async def test_without_an_event_stream_the_project_is_listed_often():
    async with small_house() as house:
        house.docker.mute = True
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        house.docker.known["web"] = Container(name="web", state="exited", exit_code=137)
        await house.when(lambda view: not view.domain.containers.is_ok)
        assert house.docker.opened == 0


async def test_a_container_that_somebody_stopped_is_told_from_one_that_came_to_its_end():
    async with small_house() as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        await asyncio.sleep(60)
        house.docker.known["db"] = Container(name="db", state="exited", exit_code=0)
        house.app.up = False
        house.docker.changed.put_nowait(ContainerChange("db", "client1", halted=True, stops=True))
        await house.until("unhealthy")
        assert house.reason == "Container db is stopped"


async def test_an_event_stream_that_is_cut_is_opened_again():
    async with small_house() as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        before = house.docker.opened
        house.docker.opened_again.clear()
        house.docker.changed.put_nowait(DockerError("cut"))
        await house.docker.opened_again.wait()
        assert house.docker.opened == before + 1
        assert house.status == "healthy"


async def test_a_stop_that_docker_tells_closes_the_door_until_the_project_answered_again():
    async with small_house() as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        house.app.up = False
        house.docker.changed.put_nowait(ContainerChange("web", "client1", stops=True))
        await house.when(lambda view: not view.ready)
        house.app.up = True
        await house.when(lambda view: view.ready)
        assert house.status == "healthy"


async def test_a_project_that_works_stays_open_when_only_docker_is_gone():
    async with small_house() as house:
        await house.parts.visits.visit("client1")
        await house.until("healthy")
        house.docker.up = False
        await house.when(lambda view: not view.server.docker.is_ok)
        await house.when(lambda view: view.ready)
        assert house.reason.startswith("The project answers, but not all is well")
