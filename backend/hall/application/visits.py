"""The visit service: what a visit, an order and a report lead to."""

import asyncio
from collections import OrderedDict, defaultdict

from hall.application.supervisor import Supervisor, View
from hall.application.watchers import Watchers
from hall.core.model.check import Check, CheckName, CheckState, ProbeResult
from hall.core.model.facts import ActivityReported, Probed, Refused, Visited, WakeRequested
from hall.core.model.reason import because
from hall.core.policy.quiet import left_alone
from hall.core.ports import Clock

FRESH_ANSWER_S = 0.5
"""A visitor goes in on the strength of a look no older than this: servers fall asleep unseen."""

CONFIRM_WITHIN_S = 0.4
"""Seconds that a visitor waits for that look at most: a page comes at once or not at all."""

REFUSED_AGAIN_S = 60.0
"""Somebody who is refused again within this time is not journalled again."""


class VisitService:
    """Turns requests into facts; looks once more before it sends a visitor in."""

    def __init__(
        self,
        supervisor: Supervisor,
        *,
        watchers: Watchers,
        clock: Clock,
    ) -> None:
        self._supervisor = supervisor
        self._watchers = watchers
        self._clock = clock
        self._refused: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._looking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def view(self, domain: str) -> View:
        """A domain as it stands; asking never wakes."""
        return self._supervisor.view(domain)

    async def visit(self, domain: str) -> View:
        """Somebody who may enter asks for the domain: in, or a wake is started or joined."""
        await self._confirm_ready(domain)
        return await self._supervisor.ask(domain, Visited(domain))

    async def peek(self, domain: str) -> View:
        """The same for those who wake nothing: robots, previews, HEAD."""
        await self._confirm_ready(domain)
        return self._supervisor.view(domain)

    async def order(self, domain: str) -> View:
        """Order a wake outright: it is use, and joins a wake that runs; void while closed."""
        return await self._supervisor.ask(domain, WakeRequested(domain))

    async def report(self, domain: str) -> View:
        """Note that a site or a script says it is in use: kept awake by that, never woken."""
        return await self._supervisor.ask(domain, ActivityReported(domain))

    def refuse(self, domain: str, address: str) -> None:
        """Note that somebody was turned away, once a minute for each domain and address.

        ``address`` is truncated already.

        Raises:
            UnknownDomainError: there is no such domain.
        """
        now = asyncio.get_running_loop().time()  # nobody sets it
        while self._refused and now - next(iter(self._refused.values())) >= REFUSED_AGAIN_S:
            self._refused.popitem(last=False)
        if (domain, address) not in self._refused:
            self._refused[domain, address] = now
            self._supervisor.tell(self._supervisor.home(domain), Refused(domain, address))

    async def _confirm_ready(self, domain: str) -> None:
        """Nobody goes in on the strength of an old look, or while one is open."""
        async with self._looking[domain]:
            view = self._supervisor.view(domain)
            link = _decider(view)
            if not self._worth_a_look(view, link):
                return
            probe_loop = self._watchers.probe_loop(view.server.id, domain)
            if await probe_loop.probe_now(CONFIRM_WITHIN_S):
                return
            named = domain if link.name is CheckName.APP else None
            silent = ProbeResult(ok=False, detail=because("app_silent"))
            self._supervisor.tell(view.server.id, Probed(link.name, silent, named))

    def _worth_a_look(self, view: View, link: Check) -> bool:
        if view.ready:
            return link.seen_at is None or self._clock.now() - link.seen_at >= FRESH_ANSWER_S
        if left_alone(view.server):
            return False
        if view.domain.waking or view.server.first_not_ready(view.domain) is not link:
            return False
        return link.seen_at is None or view.domain.doubted_at is not None


def _decider(view: View) -> Check:
    """The link whose answer lets people in: the project, or without a health URL the network."""
    app = view.domain.app
    return app if app.state is not CheckState.SKIPPED else view.server.network
