"""Wakes that fail name the broken link; containers are started, once, and in order."""

from dataclasses import replace

from core.dialogue import (
    Dialogue,
    app,
    asleep,
    container,
    docker,
    domain_spec,
    healthy,
    listed,
    needs,
    ping,
    sent,
    server_spec,
    started,
    unlisted,
    visit,
    waking,
)
from hall.core.commands import StartContainers
from hall.core.reasons import because

ONCE = {"attempts": 1}
STOPPED = container(state="exited", exit_code=137)
CRASHED = container(state="exited", exit_code=1)
SICK = container(health="unhealthy", health_exit=1)
DEAD = container(state="dead")
ALONE: dict[str, object] = {"health": None}
"""A domain where the containers alone decide."""


def docker_up(*containers: object, at: float = 0, **domain: object) -> Dialogue:
    """A wake that has come as far as Docker, where these containers are."""
    spec = domain_spec(**domain)
    cell = waking(server_spec(retry=ONCE), client1=spec).tell(ping(), docker(), at=at)
    cell.hear()
    return cell.tell(listed(*containers))


# ---- each deadline names the broken link ---------------------------------------------------------


def test_a_server_that_never_answers_fails_by_its_network():
    cell = waking(server_spec(deadlines={"network": 60})).wait_until(59.9)
    assert cell.status() == "waking"
    assert cell.wait_until(60).status() == "failed"
    assert cell.says() == "The server did not answer within 60 s of 12 magic packets"


def test_packets_that_cannot_be_sent_are_why_the_network_fails():
    cell = waking().wait_until(115).tell(sent(17, "no such interface")).wait_until(120)
    assert cell.says() == "The magic packet could not be sent: no such interface"
    assert cell.status() == "failed"


def test_a_docker_that_never_answers_fails_after_its_own_deadline():
    cell = waking().tell(ping(), at=30).tell(docker(ok=False), at=31).wait_until(119)
    assert cell.status() == "waking"
    assert cell.wait_until(120).says() == (
        "The server answers, but Docker did not within 90 s: Docker is not listening yet"
    )


def test_containers_that_never_get_ready_fail_after_their_own_deadline():
    cell = docker_up(container(health="starting"), at=20, **ALONE).wait_until(199)
    assert cell.status() == "docker_up"
    assert cell.wait_until(200).says() == (
        "The containers were not ready within 180 s: "
        "Container web runs, its HEALTHCHECK has not passed yet"
    )


def test_a_project_that_answers_wrongly_fails_after_its_own_deadline():
    cell = docker_up(container(), at=20).tell(app(ok=False), at=30)
    assert cell.alarm == 110.0
    assert cell.wait_until(110).why() == "failed_app"
    assert cell.check("app") == ("failing", "app_status")


def test_a_deadline_is_what_the_configuration_says():
    domain = domain_spec(deadlines={"app": 2.5})
    cell = waking(client1=domain).tell(ping(), docker(), listed(container()), at=5)
    assert cell.alarm == 7.5
    assert "within 2.5 s" in cell.wait_until(7.5).says()


def test_a_server_without_a_way_to_be_woken_fails_at_once():
    cell = asleep(server_spec(wake=None)).tell(visit(), at=5)
    assert (cell.hear(), cell.alarm) == ([], 5.0)
    assert cell.wait_until(5).says() == "The server is down and has no way to be woken"
    assert cell.status() == "failed"


def test_a_server_without_a_way_to_be_woken_is_let_through_once_it_is_up():
    cell = asleep(server_spec(wake=None)).tell(visit(), at=5)
    cell.tell(ping(), docker(), listed(container()), app(), at=60)
    assert (cell.status(), cell.ready(), cell.alarm) == ("healthy", True, None)


# ---- containers in trouble -----------------------------------------------------------------------


def test_a_missing_project_is_told_and_fails_at_the_deadline_alone():
    cell = docker_up(at=20).wait_until(199)
    assert (cell.status(), cell.why()) == ("docker_up", "containers_missing")
    assert cell.wait_until(200).status() == "failed"
    assert cell.says().endswith("180 s: Docker answers, but project client1 has no container")


def test_a_missing_container_fails_by_its_name():
    cell = docker_up(container("db"), container(state="missing"), at=20).wait_until(200)
    assert cell.says().endswith("Docker answers, but container web does not exist")


