"""Through a real front proxy that passes upgrades on, nobody becomes somebody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hall.core.config.document import Configuration
from tests.interface.serving import served
from tests.interface.wire_talk import WEBSOCKET, head, talk
from tests.support.front_proxies import PROXIES, in_front_of
from tests.support.small_hall import a_document, small_house

ADMIN = "192.168.1.5"
VISITOR = "127.0.0.7"
SETTINGS = {"HTTP2_Settings": "AAMAAABkAARAAAAAAAIAAAAA"}
FORGED = head("GET /api/admin/servers", Host="192.168.1.1", X_Forwarded_For=ADMIN)

pytestmark = pytest.mark.parametrize("proxy", PROXIES)


@asynccontextmanager
async def through(proxy: str, folder: Path) -> AsyncIterator[int]:
    document = a_document()
    document["gateway"] = {"trusted_proxies": ["127.0.0.1"], "admin": {"allow": [ADMIN]}}
    async with (
        small_house(Configuration.model_validate(document)) as house,
        served(house) as hall,
        in_front_of(hall, proxy, folder) as port,
    ):
        yield port


async def test_a_forged_address_is_not_believed(tmp_path: Path, proxy: str):
    async with through(proxy, tmp_path) as port, talk(port, VISITOR) as line:
        line.say(FORGED)
        assert (await line.answer())[0] == 403


@pytest.mark.parametrize("settings", [{}, SETTINGS])
async def test_an_upgrade_to_http_2_is_no_tunnel(tmp_path: Path, proxy: str, settings):
    tokens = "Upgrade, HTTP2-Settings" if settings else "Upgrade"
    async with through(proxy, tmp_path) as port, talk(port, VISITOR) as line:
        line.say(head("GET /healthz", Connection=tokens, Upgrade="h2c", **settings) + FORGED)
        assert (await line.answer())[0] == 200
        assert await line.status() in {None, 403}


async def test_a_page_follows_through_it(tmp_path: Path, proxy: str):
    async with through(proxy, tmp_path) as port, talk(port, VISITOR) as line:
        origin = f"http://127.0.0.1:{port}"
        line.say(
            head("GET /_hall/ws/client1", Host=f"127.0.0.1:{port}", Origin=origin, **WEBSOCKET)
        )
        assert (await line.answer())[0] == 101
