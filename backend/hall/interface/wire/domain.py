"""The JSON shapes of a domain on HTTP and socket; ``protocol.js`` mirrors them and ``page``.

Times are ISO 8601 in UTC, durations are seconds, and null means not known, never 0. Readers ignore
fields that they do not know; a higher ``v`` means "reload the page".
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from hall.application.supervisor import View
from hall.core.model.check import Check, CheckState
from hall.core.model.closed import Closed
from hall.core.model.reason import Reason, in_english
from hall.core.model.state import DomainState, ServerState, Status
from hall.core.model.wake import Stage, Wake
from hall.core.policy.estimate import progress_of
from hall.core.timing import Duration, Instant
from hall.interface.wire.described import TypedDict, means
from hall.interface.wire.page import PageModel, page_of

VERSION = 1

FIGURES = (
    "Of these values the numbers, bare, and the stretches of time as objects: seconds, and the "
    "instant since or until which one runs on, else null."
)

_CURRENT = {Status.WAKING, Status.DOCKER_UP, Status.HEALTHY, Status.FAILED}
"""The statuses in which the last wake still explains what is seen."""


class ReasonFields(TypedDict):
    """Why something stands as it does."""

    reason: Annotated[str, means("Why, in plain words.")]
    reason_code: Annotated[str, means("The same as a stable code.")]
    reason_values: Annotated[dict[str, Any], means("The values of that code's sentence.")]
    reason_figures: Annotated[dict[str, Any], means(FIGURES)]


class DetailFields(TypedDict):
    """What was seen of a link."""

    detail: Annotated[str, means("What was seen, in plain words.")]
    detail_code: Annotated[str, means("The same as a stable code.")]
    detail_values: Annotated[dict[str, Any], means("The values of that code's sentence.")]
    detail_figures: Annotated[dict[str, Any], means(FIGURES)]


class CheckModel(DetailFields):
    """One link of the chain."""

    name: Annotated[str, means("network, docker, containers or app.")]
    state: Annotated[str, means("pending, ok, failing or skipped (not configured).")]
    since: Annotated[str, means("Since when it is in this state.")]
    took_ms: Annotated[float | None, means("How long its last answer took.")]
    troubled: Annotated[bool, means("Whether waiting alone may not mend what it says.")]


class StageModel(TypedDict):
    """One stage of a wake."""

    name: Annotated[str, means("The check that it waits for.")]
    state: Annotated[str, means("pending, ok or failing.")]
    expected_s: Annotated[float | None, means("The median of past wakes.")]
    took_s: Annotated[float | None, means("How long it took this time.")]


class WakeModel(TypedDict):
    """One attempt to bring a domain up."""

    id: Annotated[str, means("Its name in the journal.")]
    trigger: Annotated[str, means("visit, api, retry, policy or admin.")]
    attempt: Annotated[int, means("1 for the first, more for automatic retries.")]
    started_at: Annotated[str, means("When it began.")]
    ended_at: Annotated[str | None, means("When it ended.")]
    outcome: Annotated[str | None, means("ready, failed, or null while it runs.")]
    elapsed_s: Annotated[float, means("Seconds so far, or in all.")]
    expected_s: Annotated[float | None, means("Seconds that it usually takes.")]
    remaining_s: Annotated[float | None, means("Seconds that are probably left.")]
    progress: Annotated[float, means("0 to 0.95 while it runs, 1 when ready.")]
    longer_than_usual: Annotated[bool, means("Whether it takes clearly longer than usual.")]
    overtakes: Annotated[bool, means("Whether the server must fall asleep first.")]
    stages: Annotated[list[StageModel], means("Its stages, in order.")]


class RetryModel(TypedDict):
    """The next attempt, which starts by itself."""

    at: Annotated[str, means("When.")]
    in_s: Annotated[float, means("In how many seconds.")]


class ClosedModel(TypedDict):
    """Why nobody is let in and no visit wakes it, and until when."""

    code: Annotated[str, means("closed (by its schedule) or held (asleep, by an admin).")]
    opens_at: Annotated[str | None, means("When visits count again; null: none is planned.")]
    in_s: Annotated[float | None, means("In how many seconds.")]


class StateFields(ReasonFields):
    """A domain's state, but for what follows from it."""

    v: Annotated[int, means("Version of this shape.")]
    seq: Annotated[int, means("Grows with every visible change.")]
    id: Annotated[str, means("The domain.")]
    name: Annotated[str, means("Its name, for people.")]
    status: Annotated[
        str, means("unknown, asleep, waking, docker_up, healthy, unhealthy, failed or stopping.")
    ]
    since: Annotated[str, means("Since when it has this status.")]
    ready: Annotated[bool, means("Whether a visitor may go in now.")]
    url: Annotated[str | None, means("Where to go, once it is ready.")]
    server_time: Annotated[str, means("The gateway's clock.")]
    checks: Annotated[list[CheckModel], means("The four links, in order.")]
    wake: Annotated[WakeModel | None, means("The running wake, or the last one if it matters.")]
    retry: Annotated[RetryModel | None, means("The next automatic attempt after a failure.")]
    closed: Annotated[ClosedModel | None, means("What keeps visitors out; null: nothing does.")]


