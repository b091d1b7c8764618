"""How often a link is looked at, by what is going on."""

from core.dialogue import LOST, app, asleep, container, docker, healthy, listed, ping, waking
from core.resting import on_demand, sleepy_server
from core.test_sleeping import ordered
from hall.application.pace import (
    CLIMBING,
    CLOSE,
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
    cell = healthy().tell(*LOST).cell
    assert (server_pace(cell, NETWORK), server_pace(cell, DOCKER)) == (REST, REST)
    assert server_pace(asleep().cell, DOCKER) == REST


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
