"""Orders are carried out within the time that each is given."""

import asyncio

from hall.application.actuator import Actuator, Drivers
from hall.core.model.commands import AskGuards, Command, SendSleep
from hall.core.model.facts import CommandDone, GuardsRead
from hall.core.model.guards import GuardReport
from hall.core.model.reason import because
from tests.support.timeouts import PATIENCE_S


class Slow:
    """A server that is put to sleep when the test says so."""

    def __init__(self) -> None:
        self.told, self.go = asyncio.Event(), asyncio.Event()
        self.asleep = False

    async def sleep(self) -> None:
        self.told.set()
        await self.go.wait()
        self.asleep = True


class Never:
    """A server that takes what it is told, and never answers."""

    async def sleep(self) -> None:
        await asyncio.Event().wait()

    async def report(self) -> GuardReport:
        await asyncio.Event().wait()
        return GuardReport()


async def became(command: Command) -> CommandDone | GuardsRead:
    """What is told of a command to such a server."""
    told: asyncio.Queue[CommandDone | GuardsRead] = asyncio.Queue()
    drivers = Drivers(sleep={"main": Never()}, guards={"main": Never()})
    actuator = Actuator(drivers, lambda _, fact: told.put_nowait(fact))
    running = asyncio.create_task(actuator.run())  # noqa: TID251 - the test ends it
    actuator.carry(command)
    fact = await told.get()
    running.cancel()
    return fact


async def test_a_sleep_order_that_is_not_answered_in_its_time_may_have_arrived():
    order = SendSleep("main", "1", within_s=0.01)
    assert await became(order) == CommandDone(order, error=None)


async def test_guards_that_do_not_answer_in_their_time_are_not_known():
    assert await became(AskGuards("main", 7, within_s=0.01)) == GuardsRead(
        7, None, because("no_answer_in_time")
    )


async def test_who_winds_up_gives_the_sleep_order_to_its_end_and_takes_no_other():
    server, other = Slow(), Slow()
    actuator = Actuator(Drivers(sleep={"main": server, "other": other}), lambda *_: None)
    running = asyncio.create_task(actuator.run())  # noqa: TID251 - the test ends it
    actuator.carry(SendSleep("main", "1", within_s=PATIENCE_S))
    await server.told.wait()
    ending = asyncio.create_task(actuator.wind_up())  # noqa: TID251 - it ends by itself
    await asyncio.sleep(0)
    actuator.carry(SendSleep("other", "2", within_s=PATIENCE_S))
    server.go.set()
    await ending
    running.cancel()
    assert server.asleep
    assert not other.told.is_set()


async def test_who_has_no_sleep_order_to_give_winds_up_at_once():
    await Actuator(Drivers(), lambda *_: None).wind_up()
