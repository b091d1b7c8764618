"""Wakes that fail name the broken link; containers are started, once, and in order."""

from hall.core.model.commands import StartContainers
from hall.core.model.reason import because
from tests.core import scenes as s

ONCE = {"attempts": 1}

CRASHED = s.container(state="exited", exit_code=1)
SICK = s.container(health="unhealthy", health_exit=1)
DEAD = s.container(state="dead")
CONTAINERS_DECIDE: dict[str, object] = {"health": None}
"""A domain where the containers alone decide."""


def docker_up(*containers: object, at: float = 0, **domain: object) -> s.Dialogue:
    """A wake that has come as far as Docker, where these containers are."""
    spec, last = s.domain_spec(**domain), 8 if at else 1
    cell = s.waking(s.server_spec(retry=ONCE), client1=spec).tell(s.ping(), s.docker(), at=at)
    return cell.expect(*s.packets(1, last)).tell(s.listed(*containers))


# ---- each deadline names the broken link ---------------------------------------------------------


def test_a_server_that_never_answers_fails_by_its_network():
    cell = s.waking(s.server_spec(deadlines={"network": 60})).wait_until(59.9)
    assert cell.status() == "waking"
    assert cell.wait_until(60).status() == "failed"
    assert cell.says() == "The server did not answer within 60 s of 12 magic packets"


def test_packets_that_cannot_be_sent_are_why_the_network_fails():
    cell = s.waking().wait_until(115).tell(s.sent(17, "no such interface")).wait_until(120)
    assert cell.says() == "The magic packet could not be sent: no such interface"
    assert cell.status() == "failed"


def test_a_docker_that_never_answers_fails_after_its_own_deadline():
    cell = s.waking().tell(s.ping(), at=30).tell(s.docker(ok=False), at=31).wait_until(119)
    assert cell.status() == "waking"
    assert cell.wait_until(120).says() == (
        "The server answers, but Docker did not within 90 s: Docker is not listening yet"
    )


def test_containers_that_never_get_ready_fail_after_their_own_deadline():
    cell = docker_up(s.container(health="starting"), at=20, **CONTAINERS_DECIDE).wait_until(199)
    assert cell.status() == "docker_up"
    assert cell.wait_until(200).says() == (
        "The containers were not ready within 180 s: "
        "Container web runs, its HEALTHCHECK has not passed yet"
    )


def test_a_project_that_answers_wrongly_fails_after_its_own_deadline():
    cell = docker_up(s.container(), at=20).tell(s.app(ok=False), at=30)
    assert cell.alarm == 110.0
    assert cell.wait_until(110).why() == "failed_app"
    assert cell.check("app") == ("failing", "app_status")


def test_a_deadline_is_what_the_configuration_says():
    domain = s.domain_spec(deadlines={"app": 2.5})
    cell = s.waking(client1=domain).tell(*s.ALL_BUT_APP_ANSWER, at=5)
    assert cell.alarm == 7.5
    assert "within 2.5 s" in cell.wait_until(7.5).says()


def test_a_server_without_a_way_to_be_woken_fails_at_once():
    cell = s.asleep(s.server_spec(wake=None)).tell(s.visit(), at=5).expect()
    assert cell.alarm == 5.0
    assert cell.wait_until(5).says() == "The server is down and has no way to be woken"
    assert cell.status() == "failed"


def test_a_server_without_a_way_to_be_woken_is_let_through_once_it_is_up():
    cell = s.asleep(s.server_spec(wake=None)).tell(s.visit(), at=5)
    cell.tell(*s.ALL_ANSWER, at=60)
    assert (cell.status(), cell.ready(), cell.alarm) == ("healthy", True, None)


# ---- containers in trouble -----------------------------------------------------------------------


def test_a_missing_project_is_told_and_fails_at_the_deadline_alone():
    cell = docker_up(at=20).wait_until(199)
    assert (cell.status(), cell.why()) == ("docker_up", "containers_missing")
    assert cell.wait_until(200).status() == "failed"
    assert cell.says().endswith("180 s: Docker answers, but project client1 has no container")


def test_a_missing_container_fails_by_its_name():
    cell = docker_up(s.container("db"), s.container(state="missing"), at=20).wait_until(200)
    assert cell.says().endswith("Docker answers, but container web does not exist")


def test_a_missing_container_that_somebody_makes_in_time_is_waited_for():
    cell = docker_up(s.container(state="missing"), at=20)
    cell.tell(s.listed(s.container()), s.app(), at=150)
    assert cell.status() == "healthy"


def test_an_unhealthy_container_is_told_and_may_heal_until_the_deadline():
    cell = docker_up(SICK, at=20, **CONTAINERS_DECIDE).wait_until(41)
    assert (cell.status(), cell.why()) == ("docker_up", "container_unhealthy")
    assert cell.tell(s.listed(s.container(health="healthy")), at=41.5).status() == "healthy"


