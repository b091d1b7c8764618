"""What the waiting page says of a state, in words: the first paint.

``frontend/waiting/view.js`` and ``times.js`` say the same for what follows; a test in Chromium
holds the two together.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hall.interface.pages.i18n import MOMENT_S, Words
from hall.interface.pages.opening_times import Countdown, counted_down, opening_words

StateShape = Mapping[str, Any]
"""A domain's state as on the wire."""

BAYS = 4
CLIMBING_STATUSES = ("waking", "docker_up", "longer", "trouble")
BROKEN = ("failed", "unhealthy")
SHUT = ("closed", "held")
RESTING = ("asleep", "stopping")
OPEN = ("ready", "way")
REFRESH_S = 4
PATIENT_REFRESH_S = 10
SHUT_REFRESH_S = 60
WAY_REFRESH_S = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWords:
    """One step of the stepper; ``step`` is done, now, next or broken."""

    name: str
    step: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """All that the template shows of a state.

    ``mood`` (asleep, waking, ready, failed) is what icon and light follow; ``progress`` is 0 to 1;
    ``estimated`` tells whether it can be said how long it still takes; ``shut`` that nobody is let
    in and no visit wakes it, ``calm`` that besides nothing is done yet, so that there are no stages
    to tell; ``wakes`` that a wake would be the first try; ``refresh_s`` when a page without scripts
    looks again, None for never.
    """

    phase: str
    mood: str
    headline: str
    lead: str
    reason: str
    time_line: str
    percent: str
    progress: float
    estimated: bool
    metered: bool
    asks: bool
    wakes: bool
    countdown: Countdown
    shut: bool
    calm: bool
    stages: tuple[StageWords, ...]
    bays: tuple[str, ...]
    refresh_s: int | None


