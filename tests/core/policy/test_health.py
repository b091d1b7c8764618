"""From a look to a verdict: thresholds and patience."""

from hall.core.model.check import Check, CheckName, CheckState, ProbeResult, fresh_check
from hall.core.model.reason import because
from hall.core.policy.health import judge, reset

YES = ProbeResult(ok=True, detail=because("app_ok", status=200), took_ms=12.0)
NO = ProbeResult(ok=False, detail=because("app_silent"))


def link(name: CheckName = CheckName.APP, *sights: ProbeResult, awaited: bool = False) -> Check:
    """A link after these looks, one each second."""
    check = fresh_check(name, configured=True, now=0.0)
    for second, result in enumerate(sights, start=1):
        check = judge(check, result, float(second), awaited=awaited)
    return check


def test_a_link_that_was_never_looked_at_is_pending():
    check = link()
    assert (check.state, check.seen_at, check.took_ms) == (CheckState.PENDING, None, None)
    assert not check.is_ok


def test_a_link_that_is_not_configured_holds_and_cannot_be_judged():
    check = fresh_check(CheckName.APP, configured=False, now=0.0)
    assert check.is_ok
    assert judge(check, NO, 5.0, awaited=False) == check
    assert reset(check, "waits_for_server", 5.0) == check


def test_one_answer_is_enough():
    check = link(CheckName.APP, YES)
    assert (check.state, check.since, check.took_ms) == (CheckState.OK, 1.0, 12.0)


def test_a_link_that_never_held_fails_at_its_first_look():
    assert link(CheckName.NETWORK, NO).state is CheckState.FAILING


def test_what_does_not_answer_yet_is_pending_while_it_is_awaited():
    assert link(CheckName.NETWORK, NO, awaited=True).state is CheckState.PENDING


def test_one_miss_is_counted_and_forgiven():
    check = link(CheckName.APP, YES, NO)
    assert (check.state, check.misses, check.seen_at) == (CheckState.OK, 1, 2.0)
    assert check.detail == YES.detail


def test_an_answer_forgets_the_misses():
    assert link(CheckName.APP, YES, NO, YES).misses == 0


def test_an_app_is_believed_to_fail_at_its_sixth_miss():
    check = link(CheckName.APP, YES, *[NO] * 6)
    assert (check.state, check.since, check.misses) == (CheckState.FAILING, 7.0, 0)
    assert (check.took_ms, check.detail) == (None, NO.detail)


def test_docker_is_believed_to_fail_at_its_sixth_miss():
    assert link(CheckName.DOCKER, YES, *[NO] * 5).is_ok
    assert not link(CheckName.DOCKER, YES, *[NO] * 6).is_ok


def test_a_network_is_believed_to_fail_at_its_third_miss():
    assert link(CheckName.NETWORK, YES, NO, NO).is_ok
    assert not link(CheckName.NETWORK, YES, NO, NO, NO).is_ok


def test_containers_are_believed_to_fail_at_once():
    assert not link(CheckName.CONTAINERS, YES, NO).is_ok


def test_a_link_that_held_has_patience_even_when_awaited():
    assert link(CheckName.APP, YES, NO, awaited=True).is_ok
    assert link(CheckName.APP, YES, *[NO] * 6, awaited=True).state is CheckState.PENDING


def test_since_is_when_the_state_began_not_when_it_was_last_seen():
    check = link(CheckName.APP, NO, NO, NO)
    assert (check.since, check.seen_at) == (1.0, 3.0)


def test_a_link_that_cannot_be_looked_at_forgets_what_was_seen():
    check = reset(link(CheckName.APP, YES), "waits_for_server", 9.0)
    assert (check.state, check.since, check.seen_at) == (CheckState.PENDING, 9.0, None)
    assert check.detail == because("waits_for_server")


def test_a_link_that_was_pending_is_so_since_as_long_as_before():
    assert reset(link(), "waits_for_docker", 9.0).since == 0.0
