"""A made-up past, for the demo."""

from collections.abc import Mapping

from hall.core.model.check import CheckName
from hall.core.model.events import WakeEnded, WakeStarted
from hall.core.model.reason import because
from hall.core.model.wake import Outcome, Stage, Trigger, Wake

DAY_S = 86_400.0


def past_wake(domain: str, number: int, boot: Mapping[str, float]) -> tuple[WakeStarted, WakeEnded]:
    """The events of one wake that ended well, on day ``number`` of 1970."""
    at = number * DAY_S
    ended_at = at + sum(boot.values())
    stages = tuple(
        Stage(name=CheckName(name), expected_s=None, took_s=took) for name, took in boot.items()
    )
    wake = Wake(
        id=f"{domain}-seed-{number}",
        trigger=Trigger.VISIT,
        attempt=1,
        started_at=at,
        stages=stages,
        stage_since=ended_at,
        deadline_from=ended_at,
        packets=1,
        ended_at=ended_at,
        outcome=Outcome.READY,
        reason=because("ready"),
    )
    return (
        WakeStarted(server=domain, domain=domain, wake=wake, at=at),
        WakeEnded(server=domain, domain=domain, wake=wake, reason=because("ready"), at=ended_at),
    )
