"""What a waiting page shows of a state, in keys and numbers: decided here, for server and script.

Words are the page's own, and so is what depends on one visitor alone: whether they stay, and
whether the way is open where they stand.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from hall.interface.wire.described import TypedDict, means

_BAYS = 4
BROKEN = ("failed", "unhealthy")
CLOSED = ("closed", "held")
_RESTING = ("asleep", "stopping")
_CLIMBING = ("waking", "docker_up", "longer", "trouble")

Fields = Mapping[str, Any]
"""A domain's state as on the wire, or a part of it: a check, a wake, one of its stages.

Their shapes are those of ``wire.domain``, of which this is a part.
"""


class PageStageModel(TypedDict):
    """One step of the way up."""

    name: Annotated[str, means("The check that it waits for.")]
    step: Annotated[str, means("done, now, next or broken.")]
    expected_s: Annotated[float | None, means("What it usually takes, while that can be hoped.")]
    took_s: Annotated[float | None, means("How long it took this time.")]


class PageModel(TypedDict):
    """What a waiting page shows."""

    phase: Annotated[
        str,
        means(
            "ready, waking, docker_up, longer, trouble, asleep, unknown, stopping, closed, held, "
            "failed or unhealthy."
        ),
    ]
    mood: Annotated[str, means("asleep, waking, ready or failed: what icon and light follow.")]
    lead: Annotated[str, means("The key of the sentence below the headline.")]
    running: Annotated[bool, means("Whether a wake runs.")]
    estimated: Annotated[bool, means("Whether it can be said how long it still takes.")]
    shows_progress: Annotated[
        bool, means("Whether there is a wake whose progress tells something.")
    ]
    offers_wake: Annotated[bool, means("Whether a visitor may ask for a wake.")]
    first_try: Annotated[bool, means("Whether that would be the first try.")]
    closed: Annotated[bool, means("Whether nobody is let in, and no visit wakes it.")]
    idle: Annotated[bool, means("Whether it is closed and no wake runs: no stages are shown.")]
    stages: Annotated[list[PageStageModel], means("What has to hold, in order.")]
    bays: Annotated[list[str], means("The steps of the four bays of the drawn hall.")]


def page_of(state: Fields) -> PageModel:
    """What a page shows of a state; all of it follows from the state's other fields."""
    wake = state["wake"]
    running = not state["ready"] and wake is not None and wake["outcome"] is None
    phase = _phase(state, running=running)
    mood = _mood(phase, running=running)
    closed = phase in CLOSED
    links = _links(state, phase, running=running)
    steps = _steps(links, mood)
    hopeful = running and phase != "trouble"
    if closed:
        lead = _closed_lead(state, phase, running=running)
    else:
        lead = _lead(state, phase, links, steps)
    return {
        "phase": phase,
        "mood": mood,
        "lead": lead,
        "running": running,
        "estimated": hopeful and not closed,
        "shows_progress": (running and not closed) or _wake_tells(wake, phase),
        "offers_wake": phase in _RESTING or phase in BROKEN,
        "first_try": phase in _RESTING,
        "closed": closed,
        "idle": closed and not running,
        "stages": [
            {
                "name": link["name"],
                "step": step,
                "expected_s": link.get("expected_s") if hopeful else None,
                "took_s": link.get("took_s"),
            }
            for link, step in zip(links, steps, strict=True)
        ],
        "bays": [steps[bay * len(steps) // _BAYS] if steps else "next" for bay in range(_BAYS)],
    }


def _phase(state: Fields, *, running: bool) -> str:
    status = str(state["status"])
    if state["ready"]:
        return "ready"
    if state["closed"]:
        return "held" if state["closed"]["code"] == "held" else "closed"
    if not running and status not in {"waking", "docker_up", "healthy"}:
        return status
    if running and any(check["troubled"] for check in state["checks"]):
        return "trouble"
    if state["wake"] and state["wake"]["longer_than_usual"]:
        return "longer"
    return "docker_up" if status in {"docker_up", "healthy"} else "waking"


def _mood(phase: str, *, running: bool) -> str:
    if phase == "ready":
        return "ready"
    if phase in BROKEN:
        return "failed"
    return "waking" if phase in _CLIMBING or (phase in CLOSED and running) else "asleep"


def _links(state: Fields, phase: str, *, running: bool) -> list[Fields]:
    wake = state["wake"]
    told = wake["stages"] if running or _wake_tells(wake, phase) else state["checks"]
    return [link for link in told if link["state"] != "skipped"]


def _wake_tells(wake: Fields | None, phase: str) -> bool:
    """A wake that is over tells of now only if it ended as things now stand."""
    return wake is not None and wake["outcome"] == phase


def _steps(links: Sequence[Fields], mood: str) -> list[str]:
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


def _lead(state: Fields, phase: str, links: Sequence[Fields], steps: Sequence[str]) -> str:
    if state["wake"] and state["wake"]["overtakes"]:
        return "waiting.doing.overtake"
    if phase == "trouble":
        return "waiting.lead.trouble"
    for step, kind in (("broken", "broken"), ("now", "doing")):
        if step in steps:
            return f"waiting.{kind}.{links[steps.index(step)]['name']}"
    return f"waiting.lead.{phase}"


def _closed_lead(state: Fields, phase: str, *, running: bool) -> str:
    if state["closed"]["in_s"] is None:
        return "waiting.lead.never"
    return "waiting.lead.readying" if running else f"waiting.lead.{phase}"
