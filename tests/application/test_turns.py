"""Whose turn it is, while turns are short."""

import asyncio

from hall.application.turns import Rank, Turn, Turns


class Queue:
    """Turns, and in which order they were given."""

    def __init__(self, per_second: float) -> None:
        self.turns = Turns(per_second)
        self.given: list[tuple[str, float]] = []

    def ask(self, name: str, rank: Rank, *, due: float = 0.0, latest: float = 1e6) -> Turn:
        now = asyncio.get_running_loop().time()
        return self.turns.ask(
            rank, lambda: self._note(name), due=now + due, latest=now + max(due, latest)
        )

    def _note(self, name: str) -> None:
        self.given.append((name, asyncio.get_running_loop().time()))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.given]


async def test_who_is_alone_is_given_a_turn_when_it_is_due():
    queue, now = Queue(1), asyncio.get_running_loop().time()
    queue.ask("one", Rank.CLOSED, due=3.0)
    await asyncio.sleep(10)
    assert queue.given == [("one", now + 3.0)]


async def test_those_of_a_higher_rank_go_first_whenever_they_came():
    queue = Queue(1)
    for rank in (Rank.DOCKER, Rank.CLOSED, Rank.OPEN, Rank.NETWORK):
        queue.ask(rank.name, rank)
    await asyncio.sleep(10)
    assert queue.names == ["NETWORK", "OPEN", "CLOSED", "DOCKER"]


async def test_who_has_waited_as_long_as_it_may_goes_before_all():
    queue = Queue(1)
    queue.ask("patient", Rank.DOCKER, latest=2.5)
    for number in range(6):
        queue.ask(f"network {number}", Rank.NETWORK)
    await asyncio.sleep(10)
    assert queue.names[3] == "patient"


async def test_turns_come_at_their_pace_and_pile_up_while_nobody_asks_for_a_moment_only():
    queue = Queue(100)
    await asyncio.sleep(60)
    for number in range(50):
        queue.ask(str(number), Rank.OPEN)
    await asyncio.sleep(0.1)
    assert 14 <= len(queue.given) <= 17  # five of the pause, and ten that came meanwhile


async def test_a_turn_that_was_called_off_costs_nothing():
    queue = Queue(1)
    for _ in range(100):
        queue.ask("off", Rank.NETWORK).cancel()
    queue.ask("on", Rank.OPEN)
    await asyncio.sleep(0.1)
    assert queue.names == ["on"]


async def test_after_the_end_nobody_is_given_a_turn():
    queue = Queue(1)
    queue.ask("late", Rank.NETWORK, due=1.0)
    queue.turns.close()
    await asyncio.sleep(10)
    assert queue.given == []
