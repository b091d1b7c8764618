"""A server's life, told fact by fact: visits, packets, restarts, and what goes wrong meanwhile."""

from hall.core.lifecycle.advance import advance
from hall.core.lifecycle.open import open_cell
from hall.core.model.check import CheckName, ProbeResult
from hall.core.model.commands import SendWake
from hall.core.model.events import AccessRefused, StageReached, Transition, VisitNoted, WakeStarted
from hall.core.model.facts import ActivityReported, Probed, Refused
from hall.core.model.reason import because
from tests.core import scenes as s

# ---- looking and resting -------------------------------------------------------------------------


def test_nothing_is_known_of_a_server_that_was_never_looked_at():
    cell = s.unknown()
    assert (cell.status(), cell.why()) == ("unknown", "not_looked")
    assert not cell.ready()
    assert cell.alarm is None


def test_a_silent_server_is_asleep():
    cell = s.asleep()
    assert (cell.status(), cell.why()) == ("asleep", "asleep")
    assert cell.check("network") == ("failing", "ping_silent")
    assert cell.check("app") == ("pending", "waits_for_server")


def test_a_server_where_everything_answers_is_healthy_without_a_wake():
    cell = s.healthy()
    assert (cell.status(), cell.why(), cell.ready()) == ("healthy", "ready", True)
    assert cell.wake() is None
    cell.expect()


def test_an_answer_to_ping_is_not_readiness():
    cell = s.asleep().tell(s.ping())
    assert cell.status() == "unknown"
    assert not cell.ready()


def test_a_ping_is_all_there_is_to_see_of_a_bare_server():
    bare = s.domain_spec(project=None, health=None)
    cell = s.unknown(s.server_spec(docker=None), client1=bare).tell(s.ping())
    assert cell.ready()
    assert cell.check("docker") == ("skipped", "not_configured")


def test_a_server_that_is_up_without_its_docker_is_unhealthy():
    cell = s.healthy().tell(*s.DOCKER_FAILS, s.app(ok=False))
    assert cell.status() == "unhealthy"
    assert cell.says() == "The server is up, but its Docker is not: Docker is not listening yet"
    assert cell.check("containers") == ("pending", "waits_for_docker")


def test_a_project_that_answers_wrongly_is_unhealthy():
    cell = s.healthy().tell(*s.APP_FAILS)
    assert (cell.status(), cell.why()) == ("unhealthy", "unhealthy_app")


def test_a_stopped_container_makes_its_domain_unhealthy_at_once():
    cell = s.healthy().tell(s.listed(s.container(state="exited", exit_code=0)))
    assert not cell.ready()
    cell.tell(s.app(ok=False))
    assert (cell.status(), cell.why()) == ("unhealthy", "container_stopped")


def test_a_look_at_a_link_that_is_not_configured_says_nothing():
    cell = s.unknown(s.server_spec(docker=None), client1=s.domain_spec(project=None, health=None))
    cell.tell(s.ping(), s.docker(ok=False), s.app(ok=False), s.listed())
    assert cell.ready()
    assert cell.check("app") == ("skipped", "not_configured")


def test_containers_are_listed_and_never_probed():
    result = ProbeResult(ok=True, detail=because("containers_ok"))
    cell = s.unknown().tell(s.ping(), s.docker(), Probed(CheckName.CONTAINERS, result, "client1"))
    assert cell.check("containers") == ("pending", "not_looked")
    assert cell.check("app") == ("pending", "not_looked")


def test_a_server_that_is_gone_is_asleep_and_its_docker_is_not_accused():
    gone = [s.docker(ok=False), s.app(ok=False), s.ping(ok=False)]
    cell = s.healthy().tell(*gone * 3)
    seen = [event.after for event in cell.events if isinstance(event, Transition)]
    assert cell.status() == "asleep"
    assert "unhealthy" not in seen


# ---- a visit wakes -------------------------------------------------------------------------------


