"""The front desk: what a visit, an order and a report lead to."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from hall.application.supervisor import Supervisor, View
from hall.application.watchers import Eyes
from hall.core.facts import (
    ActivityReported,
    CheckName,
    Ordered,
    Probed,
    Refused,
    Sight,
    Visited,
)
from hall.core.ports import Clock, Prober
from hall.core.reasons import because

FRESH_S = 2.0
"""A visitor goes in on the strength of a look no older than this: servers fall asleep unseen."""

LOOK_S = 0.4
"""Seconds that a visitor waits for that look at most: a page comes at once or not at all."""

REFUSED_AGAIN_S = 60.0
"""Somebody who is refused again within this time is not journalled again."""


class FrontDesk:
    """Turns requests into facts; looks once more before it sends a visitor in."""

    def __init__(
        self,
        supervisor: Supervisor,
        *,
        eyes: Mapping[str, Eyes],
        clock: Clock,
    ) -> None:
        self._supervisor = supervisor
        self._networks = {name: seen.network for name, seen in eyes.items()}
        self._apps = {name: app for seen in eyes.values() for name, app in seen.apps.items()}
        self._clock = clock
        self._refused: dict[tuple[str, str], float] = {}
        self._looking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def view(self, domain: str) -> View:
        """A domain as it stands; asking never wakes."""
        return self._supervisor.view(domain)

    async def visit(self, domain: str) -> View:
        """Somebody who may enter asks for the domain: in, or a wake is started or joined."""
        await self._make_sure(domain)
        return await self._supervisor.ask(domain, Visited(domain))

    async def peek(self, domain: str) -> View:
        """The same for those who wake nothing: robots, previews, HEAD."""
        await self._make_sure(domain)
        return self._supervisor.view(domain)

    async def order(self, domain: str) -> View:
        """A wake is ordered outright."""
        return await self._supervisor.ask(domain, Ordered(domain))

    async def report(self, domain: str) -> View:
        """A site says that it is in use."""
        return await self._supervisor.ask(domain, ActivityReported(domain))

    def refuse(self, domain: str, address: str) -> None:
        """Somebody was turned away; ``address`` is truncated already."""
        now = asyncio.get_running_loop().time()  # nobody sets it
        self._refused = {who: at for who, at in self._refused.items() if now - at < REFUSED_AGAIN_S}
        if (domain, address) not in self._refused:
            self._refused[domain, address] = now
            self._supervisor.tell(self._supervisor.home(domain), Refused(domain, address))

    async def _make_sure(self, domain: str) -> None:
        async with self._looking[domain]:
            view = self._supervisor.view(domain)
            if not view.ready or self._fresh(view):
                return
            check = CheckName.APP if domain in self._apps else CheckName.NETWORK
            prober = self._apps.get(domain) or self._networks[view.server.id]
            sight = await _at_once(prober)
            named = domain if check is CheckName.APP else None
            await self._supervisor.ask(domain, Probed(check, sight, named))

    def _fresh(self, view: View) -> bool:
        check = view.domain.app if view.domain.id in self._apps else view.server.network
        return check.seen_at is not None and self._clock.now() - check.seen_at < FRESH_S


async def _at_once(prober: Prober) -> Sight:
    try:
        async with asyncio.timeout(LOOK_S):
            return await prober.look(LOOK_S)
    except TimeoutError:
        return Sight(ok=False, detail=because("app_silent"))