def test_a_missing_container_that_somebody_makes_in_time_is_waited_for():
    cell = docker_up(container(state="missing"), at=20).tell(listed(container()), app(), at=150)
    assert cell.status() == "healthy"


def test_an_unhealthy_container_is_told_and_may_heal_until_the_deadline():
    cell = docker_up(SICK, at=20, **ALONE).wait_until(41)
    assert (cell.status(), cell.why()) == ("docker_up", "container_unhealthy")
    assert cell.tell(listed(container(health="healthy")), at=41.5).status() == "healthy"


def test_an_unhealthy_container_that_does_not_heal_fails_with_its_exit_code():
    cell = docker_up(SICK, at=20, **ALONE).wait_until(200)
    assert cell.status() == "failed"
    assert cell.says().endswith("Docker answers, but container web is unhealthy: exit 1")


def test_trouble_that_comes_back_has_its_grace_again():
    cell = docker_up(DEAD, at=20).tell(listed(container(health="starting")), at=24)
    cell.tell(listed(DEAD), at=26).wait_until(30.9)
    assert cell.status() == "docker_up"
    assert cell.wait_until(31).status() == "failed"


def test_a_container_that_exits_after_its_start_fails_with_its_exit_code():
    cell = docker_up(STOPPED, at=20).tell(started("web"), at=21).tell(listed(CRASHED), at=22)
    assert cell.wait_until(27).says() == "Docker answers, but container web exited: exit 1"
    assert cell.status() == "failed"


def test_a_list_older_than_the_start_is_forgiven():
    cell = docker_up(STOPPED, at=20).tell(started("web"), listed(STOPPED), at=21)
    cell.tell(listed(container()), app(), at=22)
    assert cell.status() == "healthy"


def test_a_new_wake_starts_what_exited_in_the_one_before():
    cell = docker_up(STOPPED, at=20).tell(started("web"), listed(CRASHED), at=21).wait_until(26)
    cell.hear()
    assert cell.tell(visit(), at=60).starts == [("web",)]
    assert cell.wait_until(66).status() == "docker_up"


# ---- starting ------------------------------------------------------------------------------------


def test_stopped_containers_are_started_once():
    cell = docker_up(STOPPED)
    assert cell.hear() == [StartContainers("main", "client1", ("web",))]
    assert cell.tell(listed(STOPPED), at=1).hear() == []


def test_nothing_is_started_without_a_wake():
    cell = Dialogue().tell(ping(), docker(), listed(STOPPED))
    assert cell.hear() == []


def test_what_was_seen_stopped_is_started_with_the_wake():
    cell = Dialogue().tell(ping(), docker(), listed(STOPPED)).tell(visit(), at=1)
    assert cell.starts == [("web",)]


def test_a_container_being_started_is_waited_for():
    cell = docker_up(STOPPED).tell(started("web"), at=1)
    assert cell.check("containers") == ("pending", "container_begun")
    assert cell.starts == [("web",)]


def test_a_start_that_is_confirmed_after_the_container_was_seen_running_changes_nothing():
    cell = docker_up(STOPPED).tell(listed(container()), app(), at=1)
    assert cell.tell(started("web"), at=2).status() == "healthy"


def test_containers_are_started_in_the_order_of_their_needs():
    web = container(state="exited", needs=needs("db", "service_healthy"))
    cell = docker_up(web, container("db", "exited"))
    assert cell.starts == [("db",)]
    cell.tell(started("db"), listed(web, container("db", health="starting")), at=1)
    assert cell.starts == []
    assert cell.tell(listed(web, container("db", health="healthy")), at=9).starts == [("web",)]


def test_a_refused_start_is_tried_again_later_each_time():
    cell = docker_up(STOPPED).tell(started("web", error="no space"), at=1)
    assert cell.says() == "Docker answers, but could not start the containers: no space"
    assert (len(cell.starts), cell.alarm) == (1, 3.0)
    cell.tell(started("web", error="no space"), at=3)
    assert (len(cell.starts), cell.alarm) == (1, 7.0)


def test_a_start_refused_three_times_fails_with_dockers_words():
    cell = docker_up(STOPPED).tell(started("web", error="no space"), at=1)
    cell.tell(started("web", error="no space"), at=3).tell(started("web", error="no space"), at=7)
    assert (cell.status(), cell.alarm) == ("docker_up", 13.0)
    assert cell.wait_until(13).why() == "start_refused"
    assert cell.status() == "failed"


