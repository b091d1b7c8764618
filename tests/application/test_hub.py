import asyncio

import pytest

from hall.application.hub import Hub, HubClosedError
from hall.core.errors import BusyError
from hall.core.model.aspect import Aspect
from tests.support.small_hall import a_cell

IN_STATUS = {"a": frozenset({Aspect.STATUS})}


async def test_a_listener_gets_the_snapshot_at_once():
    with Hub(limit=1).listener("a", a_cell()) as listener:
        assert (await listener.next()).id == "main"


async def test_a_slow_listener_skips_to_the_latest_state():
    hub = Hub(limit=1)
    with hub.listener("a", a_cell()) as listener:
        for name in ("one", "two", "three"):
            hub.announce(a_cell(name), IN_STATUS)
        assert (await listener.next()).id == "three"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listener.next(), 0.01)


async def test_closing_ends_a_guest_that_waits():
    hub = Hub(limit=1)
    with hub.client("a", a_cell()) as listener:
        await listener.next()
        hub.close()
        with pytest.raises(HubClosedError):
            await listener.next()


async def test_nobody_is_let_in_once_it_is_closed():
    hub = Hub(limit=1)
    hub.close()
    with pytest.raises(HubClosedError), hub.client("a", a_cell()):
        pass


async def test_guests_past_the_limit_are_refused_politely_and_seats_are_freed():
    hub = Hub(limit=1)
    with hub.client("a", a_cell()), pytest.raises(BusyError), hub.client("x", a_cell()):
        pass
    await hub.empty()
    with hub.client("a", a_cell()):
        assert hub.clients == 1


async def test_a_state_reaches_only_those_who_follow_its_topic():
    hub = Hub(limit=2)
    with hub.listener("a", a_cell()) as here, hub.listener("b", a_cell()) as there:
        await here.next()
        await there.next()
        hub.announce(a_cell("news"), IN_STATUS)
        assert (await here.next()).id == "news"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(there.next(), 0.01)


async def test_a_state_that_no_visitor_can_tell_from_the_last_is_not_sent_to_one():
    hub = Hub(limit=1)
    with hub.listener("a", a_cell()) as listener:
        await listener.next()
        hub.announce(a_cell("news"), {"a": frozenset({Aspect.VERDICT}), None: IN_STATUS["a"]})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listener.next(), 0.01)


async def test_who_follows_everything_is_told_what_changed_and_in_which_respects():
    hub = Hub(limit=1)
    with hub.overseer(hub.revisions.mark) as follower:
        hub.announce(a_cell("one"), IN_STATUS)
        hub.announce(a_cell("one"), {"a": frozenset({Aspect.VERDICT}), None: IN_STATUS["a"]})
        news = await follower.next()
        assert [(one.server, one.domain, sorted(one.aspects)) for one in news.changes] == [
            ("one", None, ["status"]),
            ("one", "a", ["status", "verdict"]),
        ]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(follower.next(), 0.01)
        hub.close()
        with pytest.raises(HubClosedError):
            await follower.next()


async def test_who_oversees_everything_takes_a_seat_like_any_guest():
    hub = Hub(limit=1)
    with hub.overseer(hub.revisions.mark), pytest.raises(BusyError), hub.client("a", a_cell()):
        pass
    await hub.empty()


async def test_who_comes_back_is_told_what_changed_since():
    hub = Hub(limit=1)
    hub.announce(a_cell("one"), IN_STATUS)
    mark = hub.revisions.mark
    hub.announce(a_cell("two"), IN_STATUS)
    with hub.overseer(mark) as follower:
        assert [one.server for one in (await follower.next()).changes] == ["two"]


async def test_who_comes_back_after_a_restart_is_told_to_begin_anew():
    before, hub = Hub(limit=1), Hub(limit=1)
    for _ in range(3):
        hub.announce(a_cell(), IN_STATUS)
    with hub.overseer(before.revisions.mark) as follower:
        news = await follower.next()
    assert (news.changes, news.mark) == (None, hub.revisions.mark)
