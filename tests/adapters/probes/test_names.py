import asyncio
from threading import Event

import pytest

from hall.adapters.probes.names import Names, NameUnknownError, look_up


class Resolver:
    """A resolver that answers when it is let; it counts what it was asked."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.asked = 0
        self.let = Event()
        self._answers = list(answers)

    def __call__(self, host: str) -> tuple[str, ...]:
        self.asked += 1
        self.let.wait(10)
        return self._answers.pop(0)


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


async def test_an_unknown_name_is_asked_for_again_at_the_next_look():
    resolver = Resolver((), ("127.0.0.5",))
    resolver.let.set()
    names = Names(resolver)
    with pytest.raises(NameUnknownError):
        await names.addresses("server.lan", 1)
    assert await names.addresses("server.lan", 1) == ("127.0.0.5",)


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
