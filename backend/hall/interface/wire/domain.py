"""Every JSON shape of HTTP and socket. Nothing else knows them; ``protocol.js`` mirrors them.

Times are ISO 8601 in UTC, durations are seconds, and null means not known, never 0. Readers ignore
fields that they do not know; a higher ``v`` means "reload the page".
"""

import json
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from hall.application.supervisor import View
from hall.core.model.check import Check, CheckState
from hall.core.model.reason import Reason, in_english
from hall.core.model.state import DomainState, ServerState, Status
from hall.core.model.verdict import Closed
from hall.core.model.wake import Stage, Wake
from hall.core.policy.estimate import Progress, progress_of
from hall.core.timing import Duration, Instant

VERSION = 1

FIGURES = (
    "Of these values the numbers, bare, and the stretches of time as objects: seconds, and the "
    "instant since or until which one runs on, else null."
)

_CURRENT = {Status.WAKING, Status.DOCKER_UP, Status.HEALTHY, Status.FAILED}
"""The statuses in which the last wake still explains what is seen."""


class CheckModel(BaseModel):
    """One link of the chain."""

    name: str = Field(description="network, docker, containers or app.")
    state: str = Field(description="pending, ok, failing or skipped (not configured).")
    detail: str = Field(description="What was seen, in plain words.")
    detail_code: str = Field(description="The same as a stable code.")
    detail_values: dict[str, Any] = Field(description="The values of that code's sentence.")
    detail_figures: dict[str, Any] = Field(description=FIGURES)
    since: str = Field(description="Since when it is in this state.")
    took_ms: float | None = Field(description="How long its last answer took.")
    troubled: bool = Field(description="Whether waiting alone may not mend what it says.")


class StageModel(BaseModel):
    """One stage of a wake."""

    name: str = Field(description="The check that it waits for.")
    state: str = Field(description="pending, ok or failing.")
    expected_s: float | None = Field(description="The median of past wakes.")
    took_s: float | None = Field(description="How long it took this time.")


class WakeModel(BaseModel):
    """One attempt to bring a domain up."""

    id: str = Field(description="Its name in the journal.")
    trigger: str = Field(description="visit, api, retry, policy or admin.")
    attempt: int = Field(description="1 for the first, more for automatic retries.")
    started_at: str = Field(description="When it began.")
    ended_at: str | None = Field(description="When it ended.")
    outcome: str | None = Field(description="ready, failed, or null while it runs.")
    elapsed_s: float = Field(description="Seconds so far, or in all.")
    expected_s: float | None = Field(description="Seconds that it usually takes.")
    remaining_s: float | None = Field(description="Seconds that are probably left.")
    progress: float = Field(description="0 to 0.95 while it runs, 1 when ready.")
    longer_than_usual: bool = Field(description="Whether it takes clearly longer than usual.")
    overtakes: bool = Field(description="Whether the server must fall asleep first.")
    stages: list[StageModel] = Field(description="Its stages, in order.")


class RetryModel(BaseModel):
    """The next attempt, which starts by itself."""

    at: str = Field(description="When.")
    in_s: float = Field(description="In how many seconds.")


class ClosedModel(BaseModel):
    """Why nobody is let in and no visit wakes it, and until when."""

    code: str = Field(description="closed (by its schedule) or held (asleep, by an admin).")
    opens_at: str | None = Field(description="When visits count again; null: none is planned.")
    in_s: float | None = Field(description="In how many seconds.")


class StateModel(BaseModel):
    """A domain's state: the same on REST and socket."""

    v: int = Field(description="Version of this shape.")
    seq: int = Field(description="Grows with every visible change.")
    id: str = Field(description="The domain.")
    name: str = Field(description="Its name, for people.")
    status: str = Field(
        description="unknown, asleep, waking, docker_up, healthy, unhealthy, failed or stopping."
    )
    since: str = Field(description="Since when it has this status.")
    reason: str = Field(description="Why, in plain words.")
    reason_code: str = Field(description="The same as a stable code.")
    reason_values: dict[str, Any] = Field(description="The values of that code's sentence.")
    reason_figures: dict[str, Any] = Field(description=FIGURES)
    ready: bool = Field(description="Whether a visitor may go in now.")
    url: str | None = Field(description="Where to go, once it is ready.")
    server_time: str = Field(description="The gateway's clock.")
    checks: list[CheckModel] = Field(description="The four links, in order.")
    wake: WakeModel | None = Field(description="The running wake, or the last one if it matters.")
    retry: RetryModel | None = Field(description="The next automatic attempt after a failure.")
    closed: ClosedModel | None = Field(description="What keeps visitors out; null: nothing does.")


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="Stable and machine-readable.")
    message: str = Field(description="For people.")
    details: Any = Field(None, description="More, by code.")


class ErrorModel(BaseModel):
    """The one shape of errors."""

    error: ErrorBody = Field(description="What went wrong.")


class AliveModel(BaseModel):
    """That the process lives."""

    status: str = Field(description="ok")
    version: str = Field(description="Hall's version.")


