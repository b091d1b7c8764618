import asyncio
from collections.abc import Sequence

from hall.application.actuator import Actuator, Drivers
from hall.core.errors import DockerError, StartError
from hall.core.model.commands import StartContainers
from hall.core.model.facts import CommandDone, GuardsRead
from hall.core.model.reason import because
from tests.support.fakes import FakeDocker

ORDER = StartContainers("main", "client1", ("db", "web"))
FILTERED = because("docker_filtered_start", status=403)


class Unwilling(FakeDocker):
    """An engine that does not start what it is told to."""

    def __init__(self, error: DockerError) -> None:
        super().__init__()
        self._error = error

    async def start(self, names: Sequence[str]) -> None:
        raise self._error


async def carried(error: DockerError) -> CommandDone | GuardsRead:
    """What is told of an order that ends in this error."""
    told: asyncio.Queue[CommandDone | GuardsRead] = asyncio.Queue()
    drivers = Drivers(docker={"main": Unwilling(error)})
    actuator = Actuator(drivers, lambda _server, fact: told.put_nowait(fact))
    actuator.carry(ORDER)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(actuator.run())
        fact = await told.get()
        running.cancel()
    return fact


async def test_which_containers_docker_refused_is_told_with_the_reason():
    error = StartError(FILTERED, refused=("web",))
    assert await carried(error) == CommandDone(ORDER, FILTERED, frozenset({"web"}))


async def test_an_engine_that_does_not_answer_is_told_of_the_whole_order():
    assert await carried(DockerError("no answer")) == CommandDone(ORDER, "no answer")
