import asyncio
from threading import Event, Thread

import pytest

from hall.adapters.probes.resolver import (
    AGAIN_S,
    KEPT_S,
    Names,
    NameUnansweredError,
    NameUnknownError,
    look_up,
)
from tests.adapters.neighbours import no_descriptors
from tests.adapters.own_network import in_own_network

QUERIES = 4
"""For A and AAAA, each once more with a search domain."""

SILENT = NameUnansweredError("the DNS does not answer")


class Clock:
    """Time as the test tells it."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Resolver:
    """A resolver that answers when it is let; it counts what it was asked."""

    def __init__(self, *answers: tuple[str, ...] | NameUnansweredError) -> None:
        self.asked = 0
        self.let = Event()
        self._answers = list(answers)

    def __call__(self, host: str) -> tuple[str, ...]:
        self.asked += 1
        self.let.wait(10)
        answer = self._answers.pop(0)
        if isinstance(answer, NameUnansweredError):
            raise answer
        return answer


async def test_an_address_stands_for_itself():
    assert await Names().addresses("192.0.2.7", 0.1) == ("192.0.2.7",)
    assert await Names().addresses("2001:db8::7", 0.1) == ("2001:db8::7",)


async def test_a_name_is_looked_up_and_kept():
    resolver = Resolver(("127.0.0.5",))
    resolver.let.set()
    names = Names(resolver)
    assert await names.addresses("server.lan", 1) == ("127.0.0.5",)
    assert await names.addresses("server.lan", 1) == ("127.0.0.5",)
    assert resolver.asked == 1


async def test_an_unknown_name_is_asked_for_again_after_a_second_and_not_at_each_look():
    resolver = Resolver((), ("127.0.0.5",))
    resolver.let.set()
    clock = Clock()
    names = Names(resolver, clock=clock)
    for _ in range(20):
        with pytest.raises(NameUnknownError):
            await names.addresses("server.lan", 1)
    assert resolver.asked == 1
    clock.now += AGAIN_S
    assert await names.addresses("server.lan", 1) == ("127.0.0.5",)


async def test_a_minute_of_looks_is_less_than_two_hundred_queries():
    resolver = Resolver(*[()] * 100)
    resolver.let.set()
    clock = Clock()
    names = Names(resolver, clock=clock)
    while clock.now < 60:
        with pytest.raises(NameUnknownError):
            await names.addresses("server.lan", 1)
        clock.now += 0.02
    assert resolver.asked * QUERIES < 200


async def test_a_dns_that_fails_does_not_hide_an_address_that_was_known():
    resolver = Resolver(("127.0.0.5",), SILENT, ("127.0.0.6",))
    resolver.let.set()
    clock = Clock()
    names = Names(resolver, clock=clock)
    for _ in range(2):
        assert await names.addresses("server.lan", 1) == ("127.0.0.5",)
        clock.now += KEPT_S
    async with asyncio.timeout(10):  # while it fails nobody waits for it: a later look finds it
        while await names.addresses("server.lan", 1) != ("127.0.0.6",):  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert resolver.asked == 3


async def test_a_name_that_is_gone_has_no_address_any_more():
    resolver = Resolver(("127.0.0.5",), (), SILENT)
    resolver.let.set()
    clock = Clock()
    names = Names(resolver, clock=clock)
    await names.addresses("server.lan", 1)
    for fault in (NameUnknownError, NameUnansweredError):
        clock.now += KEPT_S
        with pytest.raises(fault):
            await names.addresses("server.lan", 1)


async def test_whether_a_name_is_known_is_not_known_before_the_dns_has_said_so():
    names = Names(Resolver(("127.0.0.5",)))
    with pytest.raises(NameUnansweredError, match="has not answered yet"):
        await names.addresses("server.lan", 0.001)


async def test_a_machine_without_threads_says_that_it_cannot_ask(monkeypatch: pytest.MonkeyPatch):
    def refuse(_self: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", refuse)
    with pytest.raises(NameUnansweredError, match="short of memory"):
        await Names().addresses("server.lan", 1)


async def test_a_slow_resolver_is_asked_once_however_many_looks_give_up():
    resolver = Resolver(("127.0.0.5",))
    names = Names(resolver)
    for _ in range(20):
        with pytest.raises(NameUnknownError):
            await names.addresses("server.lan", 0.001)
    resolver.let.set()
    assert await names.addresses("server.lan", 1) == ("127.0.0.5",)
    assert resolver.asked == 1


async def test_a_look_that_is_cancelled_does_not_cancel_the_others():
    resolver = Resolver(("127.0.0.5",))
    names = Names(resolver)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await names.addresses("server.lan", 10)
    resolver.let.set()
    assert await names.addresses("server.lan", 1) == ("127.0.0.5",)


def test_an_answer_after_the_end_of_the_loop_is_nobodys():
    resolver = Resolver(("127.0.0.5",))
    names = Names(resolver)
    with pytest.raises(NameUnknownError):
        asyncio.run(names.addresses("server.lan", 0.001))
    resolver.let.set()


def test_the_systems_resolver_gives_ipv4_first_and_no_scopes():
    assert look_up("localhost")[0] == "127.0.0.1"
    assert look_up("fe80::1%lo") == []


def test_the_systems_resolver_knows_nothing_of_a_name_that_is_none():
    assert look_up("a" * 100) == ()


@pytest.mark.lab
def test_a_resolver_that_cannot_be_reached_does_not_say_that_the_name_is_unknown():
    async def ask() -> None:
        look_up("server.lan")

    with pytest.raises(NameUnansweredError, match="the DNS does not answer"):
        in_own_network(ask)


def test_a_machine_without_descriptors_does_not_say_that_a_name_is_unknown():
    with no_descriptors(), pytest.raises(NameUnansweredError, match="Too many open files"):
        look_up("localhost")
