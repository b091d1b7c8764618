"""What the waiting page says of a state, in words: the first paint.

What is shown was decided with the state (``interface/wire/page.py``); what hangs on one visitor and
on the time ``view.js`` and ``times.js`` say, too, and a test in Chromium holds the two together.
"""

import math
from dataclasses import dataclass

from hall.interface.pages.i18n import MOMENT_S, Words
from hall.interface.pages.opening_times import Countdown, counted_down, opening_words
from hall.interface.wire.page import BROKEN, CLOSED, Fields

OPEN = ("ready", "way")
REFRESH_S = 4
PATIENT_REFRESH_S = 10
CLOSED_REFRESH_S = 60
WAY_REFRESH_S = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWords:
    """One step of the stepper; ``step`` is done, now, next or broken."""

    name: str
    step: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """What the template says of a state.

    ``progress`` is 0 to 1; ``refresh_s`` tells when a page without scripts looks again, None for
    never.
    """

    phase: str
    headline: str
    lead: str
    reason: str
    time_line: str
    percent: str
    progress: float
    countdown: Countdown
    stages: tuple[StageWords, ...]
    refresh_s: int | None


def put_into_words(
    state: Fields, words: Words, zone: str = "UTC", *, here: bool = False
) -> Sayings:
    """Say a state in words, as it stands at this instant; times of the day are those of a zone.

    ``here``: the visitor wants to be at the page's own address; if all is ready, then only the way
    is not open.
    """
    page, wake = state["page"], state["wake"]
    way = here and state["ready"]
    phase, lead = ("way", "waiting.lead.way") if way else (page["phase"], page["lead"])
    progress = _progress(state)
    return Sayings(
        phase=phase,
        headline=words(f"waiting.headline.{phase}"),
        lead=words(lead, **opening_words(state, words, zone)),
        reason=words.reason(
            state["reason_code"],
            state["reason_values"],
            state["reason_figures"],
            state["reason"],
        ),
        time_line=_time_line(state, phase, words),
        percent=words("time.percent", n=str(math.floor(progress * 100))),
        progress=progress,
        countdown=counted_down(state["closed"], words) if page["closed"] else Countdown(),
        stages=tuple(
            StageWords(
                name=stage["name"],
                step=stage["step"],
                time=_stage_time(stage, wake if page["running"] else None, words),
            )
            for stage in page["stages"]
        ),
        refresh_s=_refresh(state, phase),
    )


def _progress(state: Fields) -> float:
    if state["ready"]:
        return 1.0
    return min(0.95, float(state["wake"]["progress"])) if state["wake"] else 0.0


def _time_line(state: Fields, phase: str, words: Words) -> str:
    wake, retry = state["wake"], state.get("retry")
    if retry and phase == "failed":
        left = float(retry["in_s"])
        if left < 1:
            return words("waiting.retry_now")
        return words("waiting.retry_in", time=words.exactly(left))
    if phase in OPEN and wake:
        return words("waiting.took", time=words.exactly(wake["elapsed_s"]))
    if wake and phase == "failed" == wake["outcome"]:
        return words("waiting.stopped", time=words.exactly(wake["elapsed_s"]))
    return _running_line(wake, phase, words) if state["page"]["running"] else ""


def _running_line(wake: Fields, phase: str, words: Words) -> str:
    gone = words.exactly(wake["elapsed_s"])
    if phase == "trouble":
        return words("waiting.so_far", time=gone)
    if wake["longer_than_usual"]:
        return words("waiting.longer", time=gone)
    left = wake["remaining_s"]
    if left is None:
        return words("waiting.learning")
    if left < MOMENT_S:
        return words("waiting.moment")
    return words("waiting.left", time=words.roughly(left))


def _stage_time(stage: Fields, wake: Fields | None, words: Words) -> str:
    step, took, expected = stage["step"], stage["took_s"], stage["expected_s"]
    if step == "done":
        return "" if took is None else words.exactly(took)
    if step == "now" and wake:
        return words.exactly(_so_far(wake))
    if step == "next" and wake and expected is not None:
        return words.usually(expected)
    return ""


def _so_far(wake: Fields) -> float:
    return float(wake["elapsed_s"]) - sum(stage["took_s"] or 0 for stage in wake["stages"])


def _refresh(state: Fields, phase: str) -> int | None:
    """A page left open must not keep a project in use: it stops looking when nothing happens."""
    if phase in OPEN:
        return 1 if phase == "ready" else WAY_REFRESH_S
    if phase in CLOSED:
        left = state["closed"]["in_s"]
        return None if left is None else max(2, min(CLOSED_REFRESH_S, math.ceil(left)))
    if phase not in BROKEN:
        return REFRESH_S
    retry = state.get("retry")
    return max(2, min(PATIENT_REFRESH_S, math.ceil(retry["in_s"]))) if retry else None
