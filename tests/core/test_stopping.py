"""Containers of a domain that nobody uses may stop, while the server stays up for another."""

from dataclasses import replace

import pytest

from core.dialogue import (
    Dialogue,
    app,
    container,
    docker,
    listed,
    needs,
    ping,
    unlisted,
    visit,
)
from core.resting import (
    asked,
    guards_say,
    on_demand,
    sleeps,
    sleepy_server,
    stops,
    traffic,
    verdict,
    with_policy,
    with_project,
)
from core.test_policy import ALWAYS, DOCKER
from hall.core.commands import StopContainers
from hall.core.events import ContainersStopped, HoldNoted
from hall.core.facts import Carried, Dismissed
from hall.core.report import Connections, Report, Unread

WEB = container("web", needs=needs("db"))
DB = container("db")
DOWN = (container("web", "exited"), container("db", "exited"))
STOPPED = Carried(StopContainers("main", "client1", ("web", "db")))
SHORT = with_project(stop_containers_after=0.05)


def two(**policy: object) -> Dialogue:
    """Two domains: one with containers that stop after five minutes, one that is used."""
    spec = with_project(stop_containers_after=5, **policy)
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": spec, "b": on_demand()})
    cell.tell(ping(), docker(), listed(WEB, DB), app(), app(domain="b"))
    return cell.tell(traffic(0), at=270).tell(traffic(10), at=299)


def due() -> Dialogue:
    """The same, when the containers may stop: the guards are asked."""
    cell = two().tell(visit("b"), at=299).wait_until(300)
    assert asked(cell) == 1
    return cell


def test_those_that_need_others_stop_first():
    cell = guards_say(due())
    assert stops(cell) == [("web", "db")]


def test_a_domain_whose_containers_were_stopped_is_asleep_not_ill():
    cell = guards_say(due())
    cell.tell(STOPPED).tell(listed(*DOWN))
    assert (cell.status(), cell.why()) == ("asleep", "containers_rest")
    assert [event.error for event in cell.news(ContainersStopped)] == [None]
    assert cell.status("b") == "healthy"


def test_a_visit_starts_them_again():
    cell = guards_say(due()).tell(STOPPED)
    cell.tell(listed(*DOWN)).tell(visit(), at=310)
    assert cell.starts == [("db", "web")]
    assert cell.tell(listed(WEB, DB), app()).ready()


def test_a_visit_also_starts_those_that_ended_well_when_they_were_told_to():
    cell = guards_say(due()).tell(STOPPED)
    cell.tell(listed(*(replace(one, exit_code=0) for one in DOWN))).tell(visit(), at=310)
    assert cell.starts == [("db", "web")]


@pytest.mark.parametrize(
    "report",
    [
        None,
        Report(connections=(Connections("web", 1),)),
        Report(connections=Unread("permission denied")),
        Report(keep_awake=("db",)),
        Report(keep_awake=Unread("no answer")),
    ],
)
def test_containers_that_are_in_use_or_may_be_do_not_stop(report):
    assert stops(guards_say(due(), report)) == []


def test_connections_into_other_containers_do_not_hold_them():
    report = Report(connections=(Connections("other", 3),), sessions=("alice on pts/0",))
    assert stops(guards_say(due(), report)) == [("web", "db")]


def test_containers_whose_traffic_is_not_known_do_not_stop():
    spec = with_project(stop_containers_after=5)
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": spec, "b": on_demand()})
    cell.tell(ping(), docker(), listed(WEB), app(), app(domain="b"), visit("b"))
    guards_say(cell.wait_until(400))
    assert stops(cell) == []


def test_an_engine_that_would_not_stop_them_is_asked_again_later():
    cell = guards_say(due())
    cell.hear()
    cell.tell(Carried(StopContainers("main", "client1", ("web", "db")), "no space"))
    told = cell.news(ContainersStopped)
    assert str(told[0].reason) == "Its containers could not be stopped: no space"
    cell.tell(listed(WEB, DB), visit("b"), traffic(20), at=599)
    assert asked(cell) == 0
    cell.tell(traffic(20), at=601)
    assert asked(cell) == 1


def test_sleep_now_of_one_domain_stops_its_containers_at_once():
    cell = two().tell(visit("b"), Dismissed("client1"), at=299)
    assert asked(cell) == 1
    assert stops(guards_say(cell)) == [("web", "db")]


def test_sleep_now_of_everything_leaves_the_containers_as_they_are():
    cell = two().tell(Dismissed(), at=300)
    assert stops(guards_say(cell)) == []


def test_a_ring_of_needs_stops_too():
    ring = (container("a", needs=needs("b")), container("b", needs=needs("a")))
    cell = two().tell(listed(*ring)).tell(visit("b"), at=299).wait_until(300)
    assert stops(guards_say(cell)) == [("a", "b")]


def test_nobody_is_let_in_to_containers_that_are_being_stopped():
    cell = guards_say(due()).tell(listed(WEB, DB), app())
    assert (cell.ready(), cell.status()) == (False, "asleep")


