"""Servers that are left alone, and cards that answer ping in their sleep."""

import pytest

from core.dialogue import (
    ADDRESS,
    EPOCH,
    LOST,
    Dialogue,
    app,
    asleep,
    docker,
    domain_spec,
    healthy,
    ping,
    sent,
    server_spec,
    visit,
)
from core.resting import HEALTH, guards_say, on_demand, order_given, sleeps, sleepy_server
from hall.core.events import CameBack, SleepEnded
from hall.core.facts import Announced, Carried, CheckName, News
from hall.core.ports import Memory
from hall.core.quiet import left_alone, witness
from hall.core.recalling import remember
from hall.core.rest import Ending, Power

ALONE = {"network": {"method": "ping", "while_asleep": "leave_alone"}}


# ---- left alone ----------------------------------------------------------------------------------


def alone(cell: Dialogue) -> bool:
    return left_alone(cell.cell)


def told_to_sleep(**changes: object) -> Dialogue:
    """A server that nobody needs any more, a moment after the sleep order was given."""
    cell = healthy(sleepy_server(**changes), client1=on_demand()).tell(visit()).wait_until(600)
    cell = order_given(guards_say(cell))
    assert sleeps(cell) == 1
    return cell


def test_a_silent_server_is_looked_at_unless_it_is_to_be_left_alone():
    assert not alone(asleep())
    assert alone(asleep(server_spec(**ALONE)))
    assert not alone(healthy(server_spec(**ALONE)))


def test_a_project_that_still_answered_is_asked_once_more_before_its_server_is_left_alone():
    cell = healthy(server_spec(**ALONE)).tell(*[ping(ok=False)] * 3, at=5)
    assert not alone(cell)
    assert alone(cell.tell(app(ok=False), at=6))


def test_a_visit_ends_that_and_wakes_it_at_once():
    cell = asleep(server_spec(**ALONE)).tell(visit())
    assert (alone(cell), cell.status(), cell.packets) == (False, "waking", [1])


def test_a_sleep_order_that_was_given_is_not_verified_by_looks_that_would_undo_it():
    cell = told_to_sleep(**ALONE)
    assert (alone(cell), cell.status()) == (True, "stopping")
    cell.wait_until(661)
    [end] = [event for event in cell.events if isinstance(event, SleepEnded)]
    assert (end.ending, end.reason.code) == (Ending.UNSEEN, "sleep_left_alone")
    assert (alone(cell), cell.status()) == (True, "asleep")
    assert cell.check("network") == ("failing", "left_alone")


def test_an_order_that_could_not_be_given_leaves_the_server_in_sight():
    cell = healthy(sleepy_server(**ALONE), client1=on_demand()).tell(visit()).wait_until(600)
    assert not alone(order_given(guards_say(cell), "refused"))


def test_a_sleep_that_the_server_announces_is_left_alone_at_once():
    cell = healthy(server_spec(**ALONE)).tell(Announced(News.GOING_TO_SLEEP), at=5)
    assert alone(cell)
    assert not alone(cell.tell(Announced(News.WOKE_UP), at=6))


def test_it_is_woken_after_a_sleep_that_nobody_saw():
    cell = told_to_sleep(**ALONE).wait_until(661).tell(visit(), at=700)
    assert (cell.status(), cell.packets) == ("waking", [1])
    assert cell.tell(ping(), app(), at=720).status() == "healthy"
    assert cell.news(CameBack) == []


def begun(power: Power) -> Dialogue:
    """Hall, just started, with this in its record."""
    cell = Dialogue(server_spec(**ALONE))
    cell.cell = remember(cell.cell, Memory(power=power), EPOCH)
    return cell


def test_a_start_of_hall_wakes_nobody_that_may_sleep():
    cell = begun(Power())
    assert (alone(cell), cell.status()) == (True, "unknown")
    cell.tell(visit())
    assert not alone(cell)
    assert cell.tell(ping(ok=False), at=0.1).packets == [1]


def test_a_server_that_was_up_at_the_last_stop_is_looked_at():
    assert not alone(begun(Power(up_since=EPOCH - 100)))


def test_news_of_the_server_itself_make_hall_look():
    cell = begun(Power()).tell(Announced(News.WOKE_UP))
    assert not alone(cell)
    assert cell.tell(ping(ok=False)).status() == "asleep"


# ---- the one that is looked at beside a deaf network ---------------------------------------------


def test_ping_that_answered_needs_no_witness():
    assert witness(healthy().tell(*LOST).cell) is None


