"""Servers that are left alone, and cards that answer ping in their sleep."""

from dataclasses import replace

import pytest

from hall.core.lifecycle.open import open_cell
from hall.core.model.events import CameBack, SleepEnded
from hall.core.model.facts import PowerAnnounced
from hall.core.model.power import Ending, PowerNews
from hall.core.policy.quiet import witness
from tests.core import scenes as s

LEFT_ALONE = {"network": {"method": "ping", "while_asleep": "leave_alone"}}


# ---- left alone ----------------------------------------------------------------------------------


def test_a_silent_server_is_looked_at_unless_it_is_to_be_left_alone():
    assert not s.asleep().left_alone
    assert s.asleep(s.server_spec(**LEFT_ALONE)).left_alone
    assert not s.healthy(s.server_spec(**LEFT_ALONE)).left_alone


def test_a_project_that_still_answered_is_asked_once_more_before_its_server_is_left_alone():
    cell = s.healthy(s.server_spec(**LEFT_ALONE)).tell(*s.NETWORK_SILENT, at=5)
    assert not cell.left_alone
    assert cell.tell(s.app(ok=False), at=6).left_alone


def test_a_visit_ends_that_and_wakes_it_at_once():
    cell = s.asleep(s.server_spec(**LEFT_ALONE)).tell(s.visit())
    assert (cell.left_alone, cell.status()) == (False, "waking")
    cell.expect(s.PACKET)


def test_a_sleep_order_that_was_given_is_not_verified_by_looks_that_would_undo_it():
    cell = s.told_to_sleep(**LEFT_ALONE)
    assert (cell.left_alone, cell.status()) == (True, "stopping")
    cell.wait_until(661)
    [end] = [event for event in cell.events if isinstance(event, SleepEnded)]
    assert (end.ending, end.reason.code) == (Ending.UNSEEN, "sleep_left_alone")
    assert (cell.left_alone, cell.status()) == (True, "asleep")
    assert cell.check("network") == ("failing", "left_alone")


def test_an_order_that_could_not_be_given_leaves_the_server_in_sight():
    cell = s.healthy(s.sleepy_server(**LEFT_ALONE), client1=s.on_demand()).tell(s.visit())
    cell.wait_until(600)
    assert not cell.guards_say().order_given("refused").left_alone


def test_a_sleep_that_the_server_announces_is_left_alone_at_once():
    cell = s.healthy(s.server_spec(**LEFT_ALONE)).tell(
        PowerAnnounced(PowerNews.GOING_TO_SLEEP), at=5
    )
    assert cell.left_alone
    assert not cell.tell(PowerAnnounced(PowerNews.WOKE_UP), at=6).left_alone


def test_it_is_woken_after_a_sleep_that_nobody_saw():
    cell = s.told_to_sleep(**LEFT_ALONE).wait_until(661).tell(s.visit(), at=700)
    assert cell.status() == "waking"
    cell.expect(s.PACKET)
    assert cell.tell(s.ping(), s.app(), at=720).status() == "healthy"
    assert cell.news(CameBack) == []
    cell.expect(*s.packets(2, 8))


def begun(**power: float) -> s.Dialogue:
    """Hall, just started, with this in its record."""
    cell = s.unknown(s.server_spec(**LEFT_ALONE))
    return cell.remember(**power)


def test_a_start_of_hall_wakes_nobody_that_may_sleep():
    cell = begun()
    assert (cell.left_alone, cell.status()) == (True, "unknown")
    cell.tell(s.visit())
    assert not cell.left_alone
    cell.tell(s.ping(ok=False), at=0.1).expect(s.PACKET)


def test_a_server_that_was_up_at_the_last_stop_is_looked_at():
    assert not begun(up_since=-100).left_alone


def test_news_of_the_server_itself_make_hall_look():
    cell = begun().tell(PowerAnnounced(PowerNews.WOKE_UP))
    assert not cell.left_alone
    assert cell.tell(s.ping(ok=False)).status() == "asleep"


# ---- the one that is looked at beside a deaf network ---------------------------------------------


def test_ping_that_answered_needs_no_witness():
    assert s.healthy().tell(*s.SERVER_SILENT).looked_at_by is None