class StateModel(StateFields):
    """A domain's state: the same on REST and socket."""

    page: Annotated[PageModel, means("What a waiting page shows of it.")]


class ErrorBody(TypedDict):
    """What went wrong."""

    code: Annotated[str, means("Stable and machine-readable.")]
    message: Annotated[str, means("For people.")]
    details: Annotated[Any, means("More, by code.")]


class ErrorModel(TypedDict):
    """The one shape of errors."""

    error: Annotated[ErrorBody, means("What went wrong.")]


class AliveModel(TypedDict):
    """That the process lives."""

    status: Annotated[str, means("ok")]
    version: Annotated[str, means("Hall's version.")]


class ReadyModel(TypedDict):
    """Whether Hall can do its work."""

    ready: Annotated[bool, means("Whether every server has been looked at.")]
    waiting_for: Annotated[list[str], means("What is still missing.")]
    journal: Annotated[str, means("ok, or sick while the journal cannot be written.")]


def state_json(view: View, now: Instant) -> StateModel:
    """A domain's state on the wire."""
    server, domain = view.server, view.domain
    status_now = domain.status_now
    fields: StateFields = {
        "v": VERSION,
        "seq": domain.seq,
        "id": domain.id,
        "name": domain.spec.name,
        "status": status_now.status.value,
        "since": instant(status_now.since),
        **reason_fields(status_now.reason),
        "ready": view.ready,
        "url": domain.spec.url if view.ready else None,
        "server_time": instant(now),
        "checks": [link(check) for check in server.checks(domain)],
        "wake": _wake(server, domain, now),
        "retry": _retry(domain, now),
        "closed": _closed(closed_for_visitors(view), now),
    }
    return {**fields, "page": page_of(fields)}


def closed_for_visitors(view: View) -> Closed | None:
    """What keeps visitors out; None while they may wait for it."""
    return view.server.closed_for_visitors(view.domain)


def state_message(view: View, now: Instant) -> str:
    """The same as a socket message."""
    return dumps({"type": "state", **state_json(view, now)})


def dumps(body: Mapping[str, object]) -> str:
    """JSON as it goes out."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def error(code: str, message: str, details: object = None) -> ErrorModel:
    """The one shape of errors."""
    return {"error": {"code": code, "message": message, "details": details}}


def instant(at: Instant) -> str:
    """An instant as ISO 8601 in UTC, to the millisecond."""
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def reason_fields(reason: Reason) -> ReasonFields:
    """A reason as fields: its sentence, its code, the code's values, and their bare figures."""
    return {
        "reason": str(reason),
        "reason_code": reason.code,
        "reason_values": values(reason),
        "reason_figures": reason_figures(reason),
    }


def detail_fields(detail: Reason) -> DetailFields:
    """The same of what was seen of a link."""
    return {
        "detail": str(detail),
        "detail_code": detail.code,
        "detail_values": values(detail),
        "detail_figures": reason_figures(detail),
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


def link(check: Check) -> CheckModel:
    """One link of the chain."""
    return {
        "name": check.name.value,
        "state": check.state.value,
        **detail_fields(check.detail),
        "since": instant(check.since),
        "took_ms": None if check.took_ms is None else round(check.took_ms, 1),
        "troubled": check.troubled,
    }


def _wake(server: ServerState, domain: DomainState, now: Instant) -> WakeModel | None:
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
        "elapsed_s": round(seen.elapsed_s, 1),
        "expected_s": _rounded(seen.expected_s),
        "remaining_s": _rounded(seen.remaining_s),
        "progress": round(seen.progress, 3),
        "longer_than_usual": seen.longer_than_usual,
        "overtakes": server.overtakes(domain),
        "stages": [_stage(stage, wake, server, domain) for stage in wake.stages],
    }


def _stage(stage: Stage, wake: Wake, server: ServerState, domain: DomainState) -> StageModel:
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


def _retry(domain: DomainState, now: Instant) -> RetryModel | None:
    if domain.retry_at is None:
        return None
    return {"at": instant(domain.retry_at), "in_s": round(max(0.0, domain.retry_at - now), 1)}


def _closed(closed: Closed | None, now: Instant) -> ClosedModel | None:
    if closed is None:
        return None
    at = closed.until
    return {
        "code": closed.by.value,
        "opens_at": None if at is None else instant(at),
        "in_s": None if at is None else round(max(0.0, at - now), 1),
    }
