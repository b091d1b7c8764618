import asyncio

import pytest

from hall.application.hub import Hub, HubClosedError
from hall.core.errors import BusyError
from tests.support.small_hall import a_cell


async def test_a_listener_gets_the_snapshot_at_once():
    with Hub(limit=1).listener("domain:a", a_cell()) as listener:
        assert (await listener.next()).id == "main"


async def test_a_slow_listener_skips_to_the_latest_state():
    hub = Hub(limit=1)
    with hub.listener("domain:a", a_cell()) as listener:
        for name in ("one", "two", "three"):
            hub.publish("domain:a", a_cell(name))
        assert (await listener.next()).id == "three"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listener.next(), 0.01)


async def test_closing_ends_a_guest_that_waits():
    hub = Hub(limit=1)
    with hub.client("domain:a", a_cell()) as listener:
        await listener.next()
        hub.close()
        with pytest.raises(HubClosedError):
            await listener.next()


async def test_nobody_is_let_in_once_it_is_closed():
    hub = Hub(limit=1)
    hub.close()
    with pytest.raises(HubClosedError), hub.client("domain:a", a_cell()):
        pass


async def test_guests_past_the_limit_are_refused_politely_and_seats_are_freed():
    hub = Hub(limit=1)
    with hub.client("domain:a", a_cell()), pytest.raises(BusyError), hub.client("x", a_cell()):
        pass
    await hub.empty()
    with hub.client("domain:a", a_cell()):
        assert hub.clients == 1


async def test_a_state_reaches_only_those_who_follow_its_topic():
    hub = Hub(limit=2)
    with hub.listener("domain:a", a_cell()) as here, hub.listener("domain:b", a_cell()) as there:
        await here.next()
        await there.next()
        hub.publish("domain:a", a_cell("news"))
        assert (await here.next()).id == "news"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(there.next(), 0.01)