def test_an_unhealthy_container_that_does_not_heal_fails_with_its_exit_code():
    cell = docker_up(SICK, at=20, **CONTAINERS_DECIDE).wait_until(200)
    assert cell.status() == "failed"
    assert cell.says().endswith("Docker answers, but container web is unhealthy: exit 1")


def test_trouble_that_comes_back_has_its_grace_again():
    cell = docker_up(DEAD, at=20).tell(s.listed(s.container(health="starting")), at=24)
    cell.tell(s.listed(DEAD), at=26).wait_until(30.9)
    assert cell.status() == "docker_up"
    assert cell.wait_until(31).status() == "failed"


def test_a_container_that_exits_after_its_start_fails_with_its_exit_code():
    cell = docker_up(s.WEB_KILLED, at=20).tell(s.started("web"), at=21)
    cell.tell(s.listed(CRASHED), at=22)
    assert cell.wait_until(27).says() == "Docker answers, but container web exited: exit 1"
    assert cell.status() == "failed"
    cell.expect(s.start("web"))


def test_a_list_older_than_the_start_is_forgiven():
    cell = docker_up(s.WEB_KILLED, at=20).tell(s.started("web"), s.listed(s.WEB_KILLED), at=21)
    cell.tell(s.listed(s.container()), s.app(), at=22)
    assert cell.status() == "healthy"
    cell.expect(s.start("web"))


def test_a_new_wake_starts_what_exited_in_the_one_before():
    cell = docker_up(s.WEB_KILLED, at=20).tell(s.started("web"), s.listed(CRASHED), at=21)
    cell.wait_until(26).expect(s.start("web"))
    cell.tell(s.visit(), at=60).expect(s.start("web"))
    assert cell.wait_until(66).status() == "docker_up"


# ---- starting ------------------------------------------------------------------------------------


def test_stopped_containers_are_started_once():
    cell = docker_up(s.WEB_KILLED)
    cell.expect(StartContainers("main", "client1", ("web",)))
    cell.tell(s.listed(s.WEB_KILLED), at=1).expect()


def test_nothing_is_started_without_a_wake():
    s.unknown().tell(s.ping(), s.docker(), s.listed(s.WEB_KILLED)).expect()


def test_what_was_seen_stopped_is_started_with_the_wake():
    cell = s.unknown().tell(s.ping(), s.docker(), s.listed(s.WEB_KILLED)).tell(s.visit(), at=1)
    cell.expect(s.start("web"))


def test_a_container_being_started_is_waited_for():
    cell = docker_up(s.WEB_KILLED).tell(s.started("web"), at=1)
    assert cell.check("containers") == ("pending", "container_begun")
    cell.expect(s.start("web"))


def test_a_start_that_is_confirmed_after_the_container_was_seen_running_changes_nothing():
    cell = docker_up(s.WEB_KILLED).tell(s.listed(s.container()), s.app(), at=1)
    assert cell.tell(s.started("web"), at=2).status() == "healthy"
    cell.expect(s.start("web"))


def test_containers_are_started_in_the_order_of_their_needs():
    web = s.container(state="exited", depends_on=s.needs("db", "service_healthy"))
    cell = docker_up(web, s.container("db", "exited"))
    cell.expect(s.start("db"))
    cell.tell(s.started("db"), s.listed(web, s.container("db", health="starting")), at=1).expect()
    cell.tell(s.listed(web, s.container("db", health="healthy")), at=9).expect(s.start("web"))


def test_a_refused_start_is_tried_again_later_each_time():
    cell = docker_up(s.WEB_KILLED).tell(s.started("web", error="no space"), at=1)
    assert cell.says() == "Docker answers, but could not start the containers: no space"
    cell.expect(s.start("web"))
    assert cell.alarm == 3.0
    cell.tell(s.started("web", error="no space"), at=3).expect(s.start("web"))
    assert cell.alarm == 7.0


def test_a_start_refused_three_times_fails_with_dockers_words():
    cell = docker_up(s.WEB_KILLED).tell(s.started("web", error="no space"), at=1)
    cell.tell(s.started("web", error="no space"), at=3)
    cell.tell(s.started("web", error="no space"), at=7)
    assert (cell.status(), cell.alarm) == ("docker_up", 13.0)
    assert cell.wait_until(13).why() == "start_refused"
    assert cell.troubled("containers")
    assert cell.status() == "failed"
    cell.expect(s.start("web"), s.start("web"), s.start("web"))


