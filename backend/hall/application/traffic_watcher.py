"""Measures the traffic of one server's containers, so that the core can tell use from rest."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from hall.core.errors import DockerError
from hall.core.model.container import ProjectRef
from hall.core.model.facts import TrafficSeen
from hall.core.model.reason import Why, because
from hall.core.model.state import DomainState, ServerState
from hall.core.policy.domain import idle_minutes
from hall.core.ports import ContainerRuntime

logger = logging.getLogger("hall.traffic")

EVERY_S = 30.0
LEAST_S = 1.0
"""Seconds from one measure to the next: several within the shortest time of rest."""

TIMEOUT_S = 15.0


class TrafficWatcher:
    """Tells ``TrafficSeen`` of every domain whose traffic counts, while its Docker answers.

    ``changed`` waits until something of the server changed.
    """

    def __init__(
        self,
        docker: ContainerRuntime,
        *,
        cell: Callable[[], ServerState],
        tell: Callable[[TrafficSeen], None],
        changed: Callable[[], Awaitable[None]],
    ) -> None:
        self._docker = docker
        self._cell = cell
        self._tell = tell
        self._changed = changed

    async def run(self) -> None:
        """Measure while the server is up, until cancelled; return at once if no traffic counts."""
        while counted := [one for one in self._cell().domains.values() if _counts(one)]:
            while not self._up:
                await self._changed()
            for domain in counted:
                await self._measure(domain)
            await asyncio.sleep(_every_s(counted))

    @property
    def _up(self) -> bool:
        cell = self._cell()
        return cell.network.is_ok and cell.docker.is_ok

    async def _measure(self, domain: DomainState) -> None:
        total: int | None = None
        why: Why = ""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                total = await self._docker.traffic(_project(domain))
        except TimeoutError:
            why = because("no_answer_in_time")
        except DockerError as error:
            why = error.why
        except Exception as error:
            logger.exception("Measuring the traffic of %s failed", domain.id)
            why = type(error).__name__
        else:
            why = because("traffic_uncountable") if total is None else ""
        self._tell(TrafficSeen(domain.id, total, why))


def _counts(domain: DomainState) -> bool:
    spec = domain.spec
    return spec.project is not None and spec.activity.traffic_kb_per_minute is not None


def _project(domain: DomainState) -> ProjectRef:
    project = domain.spec.project
    if project is None:
        return ProjectRef(compose=None)
    return ProjectRef(compose=project.compose, names=project.containers)


def _every_s(domains: list[DomainState]) -> float:
    idle = [minutes * 60 / 6 for one in domains if (minutes := idle_minutes(one))]
    return max(LEAST_S, min([EVERY_S, *idle]))