def test_a_server_that_only_docker_proved_is_asked_for_its_docker():
    cell = asleep().tell(docker()).tell(docker(ok=False), *LOST, at=30)
    assert witness(cell.cell) == (CheckName.DOCKER, None)
    assert witness(cell.tell(ping()).cell) is None


def test_a_server_that_only_projects_proved_is_asked_for_one_of_them():
    own = {"client1": on_demand(), "client2": on_demand()}
    cell = asleep(server_spec(docker=None), **own).tell(app()).tell(*LOST, at=30)
    assert witness(cell.cell) == (CheckName.APP, "client1")


def test_a_witness_that_is_configured_no_more_is_none():
    cell = asleep(server_spec(docker=None))
    object.__setattr__(cell.cell, "deaf", True)
    assert witness(cell.cell) is None


# ---- who comes back ------------------------------------------------------------------------------


def back_after(cell: Dialogue, seconds: float, at: float) -> Dialogue:
    """It falls silent, and answers again so much later."""
    return order_given(guards_say(cell)).tell(*LOST, at=at).tell(ping(), app(), at=at + seconds)


def test_one_that_comes_back_within_seconds_again_and_again_is_told_why_that_may_be():
    cell = healthy(sleepy_server(), client1=on_demand()).tell(visit()).wait_until(600)
    back_after(cell, 9, at=601)
    assert [str(event.reason) for event in cell.news(CameBack)] == [
        "It came back after 9 s, without a wake order of Hall's"
    ]
    back_after(cell.wait_until(1300), 9, at=1301)
    [event] = cell.news(CameBack)
    assert event.reason.code == "sleep_woken_by_looks"
    assert "`ethtool -s eth0 wol g`" in str(event.reason)


# ---- a card that answers ping in its sleep -------------------------------------------------------

OWN = domain_spec(project=None, health=HEALTH)


def test_a_wake_whose_only_sign_of_life_is_an_old_ping_sends_packets_all_the_same():
    cell = Dialogue(server_spec(docker=None), {"client1": OWN}).tell(ping(), app(ok=False))
    cell.tell(visit(), at=30).tell(sent(1), app(ok=False), ping(), at=31)
    assert cell.packets == [1, 2, 3]
    assert cell.tell(app(), at=40).status() == "healthy"
    cell.hear()
    assert cell.wait_until(90).packets == []


def test_it_fails_with_what_answers_and_what_does_not():
    cell = Dialogue(server_spec(docker=None), {"client1": OWN}).tell(ping(), app(ok=False))
    cell.tell(visit(), at=30).wait_until(130)
    assert cell.why() == "failed_only_ping"
    assert cell.says().startswith("Only its network card answers, also after ")


@pytest.mark.parametrize(
    "changes",
    [
        {"network": {"method": "tcp", "port": 22}},
        {"wake": {"method": "webhook", "url": "http://192.168.1.9/on"}},
        {"docker": {"url": "unix:///run/docker.sock"}},
    ],
)
def test_no_packet_goes_to_a_server_that_is_known_to_be_up(changes: dict[str, object]):
    elsewhere = domain_spec(project=None)
    cell = Dialogue(server_spec(**{"docker": None} | changes), {"client1": elsewhere})
    assert (
        cell.tell(ping(), docker(), app(ok=False)).tell(visit(), at=30).wait_until(90).packets == []
    )


def test_no_packet_goes_to_a_server_whose_ping_began_in_the_wake():
    cell = asleep().tell(visit()).tell(ping(), at=20)
    cell.hear()
    assert cell.wait_until(60).packets == []


def test_a_sleep_that_only_ping_outlives_is_told_as_such():
    cell = told_to_sleep()
    for second in range(601, 661):
        cell.tell(ping(), at=second)
        if second % 10 == 0:
            cell.tell(app(ok=False))
    [end] = [event for event in cell.wait_until(661).events if isinstance(event, SleepEnded)]
    assert (end.ending, end.reason.code) == (Ending.STAYED, "sleep_only_ping")
    assert '"method": "tcp"' in str(end.reason)


def test_a_server_whose_project_still_answers_just_stayed_up():
    cell = told_to_sleep()
    for second in range(610, 661, 10):
        cell.tell(ping(), app(ok=second == 650), at=second)
    [end] = [event for event in cell.wait_until(661).events if isinstance(event, SleepEnded)]
    assert end.reason.code == "sleep_stayed"


def test_a_server_on_another_address_than_its_project_has_no_links_to_compare():
    assert ADDRESS in HEALTH["url"]
    cell = Dialogue(server_spec(docker=None), {"client1": domain_spec(project=None)})
    assert cell.tell(ping(), app(ok=False), visit()).wait_until(60).packets == []
    assert not any(isinstance(command, Carried) for command in cell.commands)
