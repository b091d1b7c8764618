"""Status is derived: the server's own, and each rung of a domain's with its sentence."""

from tests.core import scenes as s


def server(cell: s.Dialogue) -> tuple[str, str]:
    """The status of the server, and the code of its reason."""
    return cell.server_status, cell.server_why


def test_a_server_is_unknown_asleep_or_healthy_by_its_own_links():
    assert server(s.unknown()) == ("unknown", "not_looked")
    assert server(s.asleep()) == ("asleep", "asleep")
    assert server(s.unknown().tell(s.ping())) == ("unknown", "not_looked")
    assert server(s.unknown().tell(s.ping(), s.docker())) == ("healthy", "ready")


def test_a_server_without_its_docker_is_unhealthy():
    assert server(s.healthy().tell(*s.DOCKER_FAILS))[0] == "unhealthy"


def test_a_server_climbs_with_the_first_of_its_domains_that_wakes():
    cell = s.waking()
    assert server(cell) == ("waking", "wake_sent")
    assert server(cell.tell(s.ping())) == ("waking", "wake_docker")
    assert server(cell.tell(s.docker())) == ("docker_up", "wake_containers")


def test_a_server_is_asleep_again_once_its_last_wake_was_given_up():
    cell = s.waking(s.server_spec(retry={"attempts": 1})).wait_until(120)
    assert server(cell) == ("asleep", "asleep")


def test_a_server_that_lost_its_only_wake_to_the_app_is_healthy_itself():
    cell = s.waking(s.server_spec(retry={"attempts": 1})).tell(*s.ALL_BUT_APP_ANSWER, at=1)
    cell.wait_until(91)
    assert (cell.status(), server(cell)) == ("failed", ("healthy", "ready"))


def test_a_wake_that_has_sent_nothing_yet_says_so():
    cell = s.waking().wait_until(1)
    assert cell.restart().why() == "wake_sending"


def test_a_container_that_was_seen_is_named_on_the_ladder():
    alone = s.domain_spec(health=None)
    cell = s.waking(client1=alone)
    cell.tell(s.ping(), s.docker(), s.listed(s.container(health="starting")))
    assert cell.says() == "Container web runs, its HEALTHCHECK has not passed yet"


def test_a_domain_without_docker_is_waking_until_its_project_answers():
    cell = s.waking(s.server_spec(docker=None), client1=s.domain_spec(project=None)).tell(s.ping())
    assert (cell.status(), cell.why()) == ("waking", "wake_app_alone")
    assert cell.tell(s.app()).status() == "healthy"


def test_a_wake_held_up_by_a_doubt_alone_is_on_the_last_rung():
    cell = s.healthy().tell(s.docker(ok=False), s.visit()).wait_until(10)
    assert (cell.status(), cell.why()) == ("docker_up", "wake_app")


def test_since_is_when_the_status_began_however_often_its_reason_changes():
    cell = s.waking().tell(s.ping(), at=20).tell(s.ping(), at=25)
    assert (cell.status(), cell.now - cell.since()) == ("waking", 25.0)


def test_since_begins_anew_with_each_status():
    cell = s.healthy().tell(*s.SERVER_SILENT, at=60)
    assert cell.since() == cell.now


def test_a_failed_domain_stays_failed_until_a_visitor_could_go_in():
    cell = s.waking().wait_until(120).tell(*s.ALL_BUT_APP_ANSWER, at=121)
    assert (cell.status(), cell.why()) == ("failed", "failed_network")
    assert cell.tell(s.app(), at=122).status() == "healthy"
