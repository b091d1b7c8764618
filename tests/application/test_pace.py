"""How often a link is looked at, by what is going on."""

from core.dialogue import (
    LOST,
    app,
    asleep,
    container,
    docker,
    healthy,
    listed,
    ping,
    server_spec,
    visit,
    waking,
)
from core.resting import on_demand, sleepy_server
from core.test_sleeping import ordered
from hall.application.pace import (
    CLIMBING,
    CLOSE,
    NONE,
    REST,
    SUSPICIOUS,
    UNWELL,
    app_pace,
    server_pace,
)
from hall.core.facts import CheckName

NETWORK, DOCKER = CheckName.NETWORK, CheckName.DOCKER


def test_a_server_at_rest_is_looked_at_now_and_then():
    cell = healthy().cell
    assert (server_pace(cell, NETWORK), server_pace(cell, DOCKER)) == (REST, REST)


def test_a_server_that_sleeps_is_not_asked_for_its_docker_all_the_time():
    one = healthy().tell(*LOST)
    assert (server_pace(one.cell, NETWORK), server_pace(one.cell, DOCKER)) == (REST, NONE)
    assert app_pace(asleep().cell, asleep().domain()) == NONE


def test_a_server_that_is_left_alone_is_not_looked_at_at_all():
    one = asleep(server_spec(network={"method": "ping", "while_asleep": "leave_alone"}))
    paces = (server_pace(one.cell, NETWORK), server_pace(one.cell, DOCKER))
    assert (*paces, app_pace(one.cell, one.domain())) == (NONE, NONE, NONE)
    one.tell(visit())
    assert server_pace(one.cell, NETWORK) == CLIMBING


def test_a_server_that_ping_never_proved_is_looked_at_by_one_more_link():
    one = asleep().tell(docker()).tell(docker(ok=False), *LOST, at=30)
    assert (server_pace(one.cell, NETWORK), server_pace(one.cell, DOCKER)) == (REST, REST)
    assert app_pace(one.cell, one.domain()) == NONE


def test_a_wake_is_followed_closely():
    one = waking()
    assert server_pace(one.cell, NETWORK) == CLIMBING
    one.tell(ping(), docker(), listed(container()))
    assert app_pace(one.cell, one.domain()) == CLOSE


def test_while_it_goes_to_sleep_its_network_alone_is_looked_at_often():
    one = ordered()
    assert (server_pace(one.cell, NETWORK), app_pace(one.cell, one.domain())) == (SUSPICIOUS, REST)


def test_a_project_that_is_unwell_is_looked_at_more_often_than_one_at_rest():
    one = healthy(sleepy_server(), client1=on_demand()).tell(*[app(ok=False)] * 6)
    assert app_pace(one.cell, one.domain()) == UNWELL
    assert app_pace(one.tell(app()).cell, one.domain()) == REST