def test_a_visit_wakes_a_sleeping_server_and_the_visitor_climbs_the_ladder():
    cell = s.asleep().tell(s.visit(), at=1).expect(SendWake("main", 1))
    assert (cell.status(), cell.why()) == ("waking", "wake_sent")
    cell.tell(s.ping(), at=20)
    assert (cell.status(), cell.why()) == ("waking", "wake_docker")
    cell.tell(s.docker(), at=25)
    assert (cell.status(), cell.why()) == ("docker_up", "wake_containers")
    cell.tell(s.listed(s.container()), at=27)
    assert (cell.status(), cell.why()) == ("docker_up", "wake_app")
    cell.tell(s.app(), at=30)
    assert (cell.status(), cell.why(), cell.ready()) == ("healthy", "ready", True)
    cell.expect(*s.packets(2, 8))


def test_each_rung_is_announced_with_the_time_it_took():
    cell = s.waking().tell(s.ping(), at=18).tell(s.docker(), at=24)
    cell.tell(s.listed(s.container()), at=25)
    cell.tell(s.app(), at=30)
    stages = [(event.stage.value, event.took_s) for event in cell.news(StageReached)]
    assert stages == [("network", 18.0), ("docker", 6.0), ("containers", 1.0), ("app", 5.0)]


def test_each_change_of_status_is_announced_with_its_reason():
    cell = s.asleep()
    cell.news(Transition)
    told = cell.tell(s.visit(), *s.ALL_ANSWER).news(Transition)
    changes = [(change.domain, change.after.value) for change in told]
    assert changes == [
        *((None, "waking"), ("client1", "waking")),
        *((None, "docker_up"), ("client1", "docker_up")),
        *((None, "healthy"), ("client1", "healthy")),
    ]


def test_what_answers_before_the_containers_ran_is_asked_again():
    cell = s.waking().tell(s.ping(), s.docker(), s.app())
    assert not cell.ready()
    assert cell.tell(s.listed(s.container())).status() == "docker_up"
    assert cell.tell(s.app()).status() == "healthy"


def test_a_visit_to_a_ready_domain_is_noted_and_nothing_else():
    cell = s.healthy().tell(s.visit(), at=5)
    assert [event.kind for event in cell.news(VisitNoted)] == ["visit"]
    cell.expect()
    assert cell.wake() is None


def test_activity_is_noted_and_wakes_nothing():
    cell = s.asleep().tell(ActivityReported("client1"), at=5)
    assert [event.kind for event in cell.news(VisitNoted)] == ["activity"]
    assert cell.status() == "asleep"
    cell.expect()


def test_a_refused_visitor_is_announced_and_wakes_nothing():
    cell = s.asleep().tell(Refused("client1", "203.0.113.0/24"))
    (event,) = cell.news(AccessRefused)
    assert str(event.reason) == "Address 203.0.113.0/24 is not on the access list of client1"
    assert cell.status() == "asleep"


def test_a_domain_that_is_unhealthy_is_woken_by_its_visit_without_a_packet():
    cell = s.healthy().tell(*s.APP_FAILS).tell(s.visit(), at=5)
    assert cell.status() == "docker_up"
    assert cell.check("app") == ("pending", "app_status")
    cell.expect()


# ---- look first ----------------------------------------------------------------------------------


def test_a_visit_before_the_first_look_waits_for_it():
    cell = s.unknown().tell(s.visit())
    assert cell.status() == "unknown"
    cell.expect()
    assert cell.alarm == 10.0
    cell.tell(*s.PING_SILENT, at=0.2)
    assert cell.status() == "waking"
    cell.expect(s.PACKET)


def test_a_visit_before_the_first_look_wakes_nothing_when_all_is_well():
    cell = s.unknown().tell(s.visit()).tell(*s.ALL_ANSWER, at=0.2)
    assert cell.status() == "healthy"
    cell.expect()
    assert cell.alarm is None
    assert cell.news(WakeStarted) == []


def test_a_visit_that_no_look_answers_wakes_after_ten_seconds():
    cell = s.unknown().tell(s.visit()).wait_until(9.9)
    assert cell.status() == "unknown"
    assert cell.wait_until(10).status() == "waking"


def test_a_page_that_asks_again_and_again_does_not_put_its_wake_off():
    cell = s.unknown().tell(s.visit()).tell(s.visit(), at=5).tell(s.visit(), at=9)
    assert cell.alarm == 10.0


