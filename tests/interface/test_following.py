"""An admin's page follows all that Hall knows: told of every change, it never falls behind."""

from random import Random
from typing import Any

import pytest

from hall.application.hub import Hub
from hall.application.revisions import Mark
from hall.application.supervisor import Supervisor, View
from hall.core.lifecycle.advance import advance
from hall.core.lifecycle.open import open_cell
from hall.core.model.commands import AskGuards
from hall.core.model.facts import CommandDone
from hall.core.model.state import ServerState
from hall.interface.wire.admin_json import domain_json, server_json
from tests.core import scenes as s
from tests.core.walker import HOUSES, PAUSES, Walker, any_fact
from tests.support.fakes import FakeClock
from tests.support.small_hall import running
from tests.support.soak import kept, rounds

WALKS = rounds("HALL_HISTORIES", 20)
SERVERS, DOMAINS, FACTS = 1000, 10, 2000
NOT_TOLD = {"took_ms", "server_time"}
"""What a page asks for: how fast the last answer came, and what time it is."""

Page = dict[tuple[str, str | None], Any]
"""What a page shows, by server and domain, None for the server itself."""


def told(shape: Any) -> Any:  # noqa: ANN401 - JSON
    """What a page must be told of."""
    if isinstance(shape, dict):
        return {key: told(value) for key, value in shape.items() if key not in NOT_TOLD}
    return [told(value) for value in shape] if isinstance(shape, list) else shape


def shown(cell: ServerState, domain: str | None, now: float) -> Any:  # noqa: ANN401 - JSON
    """A server without its domains, or a domain without its server."""
    if domain is None:
        return told(server_json(cell, now)) | {"domains": None}
    return told(domain_json(View(cell, cell.domains[domain]), now)) | {"server": None}


def page_of(cells: tuple[ServerState, ...], now: float) -> Page:
    """All of it."""
    return {
        (cell.id, name): shown(cell, name, now) for cell in cells for name in (None, *cell.domains)
    }


def _is_next_alone(before: Page, after: Page, name: str | None) -> bool:
    """What comes next for a server follows from its domains, too: it is read with each of them."""
    old, new = before["main", name], after["main", name]
    return name is None and old | {"next": None} == new | {"next": None}


class Watched(Walker):
    """A cell of which every change that a page shows must be told."""

    def tell(self, fact: Any) -> None:  # noqa: ANN401 - a fact, or what makes one of the cell
        before = page_of((self.cell,), self.now)
        step = advance(self.cell, fact(self.cell) if callable(fact) else fact, self.now)
        self.cell = step.state
        after = page_of((self.cell,), self.now)
        differ = {name for (_, name) in after if before["main", name] != after["main", name]}
        assert {name for name in differ if not _is_next_alone(before, after, name)} <= set(
            step.changed
        )
        assert step.changed or not differ
        for command in step.commands:
            if not isinstance(command, AskGuards):
                self.tell(CommandDone(command))


def walk(seed: int) -> None:
    dice = Random(seed)
    house = HOUSES[seed % len(HOUSES)]
    one = Watched(house)
    for _ in range(80):
        one.now += dice.choice(PAUSES)
        one.tell(any_fact(dice, list(house[1])))


@pytest.mark.soak
def test_no_change_that_a_page_shows_goes_untold():
    assert kept(walk, range(WALKS)) == WALKS


class Admin:
    """A page that reads what changed whenever it has time for it, and loses its connection."""

    def __init__(self, supervisor: Supervisor, hub: Hub, now: float) -> None:
        self._supervisor, self._hub, self._now = supervisor, hub, now
        snapshot = supervisor.snapshot()
        self.page, self.mark = page_of(snapshot.servers, now), snapshot.mark
        self.reads = 0

    async def catch_up(self, mark: Mark) -> None:
        """Read until this mark is reached."""
        with self._hub.overseer(self.mark) as follower:
            while self.mark != mark:
                news = await follower.next()
                assert news.changes is not None
                for change in news.changes:
                    cell = self._supervisor.server(change.server)
                    for name in {change.domain, None}:
                        self.page[cell.id, name] = shown(cell, name, self._now)
                self.reads += len(news.changes)
                self.mark = news.mark


@pytest.mark.slow
async def test_a_page_of_ten_thousand_domains_is_right_after_whatever_happened():
    clock, hub, dice = FakeClock(), Hub(limit=1), Random(7)
    clock.fixed = s.EPOCH
    specs = {f"d{number}": s.on_demand() for number in range(DOMAINS)}
    cells = [
        open_cell(f"s{number}", s.sleepy_server(), specs, now=s.EPOCH) for number in range(SERVERS)
    ]
    supervisor = Supervisor(
        {cell.id: cell for cell in cells},
        clock=clock,
        hub=hub,
        carry=lambda _: None,
        record=lambda _: None,
    )
    async with running(supervisor.run):
        admin = Admin(supervisor, hub, s.EPOCH)
        for number in range(FACTS):
            fact = any_fact(dice, list(specs))
            if callable(fact):
                continue
            await supervisor.ask_server(f"s{dice.randrange(20)}", fact)
            if number % 50 == 0:
                await admin.catch_up(hub.revisions.mark)
        await admin.catch_up(hub.revisions.mark)
        assert admin.page == page_of(supervisor.servers, s.EPOCH)
    assert 0 < admin.reads < FACTS * 2