def test_a_start_that_is_taken_at_last_is_forgiven():
    web = container(state="exited", needs=needs("db"))
    no = started("db", error="still loading")
    cell = docker_up(container("db", "exited"), web).tell(no, at=1).tell(no, at=3)
    cell.tell(started("db"), listed(container("db"), web), at=8)
    cell.tell(started("web", error="still loading"), at=9)
    cell.hear()
    assert cell.wait_until(11).starts == [("web",)]
    assert cell.tell(listed(container("db"), container()), app(), at=12).status() == "healthy"


def test_what_one_container_is_refused_concerns_that_one_alone():
    cell = docker_up(container("db", "exited"), STOPPED)
    assert cell.starts == [("db", "web")]
    cell.tell(started("db", "web", error="no space", refused=("web",)))
    cell.tell(listed(container("db"), STOPPED), at=2)
    assert cell.starts == [("web",)]


def test_a_refusal_without_words_of_dockers_is_told_in_the_visitors_language():
    why = because("docker_filtered_start", status=403)
    cell = docker_up(STOPPED).tell(replace(started("web", error=str(why)), why=why))
    assert dict(cell.domain().containers.detail.values) == {"why": why}


def test_a_refused_container_that_nobody_waits_for_does_not_fail_the_wake():
    sidecar = container("sidecar", "exited", awaited=False)
    cell = docker_up(sidecar, container(health="starting"), **ALONE)
    assert cell.starts == [("sidecar",)]
    cell.tell(started("sidecar", error="no such image"))
    assert cell.wait_until(30).starts == []
    assert cell.check("containers") == ("pending", "container_starting")


def test_news_of_a_start_that_nobody_waits_for_is_of_no_interest():
    cell = Dialogue().tell(ping(), docker(), listed(STOPPED))
    assert cell.tell(started("web")).check("containers") == ("failing", "container_stopped")


def test_news_of_a_start_on_a_server_that_is_lost_is_kept_for_its_return():
    cell = docker_up(STOPPED).tell(*(ping(ok=False),) * 3, started("web"), at=1)
    assert cell.wake().started == {"web"}
    assert cell.check("containers") == ("pending", "waits_for_server")


def test_only_the_domain_that_was_visited_has_its_containers_started():
    cell = waking(client1=domain_spec(), client2=domain_spec(name="Client 2")).tell(ping())
    cell.hear()
    cell.tell(docker(), listed(STOPPED), listed(STOPPED, domain="client2"), at=5)
    assert cell.hear() == [StartContainers("main", "client1", ("web",))]


# ---- containers that Docker does not list --------------------------------------------------------


def test_a_list_that_docker_refuses_fails_the_wake_with_its_words():
    cell = waking().tell(ping(), docker(), unlisted(), at=20)
    assert cell.check("containers") == ("pending", "containers_unlisted")
    assert cell.wait_until(200).why() == "failed_containers"
    assert "forbidden" in cell.says()


def test_a_list_that_is_refused_at_rest_makes_hall_ask_the_project():
    cell = healthy().tell(unlisted())
    assert not cell.ready()
    assert cell.tell(app(ok=False)).why() == "containers_unlisted"
    assert cell.tell(app()).why() == "ready_unseen"


def test_a_refused_list_of_a_lost_docker_says_nothing():
    cell = asleep().tell(unlisted())
    assert cell.check("containers") == ("pending", "waits_for_server")


def test_a_way_to_wake_that_sends_no_packet_is_not_spoken_of_as_one():
    webhook = {"method": "webhook", "url": "http://192.168.1.9/on"}
    cell = waking(server_spec(wake=webhook, retry=ONCE))
    assert cell.tell(sent(1)).says() == "Wake order given, the server does not answer yet"
    cell.tell(sent(1, "no route"))
    assert cell.says() == "The wake order could not be given: no route"
    cell.tell(sent(2)).wait_until(121)
    assert cell.says() == "The server did not answer within 120 s of 18 wake orders"


def test_a_wake_taken_up_after_a_restart_says_that_its_order_is_about_to_leave():
    webhook = {"method": "webhook", "url": "http://192.168.1.9/on"}
    cell = waking(server_spec(wake=webhook))
    assert cell.restart(running=cell.wake()).says() == "Giving the wake order"