def test_a_visitor_who_comes_while_they_stop_is_let_in_when_they_run_again():
    cell = guards_say(due()).tell(visit(), at=305)
    assert (cell.status(), cell.starts) == ("docker_up", [])
    cell.tell(STOPPED, at=310).tell(listed(*DOWN))
    assert cell.starts == [("db", "web")]
    assert cell.tell(listed(WEB, DB), app(), at=320).ready()


def test_the_server_does_not_sleep_while_they_stop():
    cell = guards_say(due()).tell(Dismissed(force=True), at=301)
    assert stops(cell) == [("web", "db")]
    assert verdict(cell) == "Containers are being stopped"
    cell.tell(STOPPED).tell(listed(*DOWN), Dismissed(force=True), at=302)
    assert sleeps(cell) == 1


def test_containers_that_somebody_else_started_again_are_not_at_rest():
    cell = guards_say(due()).tell(STOPPED).tell(listed(*DOWN)).tell(listed(WEB, DB), app())
    assert cell.status() == "healthy"
    cell.tell(listed(*DOWN), app(ok=False))
    assert cell.status() == "unhealthy"


def test_containers_that_hall_stopped_are_known_after_a_restart():
    cell = guards_say(due()).tell(STOPPED)
    kinds = [(event.domain, event.kind) for event in cell.news(HoldNoted)]
    assert ("client1", "rested") in kinds


# ---- which, and when ---------------------------------------------------------------------------


def alone(**policy: object) -> Dialogue:
    """One domain whose containers stop after five minutes, or as told."""
    spec = with_project(**{"stop_containers_after": 5, **policy})
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": spec})
    return cell.tell(ping(), docker(), listed(WEB, DB), app())


def test_the_time_until_they_stop_counts_from_their_last_use():
    cell = two().tell(visit(), visit("b"), at=299).tell(traffic(10), at=598).wait_until(598.9)
    assert asked(cell) == 0
    assert stops(guards_say(cell.wait_until(599))) == [("web", "db")]


def test_while_their_traffic_is_not_known_the_guards_are_not_asked_all_the_time():
    cell = two().tell(visit("b"), at=299)
    guards_say(cell.wait_until(389.5))
    cell.hear()
    assert asked(cell.wait_until(449)) == 0
    assert asked(cell.wait_until(450)) == 1


def test_containers_that_keep_restarting_stop_too():
    cell = two().tell(listed(container("web", "restarting"), DB)).tell(visit("b"), at=299)
    assert stops(guards_say(cell.wait_until(300))) == [("db", "web")]


def test_sleep_now_of_one_domain_does_not_wait_for_its_traffic():
    cell = two().tell(visit("b"), at=480).tell(Dismissed("client1"))
    cell.hear()
    assert stops(guards_say(cell.wait_until(481))) == [("web", "db")]


@pytest.mark.parametrize("policy", [{"type": "always_on"}, {"stop_containers_after": None}])
def test_containers_that_are_to_stay_stay(policy):
    stays = with_policy(**{"type": "on_demand", **policy}).policy
    spec = with_project().model_copy(update={"policy": stays})
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": spec, "b": ALWAYS})
    cell.tell(ping(), docker(), listed(WEB, DB), app(), app(domain="b"), traffic(0))
    cell.tell(traffic(0), at=1000)
    assert asked(cell) == 0


def test_containers_do_not_stop_in_their_opening_hours():
    hours = {"type": "scheduled", "open": [{"days": ["tue"], "from": "08:00", "to": "24:00"}]}
    policy = with_policy(stop_containers_after=5, **hours).policy
    spec = with_project().model_copy(update={"policy": policy})
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": spec})
    cell.tell(ping(), docker(), listed(WEB, DB), app(), traffic(0)).tell(traffic(0), at=301)
    assert (cell.status(), asked(cell)) == ("healthy", 0)


def test_containers_do_not_stop_while_a_wake_waits_for_their_project():
    cell = alone(stop_containers_after=1).tell(listed(*DOWN), *[app(ok=False)] * 6)
    cell.tell(visit(), at=10).tell(listed(WEB, DB), traffic(0), at=20).hear()
    cell.tell(traffic(0), at=70).tell(traffic(0), at=75)
    assert (cell.status(), asked(cell)) == ("docker_up", 0)


def test_containers_do_not_stop_while_it_is_looked_whether_a_wake_is_needed():
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": SHORT}).tell(
        ping(), docker(), listed(WEB, DB), traffic(0), at=1
    )
    cell.tell(traffic(0), at=2).tell(visit(), at=3)
    assert asked(cell.wait_until(8)) == 0


def test_containers_stop_first_and_then_the_server_sleeps():
    cell = alone(stop_containers_after=10).tell(traffic(0), visit()).tell(traffic(0), at=599)
    guards_say(cell.wait_until(600))
    assert [type(command).__name__ for command in cell.hear()] == ["AskGuards", "StopContainers"]
    cell.tell(STOPPED).tell(listed(*DOWN), traffic(0), at=604)
    assert sleeps(guards_say(cell)) == 1


def test_a_list_that_fails_while_they_stop_says_nothing():
    cell = guards_say(due()).tell(unlisted())
    assert cell.check("containers") == ("pending", "containers_stopping")