def put_into_words(
    state: StateShape, words: Words, zone: str = "UTC", *, here: bool = False
) -> Sayings:
    """Say a state in words, as it stands at this instant; times of the day are those of a zone.

    ``here``: the visitor wants to be at the page's own address; if all is ready, then only the way
    is not open.
    """
    wake = state["wake"]
    running = not state["ready"] and wake is not None and wake["outcome"] is None
    phase = _phase(state, running=running, here=here)
    mood = _mood(phase, running=running)
    links = _links(state, phase, running=running)
    steps = _steps(links, mood)
    progress = _progress(state)
    shut = phase in SHUT
    lead = _shut_lead(state, running=running) if shut else _lead(state, phase, links, steps)
    return Sayings(
        phase=phase,
        mood=mood,
        headline=words(f"waiting.headline.{phase}"),
        lead=words(lead, **opening_words(state, words, zone)),
        reason=words.reason(
            state["reason_code"],
            state["reason_values"],
            state["reason_figures"],
            state["reason"],
        ),
        time_line=_time_line(state, phase, words, running=running),
        percent=words("time.percent", n=str(math.floor(progress * 100))),
        progress=progress,
        estimated=running and not shut and phase != "trouble",
        metered=(running and not shut) or _wake_tells(wake, phase),
        asks=phase in RESTING or phase in BROKEN,
        wakes=phase in RESTING,
        countdown=counted_down(state["closed"], words) if shut else Countdown(),
        shut=shut,
        calm=shut and not running,
        stages=tuple(
            StageWords(
                name=link["name"],
                step=step,
                time=_stage_time(link, step, wake if running else None, words),
            )
            for link, step in zip(links, steps, strict=True)
        ),
        bays=tuple(steps[bay * len(steps) // BAYS] if steps else "next" for bay in range(BAYS)),
        refresh_s=_refresh(state, phase),
    )


def _phase(state: StateShape, *, running: bool, here: bool) -> str:
    status = str(state["status"])
    if state["ready"]:
        return "way" if here else "ready"
    if state["closed"]:
        return _shut_phase(state)
    if not running and status not in {"waking", "docker_up", "healthy"}:
        return status
    if running and any(check["troubled"] for check in state["checks"]):
        return "trouble"
    if state["wake"] and state["wake"]["longer_than_usual"]:
        return "longer"
    return "docker_up" if status in {"docker_up", "healthy"} else "waking"


def _shut_phase(state: StateShape) -> str:
    return "held" if state["closed"]["code"] == "held" else "closed"


def _mood(phase: str, *, running: bool) -> str:
    if phase in OPEN:
        return "ready"
    if phase in BROKEN:
        return "failed"
    return "waking" if phase in CLIMBING_STATUSES or (phase in SHUT and running) else "asleep"


def _links(state: StateShape, phase: str, *, running: bool) -> list[Mapping[str, Any]]:
    wake = state["wake"]
    told = wake["stages"] if running or _wake_tells(wake, phase) else state["checks"]
    links = [link for link in told if link["state"] != "skipped"]
    return [{**link, "expected_s": None} for link in links] if phase == "trouble" else links


def _wake_tells(wake: Mapping[str, Any] | None, phase: str) -> bool:
    """A wake that is over tells of now only if it ended as things now stand."""
    return wake is not None and wake["outcome"] == ("ready" if phase in OPEN else phase)


def _steps(links: Sequence[Mapping[str, Any]], mood: str) -> list[str]:
    if mood in {"ready", "asleep"}:
        return ["done" if mood == "ready" else "next"] * len(links)
    turn = _turn([link["state"] for link in links], mood)
    here = "broken" if mood == "failed" else "now"
    return [
        here if index == turn else "done" if link["state"] == "ok" else "next"
        for index, link in enumerate(links)
    ]


def _turn(states: Sequence[str], mood: str) -> int | None:
    """The link that everything waits for, or that broke."""
    if mood == "failed" and "failing" in states:
        return states.index("failing")
    return next((index for index, state in enumerate(states) if state != "ok"), None)


def _lead(
    state: StateShape, phase: str, links: Sequence[Mapping[str, Any]], steps: Sequence[str]
) -> str:
    if state["wake"] and state["wake"]["overtakes"]:
        return "waiting.doing.overtake"
    if phase == "trouble":
        return "waiting.lead.trouble"
    for step, kind in (("broken", "broken"), ("now", "doing")):
        if step in steps:
            return f"waiting.{kind}.{links[steps.index(step)]['name']}"
    return f"waiting.lead.{phase}"


def _shut_lead(state: StateShape, *, running: bool) -> str:
    if state["closed"]["in_s"] is None:
        return "waiting.lead.never"
    return "waiting.lead.readying" if running else f"waiting.lead.{_shut_phase(state)}"


def _progress(state: StateShape) -> float:
    if state["ready"]:
        return 1.0
    return min(0.95, float(state["wake"]["progress"])) if state["wake"] else 0.0


def _time_line(state: StateShape, phase: str, words: Words, *, running: bool) -> str:
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
    return _running_line(wake, phase, words) if running else ""


def _running_line(wake: Mapping[str, Any], phase: str, words: Words) -> str:
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


def _stage_time(
    link: Mapping[str, Any], step: str, wake: Mapping[str, Any] | None, words: Words
) -> str:
    took, expected = link.get("took_s"), link.get("expected_s")
    if step == "done":
        return "" if took is None else words.exactly(took)
    if step == "now" and wake:
        return words.exactly(_so_far(wake))
    if step == "next" and wake and expected is not None:
        return words.usually(expected)
    return ""


def _so_far(wake: Mapping[str, Any]) -> float:
    return float(wake["elapsed_s"]) - sum(stage["took_s"] or 0 for stage in wake["stages"])


def _refresh(state: StateShape, phase: str) -> int | None:
    """A page left open must not keep a project in use: it stops looking when nothing happens."""
    if phase in OPEN:
        return 1 if phase == "ready" else WAY_REFRESH_S
    if phase in SHUT:
        left = state["closed"]["in_s"]
        return None if left is None else max(2, min(SHUT_REFRESH_S, math.ceil(left)))
    if phase not in BROKEN:
        return REFRESH_S
    retry = state.get("retry")
    return max(2, min(PATIENT_REFRESH_S, math.ceil(retry["in_s"]))) if retry else None
