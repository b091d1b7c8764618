"""How long a wake takes: what past ones took, stage by stage, and what this one has done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median

from hall.core.model.changed import replace
from hall.core.model.check import Check, CheckName, CheckState
from hall.core.model.wake import Boot, Outcome, Stage, Wake
from hall.core.timing import Instant

REMEMBERED = 20
"""How many past boots are taken into account: hardware and projects change."""


CEILING = 0.95
"""Progress stops here until the project answers: 100 % is a promise kept, not a guess."""


def expected(history: Iterable[Boot], name: CheckName) -> float | None:
    """The median of what this stage took, in seconds; None when it was never waited for."""
    known = [boot[name] for boot in history if name in boot]
    return median(known) if known else None


def first_stages(checks: Iterable[Check], history: Iterable[Boot]) -> tuple[Stage, ...]:
    """The stages of a new wake; a leading link that holds already costs no time."""
    boots = tuple(history)[-REMEMBERED:]
    stages, climbing = [], False
    for check in checks:
        if check.state is CheckState.SKIPPED:
            continue
        climbing = climbing or not check.is_ok
        stages.append(
            Stage(name=check.name, expected_s=expected(boots, check.name))
            if climbing
            else Stage(name=check.name, expected_s=0.0, took_s=0.0, waited=False)
        )
    return tuple(stages)


def climb(wake: Wake, checks: Mapping[CheckName, Check], now: Instant) -> Wake:
    """Mark the stages that are reached by now, in order; a reached stage stays reached."""
    while (stage := wake.current) is not None and checks[stage.name].is_ok:
        reached = replace(stage, took_s=now - wake.stage_since)
        wake = replace(
            wake,
            stages=tuple(reached if old is stage else old for old in wake.stages),
            stage_since=now,
        )
    return wake


def boot_of(wake: Wake) -> Boot:
    """Seconds by stage, of those that the wake waited for and reached: what the estimate keeps."""
    return {
        stage.name: stage.took_s
        for stage in wake.stages
        if stage.waited and stage.took_s is not None
    }


@dataclass(frozen=True, slots=True)
class Progress:
    """What can be said of a wake at one instant; None means not known, never 0."""

    elapsed_s: float
    expected_s: float | None
    remaining_s: float | None
    progress: float
    longer_than_usual: bool


def progress_of(wake: Wake, now: Instant) -> Progress:
    """How far a wake is now, or was at its end; what is left is not known without a past."""
    at = wake.ended_at if wake.ended_at is not None else now
    elapsed = max(0.0, at - wake.started_at)
    total = _total(wake)
    return Progress(
        elapsed_s=elapsed,
        expected_s=total,
        remaining_s=None if total is None or wake.outcome else _remaining(wake, now),
        progress=1.0 if wake.outcome is Outcome.READY else progress(wake, at),
        longer_than_usual=total is not None and elapsed > total * 1.25 + 2,
    )


def progress(wake: Wake, now: Instant) -> float:
    """The share done, 0 to ``CEILING``: by expected time, or by stages when nothing is known."""
    total = _total(wake)
    if not total:
        done = sum(stage.took_s is not None for stage in wake.stages)
        return CEILING * done / max(1, len(wake.stages))
    done_s = sum(_usual(stage) for stage in wake.stages if stage.took_s is not None)
    if (stage := wake.current) is not None:
        done_s += min(max(0.0, now - wake.stage_since), _usual(stage))
    return min(CEILING, done_s / total)


def _remaining(wake: Wake, now: Instant) -> float:
    left = sum(_usual(stage) for stage in wake.stages if stage.took_s is None)
    if (stage := wake.current) is not None:
        left -= min(max(0.0, now - wake.stage_since), _usual(stage))
    return left


def _total(wake: Wake) -> float | None:
    """Expected seconds of the whole; None when no stage that is waited for has a past."""
    if all(stage.expected_s is None for stage in wake.stages if stage.waited):
        return None
    return sum(_usual(stage) for stage in wake.stages)


def _usual(stage: Stage) -> float:
    return stage.expected_s or 0.0


def boot_p90(history: Iterable[Boot]) -> float | None:
    """How long all but the slowest tenth of boots took, in seconds; None without a past.

    Boots from sleep count; where there was none, any.
    """
    boots = tuple(history)[-REMEMBERED:]
    cold = [boot for boot in boots if CheckName.NETWORK in boot] or boots
    lasted = sorted(sum(boot.values()) for boot in cold)
    return lasted[max(0, ceil(len(lasted) * 0.9) - 1)] if lasted else None
