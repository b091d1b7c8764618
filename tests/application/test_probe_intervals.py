"""How often a link is looked at, by what is going on."""

from hall.application.probe_intervals import (
    CLIMBING,
    CLOSE,
    IDLE,
    NONE,
    REST,
    SUSPICIOUS,
    UNWELL,
    Pace,
    app_pace,
    server_pace,
)
from hall.core.model.check import CheckName
from tests.core import scenes as s

NETWORK, DOCKER = CheckName.NETWORK, CheckName.DOCKER


def of(one: s.Dialogue, link: CheckName) -> Pace:
    """How often a link of the server is looked at."""
    return server_pace(one.cell, link)


def of_app(one: s.Dialogue) -> Pace:
    """How often its project is."""
    return app_pace(one.cell, one.cell.domains["client1"])


def test_a_server_at_rest_is_looked_at_now_and_then():
    one = s.healthy()
    assert (of(one, NETWORK), of(one, DOCKER)) == (REST, REST)


def test_a_server_that_sleeps_is_not_asked_for_its_docker_all_the_time():
    one = s.healthy().tell(*s.SERVER_SILENT)
    assert (of(one, NETWORK), of(one, DOCKER)) == (REST, IDLE)
    assert of_app(s.asleep()) == IDLE


def test_a_server_that_is_left_alone_is_not_looked_at_at_all():
    one = s.asleep(s.server_spec(network={"method": "ping", "while_asleep": "leave_alone"}))
    paces = (of(one, NETWORK), of(one, DOCKER))
    assert (*paces, of_app(one)) == (NONE, NONE, NONE)
    one.tell(s.visit())
    assert of(one, NETWORK) == CLIMBING


def test_a_server_that_ping_never_proved_is_looked_at_by_one_more_link():
    one = s.asleep().tell(s.docker()).tell(s.docker(ok=False), *s.SERVER_SILENT, at=30)
    assert (of(one, NETWORK), of(one, DOCKER)) == (REST, REST)
    assert of_app(one) == IDLE


def test_a_wake_is_followed_closely():
    one = s.waking()
    assert of(one, NETWORK) == CLIMBING
    one.tell(s.ping(), s.docker(), s.listed(s.container()))
    assert of_app(one) == CLOSE


def test_while_it_goes_to_sleep_its_network_alone_is_looked_at_often():
    one = s.told_to_sleep()
    assert (of(one, NETWORK), of_app(one)) == (SUSPICIOUS, REST)


def test_a_project_that_is_unwell_is_looked_at_more_often_than_one_at_rest():
    one = s.healthy(s.sleepy_server(), client1=s.on_demand()).tell(*[s.app(ok=False)] * 6)
    assert of_app(one) == UNWELL
    assert of_app(one.tell(s.app())) == REST
