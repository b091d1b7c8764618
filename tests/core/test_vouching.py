"""Who proves the network when ping is filtered, and whom a server suspended unseen lets in."""

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
from core.resting import guards_say, on_demand, order_given, sleepy_server
from hall.core.events import WakeStarted
from hall.core.facts import CheckName, Probed, Sight
from hall.core.reasons import because

TWO = {"client1": domain_spec(), "client2": domain_spec(name="Client 2")}


# ---- vouching ------------------------------------------------------------------------------------


def test_docker_vouches_for_a_network_that_filters_ping():
    cell = waking().tell(docker(), at=20)
    assert cell.check("network") == ("ok", "network_by_docker")
    assert cell.tell(ping(ok=False), at=21).status() == "docker_up"


def test_a_filtered_ping_does_not_keep_the_visitor_out():
    cell = waking().tell(*UP[1:], at=20).tell(ping(ok=False), at=21)
    assert (cell.status(), cell.ready()) == ("healthy", True)


def test_docker_vouches_for_a_network_that_missed_a_ping():
    cell = healthy().tell(ping(ok=False), at=5)
    assert not cell.ready()
    assert cell.tell(docker(), app(), at=6).ready()


def test_a_wake_that_ends_between_two_filtered_pings_ends_well():
    cell = waking().tell(docker(), at=20).tell(ping(ok=False), at=40)
    cell.tell(docker(), ping(ok=False), listed(container()), app(), at=41)
    assert (cell.status(), cell.ready(), cell.alarm) == ("healthy", True, None)


def test_who_missed_a_look_vouches_no_more():
    cell = waking().tell(*UP[1:], at=20)
    cell.tell(docker(ok=False), ping(ok=False), docker(), app(), at=21)
    assert cell.ready()
    cell.tell(docker(ok=False), *LOST, at=22)
    assert cell.status() == "asleep"


def test_nobody_vouches_for_long():
    cell = waking().tell(*UP[1:], at=20).tell(*LOST, at=36)
    assert cell.status() == "asleep"


def test_a_project_on_the_server_itself_vouches_too():
    own = domain_spec(project=None, health={"url": "http://192.168.1.20:8081/"})
    cell = waking(server_spec(docker=None), client1=own).tell(app(), at=20)
    assert cell.check("network") == ("ok", "network_by_app")
    assert cell.tell(ping(ok=False), at=21).ready()


def test_an_answer_of_some_other_machine_vouches_for_nothing():
    cell = waking().tell(app(), at=20)
    assert cell.check("network") == ("pending", "ping_silent")
    assert cell.check("app") == ("pending", "waits_for_server")


def test_a_machine_that_refuses_is_up_although_ping_is_filtered():
    cell = waking().tell(refusal("docker"), at=20)
    assert cell.check("network") == ("ok", "network_by_refusal")
    assert cell.tell(ping(ok=False), at=21).says() == "The server answers, Docker does not yet"


def test_a_project_that_answers_wrongly_proves_its_machine():
    own = domain_spec(project=None, health={"url": "http://192.168.1.20:8081/"})
    cell = waking(server_spec(docker=None), client1=own).tell(refusal("app"), at=20)
    assert cell.check("network") == ("ok", "network_by_refusal")


def test_a_refusal_of_some_other_machine_proves_nothing():
    assert waking().tell(refusal("app"), at=20).check("network") == ("pending", "ping_silent")


def test_who_falls_silent_after_a_refusal_vouches_no_more():
    cell = waking().tell(refusal("docker"), at=20).tell(docker(ok=False), *LOST, at=22)
    assert cell.check("network") == ("pending", "ping_silent")


def test_a_machine_that_refuses_has_not_fallen_silent_yet():
    cell = ordered().tell(*[refusal("app")] * 9, *[app(ok=False)] * 5, refusal("app"), at=602)
    assert cell.status() == "stopping"
    assert cell.tell(*[app(ok=False)] * 6, at=603).status() == "asleep"


def refusal(link: str) -> Probed:
    """A look that was refused: by the machine itself, as far as it can be told."""
    domain = "client1" if link == "app" else None
    sight = Sight(ok=False, detail=because(f"{link}_refused"), alive=True)
    return Probed(CheckName(link), sight, domain)


def ordered() -> Dialogue:
    """A server whose ping is filtered, and that was just told to sleep."""
    cell = asleep(sleepy_server(), client1=on_demand()).tell(app()).tell(visit()).wait_until(600)
    return order_given(guards_say(cell))


def test_a_docker_on_the_gateway_itself_vouches_for_nothing():
    cell = waking(server_spec(docker={"url": "unix:///run/docker.sock"})).tell(docker(), at=20)
    assert cell.check("network") == ("pending", "ping_silent")


# ---- suspended behind Hall's back ----------------------------------------------------------------


def test_a_server_suspended_behind_halls_back_lets_nobody_in_after_the_first_miss():
    cell = healthy().tell(ping(ok=False), at=5)
    assert (cell.status(), cell.ready()) == ("healthy", False)


def test_a_visitor_of_a_suspended_server_waits_until_it_is_certain():
    cell = healthy().tell(ping(ok=False), visit(), at=5)
    assert (cell.status(), cell.packets) == ("healthy", [])
    cell.tell(ping(ok=False), ping(ok=False), at=6)
    assert (cell.status(), cell.packets) == ("healthy", [])
    assert (cell.tell(app(ok=False)).status(), cell.packets) == ("waking", [1])


def test_a_visitor_after_a_single_lost_ping_goes_in_with_the_next():
    cell = healthy().tell(ping(ok=False), visit(), at=5).tell(ping(), app(), at=5.3)
    assert (cell.ready(), cell.alarm, cell.news(WakeStarted)) == (True, None, [])


def test_a_doubt_that_no_look_resolves_becomes_a_wake_and_ends():
    cell = healthy().tell(app(ok=False), visit(), at=5).wait_until(15)
    assert (cell.status(), cell.alarm) == ("docker_up", 105.0)
    assert cell.wait_until(105).status() == "failed"


def test_a_project_that_misses_one_look_stays_healthy_but_closed():
    cell = healthy().tell(app(ok=False), at=5)
    assert (cell.status(), cell.ready()) == ("healthy", False)
    assert cell.tell(app(), at=6).ready()


def test_an_answer_counts_for_a_quarter_of_a_minute():
    cell = waking().tell(*UP[1:], at=20).tell(*LOST, at=34.9)
    assert cell.status() == "healthy"


def test_a_docker_on_the_gateway_does_not_keep_a_silent_server_up():
    own = domain_spec(health={"url": "http://192.168.1.20:8081/"})
    cell = waking(server_spec(docker={"url": "unix:///run/docker.sock"}), client1=own)
    cell.tell(app(), at=20).tell(docker(), listed(container()), app())
    assert cell.tell(docker(), *LOST, at=40).status() == "asleep"
