"""Containers of a domain that nobody uses may stop, while the server stays up for another."""

from dataclasses import replace

import pytest

from hall.core.model.commands import StopContainers
from hall.core.model.events import ContainersStopped, RestNoted
from hall.core.model.facts import CommandDone, SleepNow
from hall.core.model.guards import ConnectionCount, GuardReport, Unreadable
from tests.core import scenes as s

SHORT = s.with_project(stop_containers_after=0.05)


def test_those_that_need_others_stop_first():
    s.stop_is_due().guards_say().expect(s.stop("web", "db"))


def test_a_domain_whose_containers_were_stopped_is_asleep_not_ill():
    cell = s.stop_is_due().guards_say()
    cell.tell(s.WEB_AND_DB_STOPPED).tell(s.listed(*s.WEB_AND_DB_EXITED))
    assert (cell.status(), cell.why()) == ("asleep", "containers_rest")
    assert [event.error for event in cell.news(ContainersStopped)] == [None]
    assert cell.status("b") == "healthy"
    cell.expect(s.stop("web", "db"))


def test_a_visit_starts_them_again():
    cell = s.stop_is_due().guards_say().tell(s.WEB_AND_DB_STOPPED)
    cell.tell(s.listed(*s.WEB_AND_DB_EXITED)).tell(s.visit(), at=310).expect(
        s.stop("web", "db"), s.start("db", "web")
    )
    assert cell.tell(s.listed(s.WEB_NEEDS_DB, s.DB), s.app()).ready()


def test_a_visit_also_starts_those_that_ended_well_when_they_were_told_to():
    cell = s.stop_is_due().guards_say().tell(s.WEB_AND_DB_STOPPED)
    cell.tell(s.listed(*(replace(one, exit_code=0) for one in s.WEB_AND_DB_EXITED)))
    cell.tell(s.visit(), at=310).expect(s.stop("web", "db"), s.start("db", "web"))


@pytest.mark.parametrize(
    "report",
    [
        None,
        GuardReport(connections=(ConnectionCount("web", 1),)),
        GuardReport(connections=Unreadable("permission denied")),
        GuardReport(keep_awake=("db",)),
        GuardReport(keep_awake=Unreadable("no answer")),
    ],
)
def test_containers_that_are_in_use_or_may_be_do_not_stop(report):
    s.stop_is_due().guards_say(report).expect()


def test_connections_into_other_containers_do_not_hold_them():
    report = GuardReport(connections=(ConnectionCount("other", 3),), sessions=("alice on pts/0",))
    s.stop_is_due().guards_say(report).expect(s.stop("web", "db"))


def test_containers_whose_traffic_is_not_known_do_not_stop():
    spec = s.with_project(stop_containers_after=5)
    cell = s.unseen_with_docker(client1=spec, b=s.on_demand())
    cell.tell(
        s.ping(), s.docker(), s.listed(s.WEB_NEEDS_DB), s.app(), s.app(domain="b"), s.visit("b")
    )
    cell.wait_until(400).guards_say().expect(s.ASK_GUARDS, s.ASK_GUARDS)


def test_an_engine_that_would_not_stop_them_is_asked_again_later():
    cell = s.stop_is_due().guards_say().expect(s.stop("web", "db"))
    cell.tell(CommandDone(StopContainers("main", "client1", ("web", "db")), "no space"))
    told = cell.news(ContainersStopped)
    assert str(told[0].reason) == "Its containers could not be stopped: no space"
    cell.tell(s.listed(s.WEB_NEEDS_DB, s.DB), s.visit("b"), s.traffic(20), at=599).expect()
    cell.tell(s.traffic(20), at=601).expect(s.ASK_GUARDS)


def test_sleep_now_of_one_domain_stops_its_containers_at_once():
    cell = s.two_with_containers().tell(s.visit("b"), SleepNow("client1"), at=299)
    cell.expect(s.ASK_GUARDS)
    cell.guards_say().expect(s.stop("web", "db"))


