"""A house whose server can be put to sleep, and how an admin asks it."""

import asyncio
from collections.abc import Callable
from typing import Any

from hall.core.config.document import Configuration
from hall.interface.app import create_app
from tests.support.callers import SCRIPT, Caller
from tests.support.small_hall import SmallHouse, a_document
from tests.support.timeouts import PATIENCE_S

SLEEP = {"method": "webhook", "url": "http://192.0.2.21/off"}
SERVER, DOMAIN = "/api/admin/servers/main", "/api/admin/domains/client1"


def sleepy(server: dict[str, Any] | None = None, **domain: object) -> Configuration:
    """One server that can be put to sleep, with the domain client1 alone on it."""
    document = a_document(**domain)
    document["servers"]["main"] |= {"sleep": SLEEP, **(server or {})}
    del document["domains"]["private"]
    return Configuration.model_validate(document)


async def up(house: SmallHouse) -> None:
    """Have the domain woken, as its visitors do."""
    await house.parts.visits.order("client1")
    await house.until("healthy")


async def until(met: Callable[[], bool]) -> None:
    """Wait for something that is not announced."""
    async with asyncio.timeout(PATIENCE_S):
        while not met():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


class Admin(Caller):
    """Asks as an admin, on the gateway itself, and reads the answer."""

    def __init__(self, house: SmallHouse) -> None:
        super().__init__(create_app(house.parts).test_client(), SCRIPT)

    async def tell(
        self, path: str, body: object = None, method: str = "POST"
    ) -> tuple[int, dict[str, Any]]:
        answer = await self.order(path, body, method)
        return answer.status_code, await answer.get_json()

    async def read(self, path: str) -> dict[str, Any]:
        answer = await self.get(path)
        assert answer.status_code == 200
        seen: dict[str, Any] = await answer.get_json()
        return seen
