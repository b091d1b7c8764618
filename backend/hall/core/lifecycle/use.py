"""Another sign of use, and another measure of the traffic."""

from hall.core.model.activity import Activity, ActivityKind, Traffic
from hall.core.model.changed import replace
from hall.core.model.reason import Why
from hall.core.timing import Instant


def used(activity: Activity, sign: ActivityKind, now: Instant) -> Activity:
    """The activity with a sign of use at ``now``; time slept counts from 0 again."""
    return replace(activity, at=now, sign=sign, slept_s=0.0)


def measured(traffic: Traffic | None, total: int | None, why: Why, now: Instant) -> Traffic:
    """The traffic after one more measure; no rate unless this one and the last could be read.

    A counter that went back began anew with its container.
    """
    if total is None or traffic is None or traffic.total is None or now <= traffic.at:
        return Traffic(at=now, total=total, why=why)
    more = total - traffic.total if total >= traffic.total else total
    return Traffic(at=now, total=total, rate=more * 60.0 / (now - traffic.at))