def test_sleep_now_of_everything_leaves_the_containers_as_they_are():
    cell = s.two_with_containers().tell(SleepNow(), at=300)
    cell.guards_say().expect(s.ASK_GUARDS, s.ASK_GUARDS, s.SLEEP)


def test_a_ring_of_needs_stops_too():
    ring = (s.container("a", depends_on=s.needs("b")), s.container("b", depends_on=s.needs("a")))
    cell = s.two_with_containers().tell(s.listed(*ring)).tell(s.visit("b"), at=299).wait_until(300)
    cell.guards_say().expect(s.ASK_GUARDS, s.stop("a", "b"))


def test_nobody_is_let_in_to_containers_that_are_being_stopped():
    cell = s.stop_is_due().guards_say().tell(s.listed(s.WEB_NEEDS_DB, s.DB), s.app())
    assert (cell.ready(), cell.status()) == (False, "asleep")
    cell.expect(s.stop("web", "db"))


def test_a_visitor_who_comes_while_they_stop_is_let_in_when_they_run_again():
    cell = s.stop_is_due().guards_say().tell(s.visit(), at=305)
    assert cell.status() == "docker_up"
    cell.expect(s.stop("web", "db"))
    cell.tell(s.WEB_AND_DB_STOPPED, at=310).tell(s.listed(*s.WEB_AND_DB_EXITED))
    cell.expect(s.start("db", "web"))
    assert cell.tell(s.listed(s.WEB_NEEDS_DB, s.DB), s.app(), at=320).ready()


def test_the_server_does_not_sleep_while_they_stop():
    cell = s.stop_is_due().guards_say().tell(SleepNow(force=True), at=301)
    cell.expect(s.stop("web", "db"))
    assert cell.verdict() == "Containers are being stopped"
    cell.tell(s.WEB_AND_DB_STOPPED)
    cell.tell(s.listed(*s.WEB_AND_DB_EXITED), SleepNow(force=True), at=302).expect(
        s.ASK_GUARDS, s.SLEEP
    )


def test_containers_that_somebody_else_started_again_are_not_at_rest():
    cell = s.stop_is_due().guards_say().tell(s.WEB_AND_DB_STOPPED)
    cell.tell(s.listed(*s.WEB_AND_DB_EXITED)).tell(s.listed(s.WEB_NEEDS_DB, s.DB), s.app())
    assert cell.status() == "healthy"
    cell.tell(s.listed(*s.WEB_AND_DB_EXITED), s.app(ok=False))
    assert cell.status() == "unhealthy"
    cell.expect(s.stop("web", "db"))


def test_containers_that_hall_stopped_are_known_after_a_restart():
    cell = s.stop_is_due().guards_say().tell(s.WEB_AND_DB_STOPPED)
    assert [s.second(event.rested_at) for event in cell.news(RestNoted)] == [cell.rested_at()]
    cell.expect(s.stop("web", "db"))


# ---- which, and when ---------------------------------------------------------------------------


def alone(**policy: object) -> s.Dialogue:
    """One domain whose containers stop after five minutes, or as told."""
    spec = s.with_project(**{"stop_containers_after": 5, **policy})
    cell = s.unseen_with_docker(client1=spec)
    return cell.tell(s.ping(), s.docker(), s.listed(s.WEB_NEEDS_DB, s.DB), s.app())


def test_the_time_until_they_stop_counts_from_their_last_use():
    cell = s.two_with_containers().tell(s.visit(), s.visit("b"), at=299).tell(s.traffic(10), at=598)
    cell.wait_until(598.9).expect()
    cell.wait_until(599).guards_say().expect(s.ASK_GUARDS, s.stop("web", "db"))


