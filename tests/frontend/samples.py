"""Scripted states of a domain, one for each thing that the waiting page can show."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hall.core.model.reason import Reason, because
from hall.core.timing import Duration
from hall.interface.wire.domain import detail_fields, reason_fields
from hall.interface.wire.page import page_of

NAMES = ("network", "docker", "containers", "app")
USUAL = (18.0, 9.0, 11.0, 5.0)
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

State = dict[str, Any]


def stamp(seconds: float) -> str:
    moment = START + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def domain_state(
    status: str,
    reason: Reason,
    *,
    links: Sequence[str] = ("pending",) * 4,
    wake: Mapping[str, Any] | None = None,
    retry_s: float | None = None,
    at: float = 0.0,
) -> State:
    return shown(
        {
            "v": 1,
            "seq": int(at * 10) + 1,
            "id": "client1",
            "name": "Atelier Lumen",
            "status": status,
            "since": stamp(0),
            **reason_fields(reason),
            "ready": status == "healthy",
            "url": None,
            "server_time": stamp(at),
            "checks": [_check(name, link) for name, link in zip(NAMES, links, strict=True)],
            "wake": dict(wake) if wake else None,
            "retry": {"at": stamp(at + retry_s), "in_s": retry_s} if retry_s else None,
            "closed": None,
        }
    )


def shown(state: State) -> State:
    """The state, with what a page shows of it."""
    return {**state, "page": page_of(state)}


def _check(name: str, state: str) -> dict[str, Any]:
    return {
        "name": name,
        "state": state,
        **detail_fields(because("not_looked")),
        "since": stamp(0),
        "took_ms": None,
        "troubled": False,
    }


def a_wake(
    took: Sequence[float],
    elapsed: float,
    *,
    usual: Sequence[float | None] = USUAL,
    outcome: str | None = None,
    failing: bool = False,
    longer: bool = False,
) -> dict[str, Any]:
    known = usual[0] is not None
    total = sum(each or 0 for each in usual)
    here = elapsed - sum(took)
    ahead = [each or 0 for each in usual[len(took) :]]
    left = sum(ahead) - min(here, ahead[0]) if ahead else 0.0
    progress = min(0.95, 1 - left / total) if known else 0.95 * len(took) / len(usual)
    return {
        "id": "w1",
        "trigger": "visit",
        "attempt": 1,
        "started_at": stamp(0),
        "ended_at": stamp(elapsed) if outcome else None,
        "outcome": outcome,
        "elapsed_s": elapsed,
        "expected_s": total if known else None,
        "remaining_s": None if outcome or not known else left,
        "progress": 1.0 if outcome == "ready" else progress,
        "longer_than_usual": longer,
        "overtakes": False,
        "stages": [
            _stage(index, took, usual[index], failing=failing) for index in range(len(usual))
        ],
    }


def _stage(
    index: int, took: Sequence[float], usual: float | None, *, failing: bool
) -> dict[str, Any]:
    reached = index < len(took)
    here = "failing" if failing and index == len(took) else "pending"
    return {
        "name": NAMES[index],
        "state": "ok" if reached else here,
        "expected_s": usual,
        "took_s": took[index] if reached else None,
    }


def climbing(
    took: Sequence[float],
    elapsed: float,
    *,
    usual: Sequence[float | None] = USUAL,
    longer: bool = False,
) -> State:
    """A wake that runs, this far."""
    reasons = ("wake_sent", "wake_docker", "wake_containers", "wake_app")
    links = ["ok"] * len(took) + ["pending"] * (4 - len(took))
    wake = a_wake(took, elapsed, usual=usual, longer=longer)
    status = "docker_up" if len(took) > 1 else "waking"
    return domain_state(status, because(reasons[len(took)]), links=links, wake=wake, at=elapsed)


def stumbling(reason: Reason) -> State:
    """A wake that runs while a container is in trouble: it may mend by itself."""
    state = climbing((17.4, 8.2), 29.3)
    state["checks"][2] |= {**detail_fields(reason), "troubled": True}
    return shown(state | reason_fields(reason))


def broken(took: Sequence[float], reason: Reason, retry_s: float | None = None) -> State:
    """A wake that failed at the stage after those that were reached."""
    elapsed = sum(took) + 60.3
    links = ["ok"] * len(took) + ["failing"] + ["pending"] * (3 - len(took))
    wake = a_wake(took, elapsed, outcome="failed", failing=True)
    return domain_state("failed", reason, links=links, wake=wake, retry_s=retry_s, at=elapsed)


def ready() -> State:
    wake = a_wake((16.2, 8.1, 12.4, 4.6), 41.3, outcome="ready")
    return domain_state("healthy", because("ready"), links=["ok"] * 4, wake=wake, at=41.3)


def shut(code: str, in_s: float | None, *, at: float = 0.0) -> State:
    """Closed by its schedule, or held asleep by an admin, for so long."""
    opens_at = None if in_s is None else stamp(at + in_s)
    closed = {"code": code, "opens_at": opens_at, "in_s": in_s}
    return shown(domain_state("asleep", because(code), at=at) | {"closed": closed})


def readying(took: Sequence[float], elapsed: float, in_s: float) -> State:
    """Woken by its policy, so that it is ready when it opens."""
    state = climbing(took, elapsed)
    return shown(state | {"closed": shut("closed", in_s, at=elapsed)["closed"]})


def overtaking() -> State:
    """A wake that was asked for while the server is going to sleep."""
    state = climbing((), 2.3)
    wake = state["wake"] | {"overtakes": True}
    return shown(state | reason_fields(because("wake_overtakes")) | {"wake": wake})


def in_use() -> State:
    """One with a reason that counts: used nearly five minutes ago, kept for 26 hours more."""
    ago, left = Duration.ago(0.0, now=290.0), Duration.left(26 * HOUR_S, now=0.0)
    return domain_state("asleep", because("verdict_visit", ago=ago, left=left))


HOUR_S = 3600.0
UNHEALTHY = because("container_unhealthy", name="client1-web", code=1)
LEARNING = (None,) * 4

SAMPLES: dict[str, State] = {
    "unknown": domain_state("unknown", because("not_looked")),
    "asleep": domain_state("asleep", because("asleep")),
    "in-use": in_use(),
    "stopping": domain_state("stopping", because("sleep_ordered")),
    "overtaking": overtaking(),
    "closed": shut("closed", 23 * HOUR_S),
    "closed-today": shut("closed", 2 * HOUR_S + 5 * 60),
    "closed-soon": shut("closed", 754.3),
    "closed-days": shut("closed", 75 * HOUR_S),
    "closed-far": shut("closed", 340 * 24 * HOUR_S),
    "closed-never": shut("closed", None),
    "closed-now": shut("closed", 0.4),
    "readying": readying((17.4,), 21.3, 92.7),
    "held": shut("held", 6 * HOUR_S),
    "held-long": shut("held", 30 * HOUR_S),
    "waking": climbing((), 12.3),
    "waking-docker": climbing((17.4,), 21.3),
    "learning": climbing((17.4,), 26.3, usual=LEARNING),
    "longer": climbing((17.4, 8.2), 68.3, longer=True),
    "docker_up": climbing((17.4, 8.2), 29.3),
    "quick": climbing((17.4,), 21.3, usual=(18.0, 9.0, 4.4, 1.5)),
    "trouble": stumbling(UNHEALTHY),
    "last": climbing((17.4, 8.2, 11.3), 38.3),
    "healthy": ready(),
    "unhealthy": domain_state(
        "unhealthy",
        because("unhealthy_app", detail=because("app_status", status=500, expected="under 500")),
        links=("ok", "ok", "ok", "failing"),
    ),
    "failed-network": broken((), because("failed_network", seconds=60, packets=9), retry_s=20.3),
    "failed-docker": broken(
        (17.4,), because("failed_docker", seconds=60, detail=because("docker_silent"))
    ),
    "failed-containers": broken(
        (17.4, 8.2), because("failed_containers", seconds=60, detail=UNHEALTHY)
    ),
    "failed-app": broken(
        (17.4, 8.2, 11.3),
        because(
            "failed_app",
            seconds=60,
            detail=because("app_status", status=500, expected="under 500"),
        ),
        retry_s=45.3,
    ),
}
