"""Every test that faces a fake engine does so by each way there is: the behaviour is the same."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hall.adapters.docker.timeouts import DockerTimeouts
from hall.core.model.container import Container, ProjectRef
from tests.adapters.docker.engines import WAYS, Facing, by_agent, straight, through
from tests.adapters.docker.fake_engine import FakeEngine
from tests.adapters.docker.projects import CLIENT1

NOT_BY_AGENT = {
    "test_the_list_and_its_containers_share_one_connection": "it has one for each question",
    "test_many_containers_are_asked_side_by_side_but_not_all_at_once": "the same",
    "test_an_answer_in_another_shape_is_an_error": "it passes on null in its place",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "facing" in metafunc.fixturenames:
        left_out = metafunc.function.__name__ in NOT_BY_AGENT
        ways = [way for way in WAYS if way != "agent" or not left_out]
        metafunc.parametrize("facing", ways, indirect=True)


@pytest.fixture
def facing(request: pytest.FixtureRequest, tmp_path: Path) -> Facing:
    match request.param:
        case "ssh":
            return Facing(through(request.getfixturevalue("sshd")))
        case "agent":
            return Facing(by_agent(tmp_path))
        case _:
            return Facing(straight)


@pytest.fixture
def seen(facing: Facing) -> Callable[..., Awaitable[tuple[Container, ...]]]:
    """What Hall sees of a project of a fake engine."""

    async def saw(
        fake: FakeEngine,
        folder: Path,
        wanted: ProjectRef = CLIENT1,
        timeouts: DockerTimeouts = DockerTimeouts(),
    ) -> tuple[Container, ...]:
        async with facing(fake, folder, timeouts) as engine:
            return await engine.containers(wanted)

    return saw
