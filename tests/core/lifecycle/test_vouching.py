"""Who proves the network when ping is filtered, and whom a server suspended unseen lets in."""

from hall.core.model.check import CheckName, ProbeResult
from hall.core.model.events import WakeStarted
from hall.core.model.facts import Probed
from hall.core.model.reason import because
from tests.core import scenes as s

# ---- vouching ------------------------------------------------------------------------------------


def test_docker_vouches_for_a_network_that_filters_ping():
    cell = s.waking().tell(s.docker(), at=20)
    assert cell.check("network") == ("ok", "network_by_docker")
    assert cell.tell(s.ping(ok=False), at=21).status() == "docker_up"


def test_a_filtered_ping_does_not_keep_the_visitor_out():
    cell = s.waking().tell(*s.ALL_BUT_PING_ANSWER, at=20).tell(s.ping(ok=False), at=21)
    assert (cell.status(), cell.ready()) == ("healthy", True)


def test_docker_vouches_for_a_network_that_missed_a_ping():
    cell = s.healthy().tell(s.ping(ok=False), at=5)
    assert not cell.ready()
    assert cell.tell(s.docker(), s.app(), at=6).ready()


def test_a_wake_that_ends_between_two_filtered_pings_ends_well():
    cell = s.waking().tell(s.docker(), at=20).tell(s.ping(ok=False), at=40)
    cell.tell(s.docker(), s.ping(ok=False), s.listed(s.container()), s.app(), at=41)
    assert (cell.status(), cell.ready(), cell.alarm) == ("healthy", True, None)


def test_who_missed_a_look_vouches_no_more():
    cell = s.waking().tell(*s.ALL_BUT_PING_ANSWER, at=20)
    cell.tell(s.docker(ok=False), s.ping(ok=False), s.docker(), s.app(), at=21)
    assert cell.ready()
    cell.tell(s.docker(ok=False), *s.SERVER_SILENT, at=22)
    assert cell.status() == "asleep"


def test_nobody_vouches_for_long():
    cell = s.waking().tell(*s.ALL_BUT_PING_ANSWER, at=20).tell(*s.SERVER_SILENT, at=36)
    assert cell.status() == "asleep"


def test_a_project_on_the_server_itself_vouches_too():
    own = s.domain_spec(project=None, health={"url": "http://192.168.1.20:8081/"})
    cell = s.waking(s.server_spec(docker=None), client1=own).tell(s.app(), at=20)
    assert cell.check("network") == ("ok", "network_by_app")
    assert cell.tell(s.ping(ok=False), at=21).ready()


def test_an_answer_of_some_other_machine_vouches_for_nothing():
    cell = s.waking().tell(s.app(), at=20)
    assert cell.check("network") == ("pending", "ping_silent")
    assert cell.check("app") == ("pending", "waits_for_server")


def test_a_machine_that_refuses_is_up_although_ping_is_filtered():
    cell = s.waking().tell(refusal("docker"), at=20)
    assert cell.check("network") == ("ok", "network_by_refusal")
    assert cell.tell(s.ping(ok=False), at=21).says() == "The server answers, Docker does not yet"


def test_a_project_that_answers_wrongly_proves_its_machine():
    own = s.domain_spec(project=None, health={"url": "http://192.168.1.20:8081/"})
    cell = s.waking(s.server_spec(docker=None), client1=own).tell(refusal("app"), at=20)
    assert cell.check("network") == ("ok", "network_by_refusal")


def test_a_refusal_of_some_other_machine_proves_nothing():
    assert s.waking().tell(refusal("app"), at=20).check("network") == ("pending", "ping_silent")


def test_who_falls_silent_after_a_refusal_vouches_no_more():
    cell = s.waking().tell(refusal("docker"), at=20)
    cell.tell(s.docker(ok=False), *s.SERVER_SILENT, at=22)
    assert cell.check("network") == ("pending", "ping_silent")


def test_a_machine_that_refuses_has_not_fallen_silent_yet():
    cell = ordered().tell(*[refusal("app")] * 9, *[s.app(ok=False)] * 5, refusal("app"), at=602)
    assert cell.status() == "stopping"
    assert cell.tell(*s.APP_FAILS, at=603).status() == "asleep"


def refusal(link: str) -> Probed:
    """A look that was refused: by the machine itself, as far as it can be told."""
    domain = "client1" if link == "app" else None
    result = ProbeResult(ok=False, detail=because(f"{link}_refused"), alive=True)
    return Probed(CheckName(link), result, domain)


def ordered() -> s.Dialogue:
    """A server whose ping is filtered, and that was just told to sleep."""
    cell = s.resting().tell(s.app()).tell(s.visit())
    cell.wait_until(600)
    return cell.guards_say().order_given()


def test_a_docker_on_the_gateway_itself_vouches_for_nothing():
    cell = s.waking(s.server_spec(docker={"url": "unix:///run/docker.sock"}))
    cell.tell(s.docker(), at=20)
    assert cell.check("network") == ("pending", "ping_silent")


# ---- suspended behind Hall's back ----------------------------------------------------------------


def test_a_server_suspended_behind_halls_back_lets_nobody_in_after_the_first_miss():
    cell = s.healthy().tell(s.ping(ok=False), at=5)
    assert (cell.status(), cell.ready()) == ("healthy", False)


def test_a_visitor_of_a_suspended_server_waits_until_it_is_certain():
    cell = s.healthy().tell(s.ping(ok=False), s.visit(), at=5)
    assert cell.status() == "healthy"
    cell.expect()
    cell.tell(s.ping(ok=False), s.ping(ok=False), at=6)
    assert cell.status() == "healthy"
    cell.expect()
    assert cell.tell(s.app(ok=False)).status() == "waking"
    cell.expect(s.PACKET)


def test_a_visitor_after_a_single_lost_ping_goes_in_with_the_next():
    cell = s.healthy().tell(s.ping(ok=False), s.visit(), at=5).tell(s.ping(), s.app(), at=5.3)
    assert (cell.ready(), cell.alarm, cell.news(WakeStarted)) == (True, None, [])


def test_a_doubt_that_no_look_resolves_becomes_a_wake_and_ends():
    cell = s.healthy().tell(s.app(ok=False), s.visit(), at=5).wait_until(15)
    assert (cell.status(), cell.alarm) == ("docker_up", 105.0)
    assert cell.wait_until(105).status() == "failed"


def test_a_project_that_misses_one_look_stays_healthy_but_closed():
    cell = s.healthy().tell(s.app(ok=False), at=5)
    assert (cell.status(), cell.ready()) == ("healthy", False)
    assert cell.tell(s.app(), at=6).ready()


def test_an_answer_counts_for_a_quarter_of_a_minute():
    cell = s.waking().tell(*s.ALL_BUT_PING_ANSWER, at=20).tell(*s.SERVER_SILENT, at=34.9)
    assert cell.status() == "healthy"


def test_a_docker_on_the_gateway_does_not_keep_a_silent_server_up():
    own = s.domain_spec(health={"url": "http://192.168.1.20:8081/"})
    cell = s.waking(s.server_spec(docker={"url": "unix:///run/docker.sock"}), client1=own)
    cell.tell(s.app(), at=20).tell(s.docker(), s.listed(s.container()), s.app())
    assert cell.tell(s.docker(), *s.SERVER_SILENT, at=40).status() == "asleep"
