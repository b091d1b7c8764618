"""Events of one domain, as the core would announce them."""

from dataclasses import replace

from hall.core.model.check import CheckName
from hall.core.model.events import (
    AccessRefused,
    StageReached,
    Transition,
    VisitNoted,
    WakeEnded,
    WakeStarted,
)
from hall.core.model.reason import because
from hall.core.model.state import Status
from hall.core.model.wake import Outcome, Stage, Trigger, Wake

PLACE = {"server": "main", "domain": "client1"}


def wake(number=1, *, at=100.0, domain="client1"):
    return Wake(
        id=f"{domain}-{number}",
        trigger=Trigger.VISIT,
        attempt=1,
        started_at=at,
        stages=(
            Stage(name=CheckName.NETWORK, expected_s=0.0, took_s=0.0, waited=False),
            Stage(name=CheckName.DOCKER, expected_s=20.0),
            Stage(name=CheckName.APP, expected_s=None),
        ),
        stage_since=at,
        deadline_from=at,
    )


def started(one):
    return WakeStarted(server="main", domain=one.id.split("-")[0], wake=one, at=one.started_at)


def reached(one, stage, took_s, *, at):
    return StageReached(
        server="main",
        domain=one.id.split("-")[0],
        wake_id=one.id,
        stage=stage,
        took_s=took_s,
        waited=True,
        at=at,
    )


def ended(one, *, at=130.0, outcome=Outcome.READY):
    reason = because("ready") if outcome is Outcome.READY else because("failed_no_wake")
    took = {CheckName.DOCKER: 21.0, CheckName.APP: at - one.started_at - 21.0}
    stages = tuple(replace(s, took_s=took[s.name]) if s.waited else s for s in one.stages)
    last = replace(one, stages=stages, packets=4, ended_at=at, outcome=outcome, reason=reason)
    return WakeEnded(server="main", domain=one.id.split("-")[0], wake=last, reason=reason, at=at)


UNWAKEABLE = because("failed_no_wake")


def failing(one, reason=UNWAKEABLE, *, at=230.0):
    """The end of a wake that failed, and the status that follows."""
    end = ended(one, at=at, outcome=Outcome.FAILED)
    change = replace(changed(at), before=Status.WAKING, after=Status.FAILED, reason=reason)
    return [replace(end, wake=replace(end.wake, reason=reason), reason=reason), change]


def changed(at=100.0, domain="client1"):
    return Transition(
        server="main",
        domain=domain,
        before=Status.ASLEEP,
        after=Status.WAKING,
        reason=because("wake_sending"),
        at=at,
    )


def visited(at=100.0, kind="visit"):
    return VisitNoted(**PLACE, kind=kind, at=at)


def refused(at=100.0, address="203.0.0.0/16"):
    reason = because("access_refused", address=address, domain="client1")
    return AccessRefused(**PLACE, address=address, reason=reason, at=at)
