"""A sleep order in bad weather: filtered pings, lost answers, late and early news."""

from dataclasses import replace

from hall.core.model.events import CameBack, SleepEnded
from hall.core.model.facts import PowerAnnounced, Ticked
from hall.core.model.power import Ending, PowerNews
from tests.core import scenes as s


def test_where_ping_is_filtered_its_silence_is_no_sleep():
    cell = s.unpinged_and_told_to_sleep()
    assert cell.check("network") == ("pending", "sleep_ordered")
    cell.tell(*s.SERVER_SILENT, s.docker(), s.app(), at=602).tell(*s.SERVER_SILENT)
    assert cell.status() == "stopping"
    cell.tell(*[s.docker(ok=False)] * 4, *[s.app(ok=False)] * 4, at=604)
    assert cell.status() == "asleep"


def test_where_ping_is_filtered_a_visitor_waits_for_the_others_too():
    cell = s.unpinged_and_told_to_sleep().tell(s.visit(), at=601).tell(s.docker(), s.app(), at=603)
    assert not cell.ready()
    cell.tell(*s.DOCKER_FAILS, at=605).tell(s.docker(), s.app(), at=640)
    assert cell.ready()
    assert cell.failed_sleeps == 0
    cell.expect(*s.packets(1, 5), *s.packets(1, 10))


def test_an_order_of_which_nothing_is_known_is_taken_as_given_after_two_minutes():
    cell = s.idle().guards_say().tell(s.visit(), at=601).tell(*s.SERVER_SILENT, at=602)
    cell.wait_until(719)
    assert cell.status() == "waking"
    cell.expect(s.SLEEP)
    cell.wait_until(720).expect(s.PACKET)


def test_an_order_may_take_as_long_as_its_server_is_given_for_it():
    slow = s.sleepy_server(deadlines={"login": 100, "command": 300})
    cell = s.healthy(slow, client1=s.on_demand()).tell(s.visit()).wait_until(600)
    cell.expect(replace(s.ASK_GUARDS, within_s=120)).guards_say()
    cell.expect(replace(s.SLEEP, within_s=420))
    cell.tell(s.visit(), at=601).tell(*s.SERVER_SILENT, at=602)
    assert cell.wait_until(1029).status() == "waking"
    cell.expect()
    cell.wait_until(1030).expect(s.PACKET)


def test_a_wake_that_waited_for_the_end_of_an_order_has_its_whole_time_after_it():
    cell = s.idle(deadlines={"command": 300, "network": 120}).guards_say().tell(s.visit(), at=601)
    cell = cell.wait_until(900).order_given().tell(*s.SERVER_SILENT, at=901)
    assert cell.wait_until(1020).status() == "waking"
    assert cell.wait_until(1021).status() == "failed"
    cell.expect(replace(s.SLEEP, within_s=350), *s.packets(1, 3), *s.packets(1, 18))


def test_guards_may_take_as_long_as_a_login_is_given():
    cell = s.healthy(s.sleepy_server(deadlines={"login": 100}), client1=s.on_demand())
    cell.tell(s.visit())
    cell.wait_until(600).expect(replace(s.ASK_GUARDS, within_s=120))
    cell.wait_until(729).expect()
    cell.wait_until(730).expect(replace(s.ASK_GUARDS, within_s=120))


def test_the_first_packet_leaves_at_once_when_silence_is_seen():
    cell = s.told_to_sleep().tell(s.visit(), at=601).tell(s.ping(), at=616).expect(*s.packets(1, 8))
    cell.tell(*s.SERVER_SILENT, at=617.5).expect(s.PACKET)


def test_a_server_that_wakes_faster_than_a_packet_is_sent_did_not_come_back_by_itself():
    cell = s.idle().guards_say().tell(s.visit(), at=601).tell(*s.SERVER_SILENT, at=602)
    cell.order_given().tell(*s.ALL_ANSWER, at=603)
    assert cell.news(CameBack) == []
    assert cell.failed_sleeps == 0
    cell.expect(s.SLEEP, *s.packets(1, 3))


def test_news_of_a_waking_that_was_seen_already_changes_nothing():
    cell = s.slept().tell(s.visit(), at=5000).tell(*s.ALL_ANSWER, at=5030)
    cell.tell(PowerAnnounced(PowerNews.WOKE_UP), at=5031)
    assert cell.ready()
    cell.expect(*s.packets(1, 9))


