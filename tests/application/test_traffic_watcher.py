"""The traffic of containers is measured while their Docker answers, and only then."""

import asyncio

import pytest

from hall.application.traffic_watcher import LEAST_S, TrafficWatcher
from hall.core.config.policies import ActivityConfig
from hall.core.errors import DockerError
from hall.core.model.facts import TrafficSeen
from hall.core.model.reason import because
from tests.core import scenes as s
from tests.support.fakes import FakeDocker

BRIEF = s.with_project(idle_minutes=0.02)


async def told(cell: s.Dialogue, docker: FakeDocker, seconds: float = 0.05) -> list[TrafficSeen]:
    """What a watcher of this server tells in this time."""
    facts: list[TrafficSeen] = []
    watcher = TrafficWatcher(
        docker, cell=lambda: cell.cell, tell=facts.append, changed=asyncio.Event().wait
    )
    try:
        async with asyncio.timeout(seconds):
            await watcher.run()
    except TimeoutError:
        pass
    return facts


async def test_it_measures_at_once_and_again_before_rest_is_due():
    docker = FakeDocker()
    docker.bytes = 1234
    facts = await told(s.healthy(client1=BRIEF), docker, LEAST_S * 1.5)
    assert facts == [TrafficSeen("client1", 1234)] * 2


async def test_nothing_is_measured_on_a_server_that_sleeps():
    assert await told(s.asleep(client1=BRIEF), FakeDocker()) == []


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (DockerError("no such container"), "no such container"),
        (TimeoutError(), because("no_answer_in_time")),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (None, because("traffic_uncountable")),
    ],
)
async def test_what_cannot_be_measured_is_told_with_the_reason(fault, why):
    docker = FakeDocker()
    docker.bytes, docker.traffic_fault = None, fault
    assert await told(s.healthy(client1=BRIEF), docker) == [TrafficSeen("client1", None, why)]


async def test_a_domain_whose_traffic_does_not_count_is_not_measured():
    uncounted = BRIEF.model_copy(update={"activity": ActivityConfig(traffic_kb_per_minute=None)})
    assert await told(s.healthy(client1=uncounted), FakeDocker()) == []