def test_a_start_that_is_taken_at_last_is_forgiven():
    web = s.container(state="exited", depends_on=s.needs("db"))
    no = s.started("db", error="still loading")
    cell = docker_up(s.container("db", "exited"), web).tell(no, at=1).tell(no, at=3)
    cell.tell(s.started("db"), s.listed(s.container("db"), web), at=8)
    cell.tell(s.started("web", error="still loading"), at=9).expect(
        s.start("db"), s.start("db"), s.start("db"), s.start("web")
    )
    cell.wait_until(11).expect(s.start("web"))
    cell.tell(s.listed(s.container("db"), s.container()), s.app(), at=12)
    assert cell.status() == "healthy"


def test_what_one_container_is_refused_concerns_that_one_alone():
    cell = docker_up(s.container("db", "exited"), s.WEB_KILLED)
    cell.expect(s.start("db", "web"))
    cell.tell(s.started("db", "web", error="no space", refused=("web",)))
    cell.tell(s.listed(s.container("db"), s.WEB_KILLED), at=2).expect(s.start("web"))


def test_a_refusal_without_words_of_dockers_is_told_in_the_visitors_language():
    why = because("docker_filtered_start", status=403)
    cell = docker_up(s.WEB_KILLED).tell(s.started("web", error=why))
    assert cell.detail("containers") == {"why": why}
    cell.expect(s.start("web"))


def test_a_refused_container_that_nobody_waits_for_does_not_fail_the_wake():
    sidecar = s.container("sidecar", "exited", awaited=False)
    cell = docker_up(sidecar, s.container(health="starting"), **CONTAINERS_DECIDE)
    cell.expect(s.start("sidecar"))
    cell.tell(s.started("sidecar", error="no such image"))
    cell.wait_until(30).expect()
    assert cell.check("containers") == ("pending", "container_starting")


def test_news_of_a_start_that_nobody_waits_for_is_of_no_interest():
    cell = s.unknown().tell(s.ping(), s.docker(), s.listed(s.WEB_KILLED))
    assert cell.tell(s.started("web")).check("containers") == ("failing", "container_stopped")


def test_news_of_a_start_on_a_server_that_is_lost_is_kept_for_its_return():
    cell = docker_up(s.WEB_KILLED).tell(*s.NETWORK_SILENT, s.started("web"), at=1)
    assert cell.check("containers") == ("pending", "waits_for_server")
    cell.tell(s.ping(), s.docker(), s.listed(CRASHED), at=2)
    assert cell.says() == "Docker answers, but container web exited: exit 1"
    cell.expect(s.start("web"), *s.packets(1, 3))


def test_only_the_domain_that_was_visited_has_its_containers_started():
    cell = s.waking(client1=s.domain_spec(), client2=s.domain_spec(name="Client 2")).tell(s.ping())
    cell.expect(s.PACKET)
    cell.tell(s.docker(), s.listed(s.WEB_KILLED), s.listed(s.WEB_KILLED, domain="client2"), at=5)
    cell.expect(StartContainers("main", "client1", ("web",)))


# ---- containers that Docker does not list --------------------------------------------------------


def test_a_list_that_docker_refuses_fails_the_wake_with_its_words():
    cell = s.waking().tell(s.ping(), s.docker(), s.unlisted(), at=20)
    assert cell.check("containers") == ("pending", "containers_unlisted")
    assert cell.wait_until(200).why() == "failed_containers"
    assert "forbidden" in cell.says()


def test_a_list_that_is_refused_at_rest_makes_hall_ask_the_project():
    cell = s.healthy().tell(s.unlisted())
    assert not cell.ready()
    assert cell.tell(s.app(ok=False)).why() == "containers_unlisted"
    assert cell.tell(s.app()).why() == "ready_unseen"


def test_a_refused_list_of_a_lost_docker_says_nothing():
    cell = s.asleep().tell(s.unlisted())
    assert cell.check("containers") == ("pending", "waits_for_server")


def test_a_way_to_wake_that_sends_no_packet_is_not_spoken_of_as_one():
    webhook = {"method": "webhook", "url": "http://192.168.1.9/on"}
    cell = s.waking(s.server_spec(wake=webhook, retry=ONCE))
    assert cell.tell(s.sent(1)).says() == "Wake order given, the server does not answer yet"
    cell.tell(s.sent(1, "no route"))
    assert cell.says() == "The wake order could not be given: no route"
    cell.tell(s.sent(2)).wait_until(121)
    assert cell.says() == "The server did not answer within 120 s of 18 wake orders"


def test_a_wake_taken_up_after_a_restart_says_that_its_order_is_about_to_leave():
    webhook = {"method": "webhook", "url": "http://192.168.1.9/on"}
    cell = s.waking(s.server_spec(wake=webhook))
    assert cell.restart().says() == "Giving the wake order"