def test_a_server_that_only_docker_proved_is_asked_for_its_docker():
    cell = s.asleep().tell(s.docker()).tell(s.docker(ok=False), *s.SERVER_SILENT, at=30)
    assert cell.looked_at_by == ("docker", None)
    assert cell.tell(s.ping()).looked_at_by is None


def test_a_server_that_only_projects_proved_is_asked_for_one_of_them():
    own = {"client1": s.on_demand(), "client2": s.on_demand()}
    cell = s.asleep(s.server_spec(docker=None), **own).tell(s.app()).tell(*s.SERVER_SILENT, at=30)
    assert cell.looked_at_by == ("app", "client1")


def test_a_witness_that_is_configured_no_more_is_none():
    bare = open_cell("main", s.server_spec(docker=None), {}, now=s.EPOCH)
    assert witness(replace(bare, deaf=True)) is None


# ---- who comes back ------------------------------------------------------------------------------


def back_after(cell: s.Dialogue, seconds: float, at: float) -> s.Dialogue:
    """It falls silent, and answers again so much later."""
    return (
        cell.guards_say()
        .order_given()
        .tell(*s.SERVER_SILENT, at=at)
        .tell(s.ping(), s.app(), at=at + seconds)
    )


def test_one_that_comes_back_within_seconds_again_and_again_is_told_why_that_may_be():
    cell = s.up().tell(s.visit()).wait_until(600)
    back_after(cell, 9, at=601)
    assert [str(event.reason) for event in cell.news(CameBack)] == [
        "It came back after 9 s, without a wake order of Hall's"
    ]
    back_after(cell.wait_until(1300), 9, at=1301)
    [event] = cell.news(CameBack)
    assert event.reason.code == "sleep_woken_by_looks"
    assert "`ethtool -s eth0 wol g`" in str(event.reason)


# ---- a card that answers ping in its sleep -------------------------------------------------------

OWN = s.domain_spec(project=None, health=s.HEALTH)


def test_a_wake_whose_only_sign_of_life_is_an_old_ping_sends_packets_all_the_same():
    cell = s.unknown(s.server_spec(docker=None), client1=OWN).tell(s.ping(), s.app(ok=False))
    cell.tell(s.visit(), at=30).tell(s.sent(1), s.app(ok=False), s.ping(), at=31)
    cell.expect(*s.packets(1, 3))
    assert cell.tell(s.app(), at=40).status() == "healthy"
    cell.expect(*s.packets(4, 7))
    cell.wait_until(90).expect()


def test_it_fails_with_what_answers_and_what_does_not():
    cell = s.unknown(s.server_spec(docker=None), client1=OWN).tell(s.ping(), s.app(ok=False))
    cell.tell(s.visit(), at=30).wait_until(130)
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
    elsewhere = s.domain_spec(project=None)
    cell = s.unknown(s.server_spec(**{"docker": None} | changes), client1=elsewhere)
    cell.tell(s.ping(), s.docker(), s.app(ok=False)).tell(s.visit(), at=30).wait_until(90).expect()


def test_no_packet_goes_to_a_server_whose_ping_began_in_the_wake():
    cell = s.asleep().tell(s.visit()).tell(s.ping(), at=20).expect(*s.packets(1, 8))
    cell.wait_until(60).expect()


def test_a_sleep_that_only_ping_outlives_is_told_as_such():
    cell = s.told_to_sleep()
    for second in range(601, 661):
        cell.tell(s.ping(), at=second)
        if second % 10 == 0:
            cell.tell(s.app(ok=False))
    [end] = [event for event in cell.wait_until(661).events if isinstance(event, SleepEnded)]
    assert (end.ending, end.reason.code) == (Ending.STAYED, "sleep_only_ping")
    assert '"method": "tcp"' in str(end.reason)


def test_a_server_whose_project_still_answers_just_stayed_up():
    cell = s.told_to_sleep()
    for second in range(610, 661, 10):
        cell.tell(s.ping(), s.app(ok=second == 650), at=second)
    [end] = [event for event in cell.wait_until(661).events if isinstance(event, SleepEnded)]
    assert end.reason.code == "sleep_stayed"


def test_a_server_on_another_address_than_its_project_has_no_links_to_compare():
    assert s.ADDRESS in s.HEALTH["url"]
    cell = s.unknown(s.server_spec(docker=None), client1=s.domain_spec(project=None))
    cell.tell(s.ping(), s.app(ok=False), s.visit()).wait_until(60).expect()
