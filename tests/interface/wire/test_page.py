"""What a waiting page shows of a state is decided once, for the first paint and the script."""

from typing import Any

import pytest

from hall.core.model.reason import because
from hall.interface.wire.page import PageModel, page_of
from tests.frontend.samples import SAMPLES, a_wake, domain_state, shut, stumbling

ASLEEP = domain_state("asleep", because("asleep"))


def links(*states: str) -> list[dict[str, Any]]:
    """Stages of a wake, or checks, in these states."""
    names = ("network", "docker", "containers", "app")
    return [
        {"name": name, "state": state, "troubled": False, "expected_s": 5.0, "took_s": None}
        for name, state in zip(names, states, strict=True)
    ]


def waking(*states: str, **more: object) -> PageModel:
    """A wake with its stages in these states."""
    wake = a_wake((), 10.0) | {"stages": links(*states)} | more
    return page_of(SAMPLES["waking"] | {"wake": wake})


def told(page: PageModel, names: str) -> list[object]:
    """These fields."""
    return [dict(page)[name] for name in names.split()]


def steps(page: PageModel) -> list[str]:
    return [stage["step"] for stage in page["stages"]]


def test_the_first_link_that_does_not_hold_is_the_one_that_is_waited_for():
    page = waking("ok", "pending", "pending", "pending")
    assert steps(page) == ["done", "now", "next", "next"]
    assert page["lead"] == "waiting.doing.docker"


def test_what_is_not_configured_is_not_shown():
    page = waking("ok", "skipped", "skipped", "pending")
    assert [stage["name"] for stage in page["stages"]] == ["network", "app"]
    assert page["bays"] == ["done", "done", "now", "now"]


def test_a_failure_marks_the_broken_link():
    wake = a_wake((), 10.0, outcome="failed")
    wake["stages"] = links("ok", "ok", "failing", "pending")
    page = page_of(SAMPLES["failed-docker"] | {"wake": wake})
    assert steps(page) == ["done", "done", "broken", "next"]
    assert told(page, "lead mood offers_wake") == ["waiting.broken.containers", "failed", True]


def test_an_old_wake_does_not_speak_for_today():
    wake = a_wake((), 10.0, outcome="ready") | {"stages": links(*["ok"] * 4)}
    assert steps(page_of(ASLEEP | {"wake": wake})) == ["next"] * 4


def test_a_running_wake_is_told_as_one_even_before_a_status_is_known():
    unknown = SAMPLES["waking"] | {"status": "unknown"}
    assert page_of(unknown)["phase"] == "waking"
    assert waking(*["pending"] * 4, longer_than_usual=True)["phase"] == "longer"


def test_while_trouble_may_mend_by_itself_nothing_is_promised():
    page = page_of(stumbling(because("containers_ok")))
    assert told(page, "phase lead") == ["trouble", "waiting.lead.trouble"]
    assert told(page, "mood running estimated") == ["waking", True, False]
    assert {stage["expected_s"] for stage in page["stages"]} == {None}


def test_trouble_without_a_wake_is_what_the_status_says():
    state = stumbling(because("containers_ok")) | {"wake": None, "status": "unhealthy"}
    assert page_of(state)["phase"] == "unhealthy"


def test_what_is_closed_is_calm():
    page = page_of(shut("closed", 60.0))
    assert told(page, "phase mood lead") == ["closed", "asleep", "waiting.lead.closed"]
    assert told(page, "closed idle shows_progress offers_wake") == [True, True, False, False]


def test_while_it_is_made_ready_for_its_opening_stages_are_told_and_no_estimate():
    page = page_of(SAMPLES["readying"])
    assert told(page, "phase mood lead") == ["closed", "waking", "waiting.lead.readying"]
    assert told(page, "idle shows_progress estimated") == [False, False, False]
    assert "now" in steps(page)


@pytest.mark.parametrize(
    ("code", "in_s", "phase", "lead"),
    [
        ("held", 60.0, "held", "held"),
        ("closed", None, "closed", "never"),
        ("festival", 60.0, "closed", "closed"),
    ],
)
def test_what_is_held_or_will_not_open_is_told_apart(code, in_s, phase, lead):
    closed = {"code": code, "in_s": in_s, "opens_at": None}
    page = page_of(ASLEEP | {"closed": closed})
    assert told(page, "phase lead") == [phase, f"waiting.lead.{lead}"]


def test_what_is_just_being_put_to_sleep_may_be_woken_and_a_wake_that_overtakes_says_so():
    page = page_of(SAMPLES["stopping"])
    assert told(page, "offers_wake first_try lead") == [True, True, "waiting.lead.stopping"]
    assert page_of(SAMPLES["overtaking"])["lead"] == "waiting.doing.overtake"