def test_while_their_traffic_is_not_known_the_guards_are_not_asked_all_the_time():
    cell = s.two_with_containers().tell(s.visit("b"), at=299)
    cell.wait_until(389.5).guards_say().expect(s.ASK_GUARDS, s.ASK_GUARDS)
    cell.wait_until(449).expect()
    cell.wait_until(450).expect(s.ASK_GUARDS)


def test_containers_that_keep_restarting_stop_too():
    cell = s.two_with_containers().tell(s.listed(s.container("web", "restarting"), s.DB))
    cell.tell(s.visit("b"), at=299)
    cell.wait_until(300).guards_say().expect(s.ASK_GUARDS, s.stop("db", "web"))


def test_sleep_now_of_one_domain_does_not_wait_for_its_traffic():
    cell = (
        s.two_with_containers()
        .tell(s.visit("b"), at=480)
        .tell(SleepNow("client1"))
        .expect(*[s.ASK_GUARDS] * 5)
    )
    cell.wait_until(481).guards_say().expect(s.stop("web", "db"))


@pytest.mark.parametrize("policy", [{"type": "always_on"}, {"stop_containers_after": None}])
def test_containers_that_are_to_stay_stay(policy):
    stays = s.with_policy(**{"type": "on_demand", **policy}).policy
    spec = s.with_project().model_copy(update={"policy": stays})
    cell = s.unseen_with_docker(client1=spec, b=s.ALWAYS)
    cell.tell(
        s.ping(),
        s.docker(),
        s.listed(s.WEB_NEEDS_DB, s.DB),
        s.app(),
        s.app(domain="b"),
        s.traffic(0),
    )
    cell.tell(s.traffic(0), at=1000).expect()


def test_containers_do_not_stop_in_their_opening_hours():
    hours = {"type": "scheduled", "open": [{"days": ["tue"], "from": "08:00", "to": "24:00"}]}
    policy = s.with_policy(stop_containers_after=5, **hours).policy
    spec = s.with_project().model_copy(update={"policy": policy})
    cell = s.unseen_with_docker(client1=spec)
    cell.tell(s.ping(), s.docker(), s.listed(s.WEB_NEEDS_DB, s.DB), s.app(), s.traffic(0))
    cell.tell(s.traffic(0), at=301)
    assert cell.status() == "healthy"
    cell.expect()


def test_containers_do_not_stop_while_a_wake_waits_for_their_project():
    cell = alone(stop_containers_after=1)
    cell.tell(s.listed(*s.WEB_AND_DB_EXITED), *s.APP_FAILS)
    cell.tell(s.visit(), at=10).tell(s.listed(s.WEB_NEEDS_DB, s.DB), s.traffic(0), at=20).expect(
        s.start("db", "web")
    )
    cell.tell(s.traffic(0), at=70).tell(s.traffic(0), at=75)
    assert cell.status() == "docker_up"
    cell.expect()


def test_containers_do_not_stop_while_it_is_looked_whether_a_wake_is_needed():
    cell = s.unseen_with_docker(client1=SHORT).tell(
        s.ping(), s.docker(), s.listed(s.WEB_NEEDS_DB, s.DB), s.traffic(0), at=1
    )
    cell.tell(s.traffic(0), at=2).tell(s.visit(), at=3)
    cell.wait_until(8).expect()


def test_containers_stop_first_and_then_the_server_sleeps():
    cell = alone(stop_containers_after=10).tell(s.traffic(0), s.visit()).tell(s.traffic(0), at=599)
    cell.wait_until(600).guards_say().expect(s.ASK_GUARDS, s.stop("web", "db"))
    cell.tell(s.WEB_AND_DB_STOPPED).tell(s.listed(*s.WEB_AND_DB_EXITED), s.traffic(0), at=604)
    cell.guards_say().expect(s.SLEEP)


def test_a_list_that_fails_while_they_stop_says_nothing():
    cell = s.stop_is_due().guards_say().tell(s.unlisted())
    assert cell.check("containers") == ("pending", "containers_stopping")
    cell.expect(s.stop("web", "db"))
