from collections.abc import AsyncIterator

import pytest
from quart.typing import TestClientProtocol

from hall.interface.app import create_app
from tests.support.callers import BROWSER, ROBOT, SCRIPT, Caller
from tests.support.small_hall import PROXY, SmallHouse, small_house


@pytest.fixture
async def house() -> AsyncIterator[SmallHouse]:
    async with small_house() as running:
        yield running


@pytest.fixture
def client(house: SmallHouse) -> TestClientProtocol:
    return create_app(house.parts).test_client()


@pytest.fixture
def browser(client: TestClientProtocol) -> Caller:
    return Caller(client, BROWSER)


@pytest.fixture
def script(client: TestClientProtocol) -> Caller:
    return Caller(client, SCRIPT)


@pytest.fixture
def robot(client: TestClientProtocol) -> Caller:
    return Caller(client, ROBOT)


@pytest.fixture
def proxied(client: TestClientProtocol) -> Caller:
    """A script behind the front proxy: it needs its address, as the proxy tells it."""
    return Caller(client, SCRIPT, peer=PROXY)