class ReadyModel(BaseModel):
    """Whether Hall can do its work."""

    ready: bool = Field(description="Whether every server has been looked at.")
    waiting_for: list[str] = Field(description="What is still missing.")
    journal: str = Field(description="ok, or sick while the journal cannot be written.")


def state_json(view: View, now: Instant) -> dict[str, Any]:
    """A domain's state on the wire."""
    server, domain = view.server, view.domain
    status_now = domain.status_now
    return {
        "v": VERSION,
        "seq": domain.seq,
        "id": domain.id,
        "name": domain.spec.name,
        "status": status_now.status.value,
        "since": instant(status_now.since),
        **reason_fields("reason", status_now.reason),
        "ready": view.ready,
        "url": domain.spec.url if view.ready else None,
        "server_time": instant(now),
        "checks": [link(check) for check in server.checks(domain)],
        "wake": _wake(server, domain, now),
        "retry": _retry(domain, now),
        "closed": _closed(closed_for_visitors(view), now),
    }


def closed_for_visitors(view: View) -> Closed | None:
    """What keeps visitors out; None while they may wait for it."""
    return view.server.closed_for_visitors(view.domain)


def state_message(view: View, now: Instant) -> str:
    """The same as a socket message."""
    return dumps({"type": "state", **state_json(view, now)})


def dumps(body: dict[str, Any]) -> str:
    """JSON as it goes out."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def error(code: str, message: str, details: object = None) -> dict[str, Any]:
    """The one shape of errors."""
    return {"error": {"code": code, "message": message, "details": details}}


def instant(at: Instant) -> str:
    """An instant as ISO 8601 in UTC, to the millisecond."""
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def reason_fields(field: str, reason: Reason) -> dict[str, Any]:
    """A reason as fields: its sentence, its code, the code's values, and their bare figures."""
    return {
        field: str(reason),
        f"{field}_code": reason.code,
        f"{field}_values": values(reason),
        f"{field}_figures": reason_figures(reason),
    }


def values(reason: Reason) -> dict[str, Any]:
    """The values of a reason in English; one that is a reason itself as its parts."""
    return {
        name: {"code": value.code, "values": values(value), "figures": reason_figures(value)}
        if isinstance(value, Reason)
        else in_english(value)
        for name, value in reason.values
    }


def reason_figures(reason: Reason) -> dict[str, Any]:
    """What a reader says in their own language, or counts on: numbers and stretches of time."""
    return {
        name: _duration(value) if isinstance(value, Duration) else value
        for name, value in reason.values
        if isinstance(value, Duration | int | float)
    }


def _duration(one: Duration) -> dict[str, Any]:
    since, until = one.since, one.until
    return {
        "seconds": round(one.seconds, 1),
        "since": None if since is None else instant(since),
        "until": None if until is None else instant(until),
    }


def link(check: Check) -> dict[str, Any]:
    """One link of the chain."""
    return {
        "name": check.name.value,
        "state": check.state.value,
        **reason_fields("detail", check.detail),
        "since": instant(check.since),
        "took_ms": None if check.took_ms is None else round(check.took_ms, 1),
        "troubled": check.troubled,
    }


def _wake(server: ServerState, domain: DomainState, now: Instant) -> dict[str, Any] | None:
    wake = domain.wake
    if wake is None or domain.status_now.status not in _CURRENT:
        return None
    seen = progress_of(wake, now)
    return {
        "id": wake.id,
        "trigger": wake.trigger.value,
        "attempt": wake.attempt,
        "started_at": instant(wake.started_at),
        "ended_at": None if wake.ended_at is None else instant(wake.ended_at),
        "outcome": wake.outcome,
        **_progress(seen),
        "overtakes": server.overtakes(domain),
        "stages": [_stage(stage, wake, server, domain) for stage in wake.stages],
    }


def _progress(seen: Progress) -> dict[str, Any]:
    return {
        "elapsed_s": round(seen.elapsed_s, 1),
        "expected_s": _rounded(seen.expected_s),
        "remaining_s": _rounded(seen.remaining_s),
        "progress": round(seen.progress, 3),
        "longer_than_usual": seen.longer_than_usual,
    }


def _stage(stage: Stage, wake: Wake, server: ServerState, domain: DomainState) -> dict[str, Any]:
    state = CheckState.OK if stage.took_s is not None else CheckState.PENDING
    if stage is wake.current and wake.outcome is not None:
        state = CheckState.FAILING
    if (
        (broken := server.first_failing(domain)) is not None
        and broken.name is stage.name
        and wake.outcome
    ):
        state = CheckState.FAILING
    return {
        "name": stage.name.value,
        "state": state.value,
        "expected_s": _rounded(stage.expected_s),
        "took_s": _rounded(stage.took_s),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)


def _retry(domain: DomainState, now: Instant) -> dict[str, Any] | None:
    if domain.retry_at is None:
        return None
    return {"at": instant(domain.retry_at), "in_s": round(max(0.0, domain.retry_at - now), 1)}


def _closed(closed: Closed | None, now: Instant) -> dict[str, Any] | None:
    if closed is None:
        return None
    at = closed.until
    return {
        "code": closed.by.value,
        "opens_at": None if at is None else instant(at),
        "in_s": None if at is None else round(max(0.0, at - now), 1),
    }