def test_an_order_behind_a_visit_is_what_started_the_wake():
    cell = s.unknown().tell(s.visit(), s.order()).tell(*s.PING_SILENT)
    assert cell.wake().trigger == "api"


def test_a_visit_behind_an_order_takes_nothing_from_it():
    cell = s.unknown().tell(s.order(), s.visit()).tell(*s.PING_SILENT)
    assert cell.wake().trigger == "api"


# ---- one wake of the server ----------------------------------------------------------------------


def test_a_second_visitor_joins_the_running_wake():
    cell = s.waking().tell(s.visit(), at=0.1).tell(s.order(), at=0.2)
    assert len(cell.news(WakeStarted)) == 1
    cell.expect(s.PACKET)


def test_packets_repeat_with_growing_gaps():
    cell = s.waking().wait_until(22).expect(*s.packets(1, 9))
    assert cell.alarm == 30.9


def test_packets_end_as_one_each_ten_seconds():
    cell = s.waking().wait_until(31).expect(*s.packets(1, 10))
    cell.wait_until(71).expect(*s.packets(11, 14))


def test_a_hundred_visitors_cause_one_wake_of_the_server():
    s.asleep().tell(*(s.visit(),) * 100).wait_until(2).expect(*s.packets(1, 4))


def test_two_domains_of_one_server_share_its_packets():
    cell = s.waking(**s.TWO_CLIENTS).tell(s.visit("client2"), at=1).wait_until(2)
    cell.expect(*s.packets(1, 4))
    assert (cell.wake("client1").packets, cell.wake("client2").packets) == (4, 1)


def test_domains_of_one_server_join_its_wake_and_fail_with_it():
    server = s.server_spec(deadlines={"network": 60})
    cell = s.waking(server, **s.TWO_CLIENTS).wait_until(50).tell(s.visit("client2")).wait_until(60)
    assert [cell.status(name) for name in s.TWO_CLIENTS] == ["failed", "failed"]
    assert {cell.says(name) for name in s.TWO_CLIENTS} == {
        "The server did not answer within 60 s of 12 magic packets"
    }
    assert (cell.wake("client1").packets, cell.wake("client2").packets) == (12, 1)


def test_the_first_sign_of_life_stops_the_packets():
    cell = s.waking().tell(s.ping(), at=1).expect(*s.packets(1, 3))
    cell.wait_until(60).expect()


def test_a_packet_that_could_not_be_sent_is_said_until_one_could():
    cell = s.waking().tell(s.sent(1, "no such interface"))
    assert cell.says() == "The magic packet could not be sent: no such interface"
    assert cell.tell(s.sent(2)).why() == "wake_sent"


def test_news_of_a_packet_after_the_burst_is_of_no_interest():
    cell = s.waking().tell(s.ping()).tell(s.sent(1, "no such interface"))
    assert cell.why() == "wake_docker"


def test_the_other_domain_of_a_waking_server_stays_asleep_until_the_server_answers():
    cell = s.waking(**s.TWO_CLIENTS)
    assert (cell.status("client2"), cell.why("client2")) == ("asleep", "asleep")
    cell.tell(s.ping(), at=10)
    assert (cell.status("client2"), cell.why("client2")) == ("unknown", "waits_for_server")
    cell.tell(s.docker(ok=False), at=11)
    assert (cell.status("client2"), cell.why("client2")) == ("unknown", "docker_refused")


def test_the_other_domain_becomes_healthy_without_a_wake_of_its_own():
    cell = s.waking(**s.TWO_CLIENTS).tell(*s.ALL_ANSWER)
    cell.tell(s.listed(s.container(), domain="client2"), s.app(domain="client2"))
    assert cell.status("client2") == "healthy"
    assert cell.wake("client2") is None


def test_pure_the_same_question_has_the_same_answer():
    cell = open_cell("main", s.server_spec(), s.TWO_CLIENTS, now=0.0)
    assert advance(cell, s.visit(), 9.0) == advance(cell, s.visit(), 9.0)
