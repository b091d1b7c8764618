"""How long a wake takes, and how far it is."""

from hall.core.model.check import CheckName
from hall.core.model.wake import Boot
from hall.core.policy.estimate import REMEMBERED, Progress, expected
from tests.core import scenes as s

NETWORK, DOCKER = CheckName.NETWORK, CheckName.DOCKER
CONTAINERS, APP = CheckName.CONTAINERS, CheckName.APP

USUAL: Boot = {NETWORK: 20.0, DOCKER: 6.0, CONTAINERS: 4.0, APP: 10.0}


def remembering(*boots: Boot) -> s.Dialogue:
    """A wake on a server whose past boots are known, just begun."""
    return s.unknown().restart(history=boots).tell(s.ping(ok=False), s.visit())


def test_a_stage_takes_what_it_took_at_the_median():
    boots = [{NETWORK: 18.0}, {NETWORK: 90.0}, {NETWORK: 20.0}]
    assert expected(boots, NETWORK) == 20.0


def test_a_stage_without_a_past_is_not_known_rather_than_zero():
    assert expected([], NETWORK) is None
    assert expected([{DOCKER: 6.0}], NETWORK) is None


def test_only_the_latest_boots_count():
    old, new = ({NETWORK: 90.0},) * 30, ({NETWORK: 20.0},) * REMEMBERED
    assert remembering(*old, *new).wake().expected_s["network"] == 20.0


def test_nothing_is_promised_without_a_past():
    seen = s.waking().outlook(12)
    assert (seen.elapsed_s, seen.expected_s, seen.remaining_s) == (12.0, None, None)
    assert (seen.progress, seen.longer_than_usual) == (0.0, False)


def test_without_a_past_progress_counts_stages():
    cell = s.waking().tell(s.ping(), s.docker(), at=20)
    assert cell.outlook(21).progress == 0.95 / 2


def test_progress_follows_the_expected_time():
    seen = remembering(USUAL).outlook(10)
    assert (seen.expected_s, seen.remaining_s, seen.progress) == (40.0, 30.0, 0.25)


def test_progress_waits_for_a_stage_that_is_late():
    seen = remembering(USUAL).outlook(35)
    assert (seen.remaining_s, seen.progress) == (20.0, 0.5)


def test_progress_leaps_when_a_stage_is_early():
    seen = remembering(USUAL).tell(s.ping(), at=5).outlook(5)
    assert (seen.remaining_s, seen.progress) == (20.0, 0.5)


def test_progress_stops_short_of_the_end_until_the_project_answers():
    cell = remembering(USUAL).tell(*s.ALL_BUT_APP_ANSWER, at=20)
    assert cell.outlook(100).progress == 0.95
    assert cell.outlook(100).remaining_s == 0.0
    assert cell.tell(s.app(), at=101).outlook(101).progress == 1.0


def test_progress_that_was_shown_is_not_taken_back_by_a_loss():
    cell = remembering(USUAL).tell(s.ping(), s.docker(), at=20)
    shown = cell.outlook(20).progress
    cell.tell(*s.NETWORK_SILENT, at=21)
    assert cell.outlook(21).progress >= shown


def test_a_clock_that_lags_behind_takes_nothing_back():
    assert remembering(USUAL).outlook(-3) == Progress(0.0, 40.0, 40.0, 0.0, longer_than_usual=False)


def test_a_wake_is_longer_than_usual_by_a_quarter_and_two_seconds():
    cell = remembering(USUAL)
    assert not cell.outlook(52).longer_than_usual
    assert cell.outlook(52.1).longer_than_usual


def test_a_failed_wake_promises_nothing_more():
    cell = remembering(USUAL).wait_until(120)
    seen = cell.outlook(500)
    assert (seen.elapsed_s, seen.remaining_s, seen.progress) == (120.0, None, 0.5)


def test_a_stage_with_no_past_among_others_that_have_one_costs_nothing():
    seen = remembering({NETWORK: 20.0, DOCKER: 5.0}).outlook(10)
    assert (seen.expected_s, seen.progress) == (25.0, 0.4)


def test_stages_that_took_no_time_count_as_stages():
    cell = remembering(dict.fromkeys(USUAL, 0.0)).tell(s.ping(), at=5)
    assert cell.outlook(5).progress == 0.95 / 4


def test_a_wake_with_every_stage_reached_and_a_doubt_left_is_not_done():
    cell = remembering(USUAL).tell(*s.ALL_ANSWER[:2], s.docker(ok=False), *s.ALL_ANSWER[2:], at=30)
    seen = cell.outlook(31)
    assert (cell.ready(), seen.progress, seen.remaining_s) == (False, 0.95, 0.0)


# ---- warm and cold -------------------------------------------------------------------------------


def test_a_warm_wake_does_not_wait_for_what_is_up():
    cell = s.unknown().restart(history=(USUAL,)).tell(s.ping(), s.docker())
    cell.tell(s.listed(s.container(state="exited")), s.visit())
    assert cell.wake().waited_for == ["containers", "app"]
    assert cell.outlook(0).expected_s == 14.0


def test_a_warm_wake_teaches_only_what_was_waited_for():
    cell = s.unknown()
    cell.tell(*s.ALL_BUT_APP_ANSWER, s.app(ok=False), s.visit())
    assert cell.tell(s.app(), at=7).history() == ({APP: 7.0},)


def test_a_cold_wake_teaches_every_stage():
    cell = s.waking().tell(s.ping(), at=18).tell(s.docker(), at=24)
    cell.tell(s.listed(s.container()), at=25)
    cell.tell(s.app(), at=30)
    assert cell.history() == ({NETWORK: 18.0, DOCKER: 6.0, CONTAINERS: 1.0, APP: 5.0},)


def test_a_failed_wake_teaches_nothing():
    assert s.waking().wait_until(120).history() == ()


def test_a_mere_doubt_that_passes_teaches_nothing():
    cell = s.unknown()
    cell.tell(*s.ALL_ANSWER, s.app(ok=False), s.visit())
    cell.wait_until(10).tell(s.app(), at=11)
    assert (cell.status(), cell.history()) == ("healthy", ())


def test_the_next_wake_expects_what_the_last_one_took():
    cell = s.waking().tell(s.ping(), at=18)
    cell.tell(s.docker(), s.listed(s.container()), s.app(), at=30)
    cell.tell(*s.SERVER_SILENT, at=900).tell(s.visit(), at=901)
    assert cell.outlook(901).expected_s == 30.0
