"""Status is derived: the server's own, and each rung of a domain's with its sentence."""

from core.dialogue import (
    LOST,
    UP,
    Dialogue,
    app,
    asleep,
    container,
    docker,
    domain_spec,
    healthy,
    listed,
    ping,
    server_spec,
    visit,
    waking,
)


def server(cell: Dialogue) -> tuple[str, str]:
    """The status of the server, and the code of its reason."""
    return cell.cell.standing.status.value, cell.cell.standing.reason.code


def test_a_server_is_unknown_asleep_or_healthy_by_its_own_links():
    assert server(Dialogue()) == ("unknown", "not_looked")
    assert server(asleep()) == ("asleep", "asleep")
    assert server(Dialogue().tell(ping())) == ("unknown", "not_looked")
    assert server(Dialogue().tell(ping(), docker())) == ("healthy", "ready")


def test_a_server_without_its_docker_is_unhealthy():
    assert server(healthy().tell(*[docker(ok=False)] * 6))[0] == "unhealthy"


def test_a_server_climbs_with_the_first_of_its_domains_that_wakes():
    cell = waking()
    assert server(cell) == ("waking", "wake_sent")
    assert server(cell.tell(ping())) == ("waking", "wake_docker")
    assert server(cell.tell(docker())) == ("docker_up", "wake_containers")


def test_a_server_is_asleep_again_once_its_last_wake_was_given_up():
    cell = waking(server_spec(retry={"attempts": 1})).wait_until(120)
    assert server(cell) == ("asleep", "asleep")


def test_a_server_that_lost_its_only_wake_to_the_app_is_healthy_itself():
    cell = waking(server_spec(retry={"attempts": 1})).tell(*UP[:3], at=1).wait_until(91)
    assert (cell.status(), server(cell)) == ("failed", ("healthy", "ready"))


def test_a_wake_that_has_sent_nothing_yet_says_so():
    cell = waking().wait_until(1)
    assert cell.restart(running=cell.wake()).why() == "wake_sending"


def test_a_container_that_was_seen_is_named_on_the_ladder():
    alone = domain_spec(health=None)
    cell = waking(client1=alone).tell(ping(), docker(), listed(container(health="starting")))
    assert cell.says() == "Container web runs, its HEALTHCHECK has not passed yet"


def test_a_domain_without_docker_is_waking_until_its_project_answers():
    cell = waking(server_spec(docker=None), client1=domain_spec(project=None)).tell(ping())
    assert (cell.status(), cell.why()) == ("waking", "wake_app_alone")
    assert cell.tell(app()).status() == "healthy"


def test_a_wake_held_up_by_a_doubt_alone_is_on_the_last_rung():
    cell = healthy().tell(docker(ok=False), visit()).wait_until(10)
    assert (cell.status(), cell.why()) == ("docker_up", "wake_app")


def test_since_is_when_the_status_began_however_often_its_reason_changes():
    cell = waking().tell(ping(), at=20).tell(ping(), at=25)
    assert (cell.status(), cell.now - cell.domain().standing.since) == ("waking", 25.0)


def test_since_begins_anew_with_each_status():
    cell = healthy().tell(*LOST, at=60)
    assert cell.domain().standing.since == cell.now


def test_a_failed_domain_stays_failed_until_a_visitor_could_go_in():
    cell = waking().wait_until(120).tell(*UP[:3], at=121)
    assert (cell.status(), cell.why()) == ("failed", "failed_network")
    assert cell.tell(app(), at=122).status() == "healthy"
