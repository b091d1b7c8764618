"""What the waiting page says of a state, in words: the first paint.

``frontend/waiting/view.js`` and ``times.js`` say the same for what follows; a test in Chromium
holds the two together.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

State = Mapping[str, Any]
"""A domain's state as on the wire."""

BAYS = 4
CLIMBING = ("waking", "docker_up", "longer", "trouble")
BROKEN = ("failed", "unhealthy")
TROUBLE = (
    "container_exited",
    "container_unhealthy",
    "container_missing",
    "containers_missing",
    "container_dead",
    "start_refused",
)
"""What may mend by itself or end the wake: Hall waits a little before it says which."""
MOMENT_S = 3
SHORT_S = 10
REFRESH_S = 4
PATIENT_REFRESH_S = 10


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
    ``estimated`` tells whether it can be said how long it still takes; ``refresh_s`` when a page
    without scripts looks again, None for never.
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
    stages: tuple[StageWords, ...]
    bays: tuple[str, ...]
    refresh_s: int | None


class Words:
    """The words of one language."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self.table = table

    def __call__(self, key: str, **values: str) -> str:
        """The text of a key; a key that is missing shows itself."""
        return _fill(self.table.get(key, key), values)

    def reason(self, code: str, values: Mapping[str, Any], text: str) -> str:
        """A reason in this language, or as it was sent; a value may be a reason itself."""
        sentence = self.table.get(f"reason.{code}")
        if sentence is None:
            return text
        return _fill(sentence, {name: self._value(value) for name, value in values.items()})

    def _value(self, value: object) -> str:
        if isinstance(value, Mapping):
            return self.reason(value["code"], value.get("values") or {}, value["code"])
        return str(value)

    def exactly(self, seconds: float) -> str:
        """As in "12 s", "1 min 05 s"."""
        whole = max(0, math.floor(seconds))
        if whole < 60:  # noqa: PLR2004 - seconds in a minute
            return self("time.seconds", s=str(whole))
        return self("time.minutes_seconds", m=str(whole // 60), s=f"{whole % 60:02d}")

    def roughly(self, seconds: float) -> str:
        """A duration that does not pretend to be exact: steps of five seconds, then minutes."""
        rounded = max(5, math.ceil(seconds / 5) * 5)
        if rounded <= 90:  # noqa: PLR2004 - "90 s" still reads well
            return self("time.seconds", s=str(rounded))
        return self("time.minutes", m=str(math.floor(rounded / 60 + 0.5)))

    def usually(self, seconds: float) -> str:
        """How long a stage takes: short ones to the second, so that they add up to what is left."""
        if seconds < MOMENT_S:
            return self("stage.moment")
        short = seconds <= SHORT_S
        time = self.exactly(math.floor(seconds + 0.5)) if short else self.roughly(seconds)
        return self("stage.usually", time=time)


def put_into_words(state: State, words: Words) -> Sayings:
    """Say a state in words, as it stands at this instant."""
    wake = state["wake"]
    running = not state["ready"] and wake is not None and wake["outcome"] is None
    phase = _phase(state, running=running)
    mood = _mood(phase)
    links = _links(state, phase, running=running)
    steps = _steps(links, mood)
    progress = _progress(state)
    estimated = running and phase != "trouble"
    return Sayings(
        phase=phase,
        mood=mood,
        headline=words(f"waiting.headline.{phase}"),
        lead=words(_lead(phase, links, steps)),
        reason=words.reason(
            state["reason_code"], state.get("reason_values") or {}, state["reason"]
        ),
        time_line=_time_line(state, phase, words, running=running),
        percent=words("time.percent", n=str(math.floor(progress * 100))),
        progress=progress,
        estimated=estimated,
        metered=running or _wake_tells(wake, phase),
        asks=phase == "asleep" or phase in BROKEN,
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


def _phase(state: State, *, running: bool) -> str:
    status = str(state["status"])
    if state["ready"]:
        return "ready"
    if not running and status not in {"waking", "docker_up", "healthy"}:
        return status
    if running and any(_stumbles(check) for check in state["checks"]):
        return "trouble"
    if state["wake"] and state["wake"]["longer_than_usual"]:
        return "longer"
    return "docker_up" if status in {"docker_up", "healthy"} else "waking"


def _stumbles(check: Mapping[str, Any]) -> bool:
    return (
        check["name"] == "containers"
        and check["state"] != "ok"
        and check.get("detail_code") in TROUBLE
    )


def _mood(phase: str) -> str:
    if phase == "ready":
        return "ready"
    if phase in BROKEN:
        return "failed"
    return "waking" if phase in CLIMBING else "asleep"


def _links(state: State, phase: str, *, running: bool) -> list[Mapping[str, Any]]:
    wake = state["wake"]
    told = wake["stages"] if running or _wake_tells(wake, phase) else state["checks"]
    links = [link for link in told if link["state"] != "skipped"]
    return [{**link, "expected_s": None} for link in links] if phase == "trouble" else links


def _wake_tells(wake: Mapping[str, Any] | None, phase: str) -> bool:
    """A wake that is over tells of now only if it ended as things now stand."""
    return wake is not None and wake["outcome"] == phase


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


def _lead(phase: str, links: Sequence[Mapping[str, Any]], steps: Sequence[str]) -> str:
    if phase == "trouble":
        return "waiting.lead.trouble"
    for step, kind in (("broken", "broken"), ("now", "doing")):
        if step in steps:
            return f"waiting.{kind}.{links[steps.index(step)]['name']}"
    return f"waiting.lead.{phase}"


def _progress(state: State) -> float:
    if state["ready"]:
        return 1.0
    return min(0.95, float(state["wake"]["progress"])) if state["wake"] else 0.0


def _time_line(state: State, phase: str, words: Words, *, running: bool) -> str:
    wake, retry = state["wake"], state.get("retry")
    if retry and phase == "failed":
        left = float(retry["in_s"])
        if left < 1:
            return words("waiting.retry_now")
        return words("waiting.retry_in", time=words.exactly(left))
    if phase == "ready" and wake:
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


def _refresh(state: State, phase: str) -> int | None:
    """A page left open must not keep a project in use: it stops looking when nothing happens."""
    if phase == "ready":
        return 1
    if phase not in BROKEN:
        return REFRESH_S
    retry = state.get("retry")
    return max(2, min(PATIENT_REFRESH_S, math.ceil(retry["in_s"]))) if retry else None


def _fill(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda hole: values.get(hole[1], hole[0]), text)