def test_the_end_of_a_sleep_told_before_the_order_was_answered_counts():
    cell = (
        s.idle().guards_say().tell(PowerAnnounced(PowerNews.WOKE_UP), at=603).tell(s.ping(), at=604)
    )
    cell.order_given()
    assert [event.ending for event in cell.news(SleepEnded)] == [Ending.SILENT]
    cell.expect(s.SLEEP)


def test_strikes_are_forgotten_after_a_sleep_that_lasted():
    cell = s.idle().guards_say().order_given("no route").tell(*s.ALL_ANSWER, at=601).wait_until(901)
    assert cell.failed_sleeps == 1
    cell.guards_say().order_given().tell(*s.SERVER_SILENT, at=902).tell(s.visit(), at=2000)
    cell.tell(*s.ALL_ANSWER, at=2030)
    assert (cell.failed_sleeps, cell.next_try) == (0, None)
    cell.expect(s.SLEEP, s.ASK_GUARDS, s.SLEEP, *s.packets(1, 9))


def test_one_lost_look_is_no_silence():
    cell = s.told_to_sleep().tell(s.ping(ok=False), s.ping(ok=False), at=602)
    assert cell.status() == "stopping"


def test_a_server_that_was_not_looked_at_is_not_said_to_sleep():
    cell = s.idle().guards_say().order_given("Permission denied")
    assert cell.verdict() == "Being checked"
    assert s.unseen().tell(Ticked()).verdict() == "Being checked"
    cell.expect(s.SLEEP)


def test_a_failure_of_before_is_no_reason_once_the_server_sleeps():
    cell = s.idle().tell(*s.APP_FAILS, at=600).tell(s.visit()).wait_until(700)
    assert cell.status() == "failed"
    cell.tell(PowerAnnounced(PowerNews.GOING_TO_SLEEP)).tell(*s.SERVER_SILENT, at=701).expect(
        *s.packets(1, 15)
    )
    assert (cell.status(), cell.why()) == ("asleep", "asleep")
    cell.wait_until(1000).expect()


# ---- whose answers count -----------------------------------------------------------------------


def by_docker(url: str) -> s.Dialogue:
    """A server that answers pings, with Docker at this URL, told to sleep, two looks lost."""
    way = {"url": url, "allow_plain": True} if url.startswith("tcp") else {"url": url}
    cell = s.unknown(s.sleepy_server(docker=way), client1=s.on_demand()).tell(
        s.ping(), s.docker(), s.app(), s.visit()
    )
    return cell.wait_until(600).guards_say().order_given().tell(*s.SERVER_SILENT[:2], at=602)


def test_an_answer_of_its_docker_starts_the_count_anew():
    cell = by_docker(s.DOCKER_OVER_TCP["url"]).tell(s.docker(), s.ping(ok=False))
    assert cell.status() == "stopping"


def test_an_answer_of_a_docker_on_the_gateway_does_not():
    cell = by_docker("unix:///run/docker.sock").tell(s.docker(), s.ping(ok=False))
    assert cell.status() == "asleep"


def test_an_answer_of_a_project_behind_the_gateway_does_not():
    spec = s.on_demand().model_copy(update={"health": s.domain_spec().health})
    cell = s.unseen(client1=spec).tell(s.ping(), s.app(), s.visit())
    cell.wait_until(600).guards_say().order_given()
    cell.tell(*s.SERVER_SILENT[:2], s.app(), s.ping(ok=False), at=602)
    assert cell.status() == "asleep"


def test_a_docker_that_stops_first_is_no_silence_where_ping_answers():
    cell = by_docker(s.DOCKER_OVER_TCP["url"]).tell(*[s.docker(ok=False)] * 9)
    assert cell.status() == "stopping"


def test_where_ping_is_filtered_a_lost_one_is_nothing():
    assert (
        s.unpinged_and_told_to_sleep()
        .tell(*s.SERVER_SILENT, *s.SERVER_SILENT, *s.SERVER_SILENT, at=602)
        .status()
        == "stopping"
    )


def test_where_ping_is_filtered_one_that_comes_through_is_an_answer():
    cell = s.unpinged_and_told_to_sleep()
    cell.tell(*[s.docker(ok=False)] * 5, s.ping(), s.docker(ok=False), at=602)
    assert cell.status() == "stopping"
