"""A sleep order in bad weather: filtered pings, lost answers, late and early news."""

from core.dialogue import LOST, Dialogue, app, docker, domain_spec, healthy, ping, visit
from core.resting import asked, guards_say, on_demand, order_given, sleepy_server
from core.test_sleeping import UP, asleep, idle, ordered
from hall.core.commands import AskGuards, SendSleep
from hall.core.events import CameBack, SleepEnded
from hall.core.facts import Announced, News, Ticked
from hall.core.rest import Ending

FAR = {"url": "tcp://192.168.1.20:2375", "allow_plain": True}


def unpinged() -> Dialogue:
    """A server whose ping is filtered, known by its Docker and its project, told to sleep."""
    spec = sleepy_server(docker=FAR)
    cell = Dialogue(spec, {"client1": on_demand()}).tell(ping(ok=False), docker(), app(), visit())
    cell.tell(docker(), app(), at=599).wait_until(600)
    return order_given(guards_say(cell))


def test_where_ping_is_filtered_its_silence_is_no_sleep():
    cell = unpinged()
    assert cell.check("network") == ("pending", "sleep_ordered")
    cell.tell(*LOST, docker(), app(), at=602).tell(*LOST)
    assert cell.status() == "stopping"
    cell.tell(*[docker(ok=False)] * 4, *[app(ok=False)] * 4, at=604)
    assert cell.status() == "asleep"


def test_where_ping_is_filtered_a_visitor_waits_for_the_others_too():
    cell = unpinged().tell(visit(), at=601).tell(docker(), app(), at=603)
    assert not cell.ready()
    cell.tell(*[docker(ok=False)] * 6, at=605).tell(docker(), app(), at=640)
    assert cell.ready()
    assert cell.cell.power.strikes == 0


def test_an_order_of_which_nothing_is_known_is_taken_as_given_after_two_minutes():
    cell = guards_say(idle()).tell(visit(), at=601).tell(*LOST, at=602).wait_until(719)
    assert (cell.status(), cell.packets) == ("waking", [])
    assert cell.wait_until(720).packets == [1]


def test_an_order_may_take_as_long_as_its_server_is_given_for_it():
    cell = guards_say(idle(deadlines={"login": 100, "command": 300}))
    assert [one.within_s for one in cell.hear() if isinstance(one, SendSleep)] == [420]
    cell.tell(visit(), at=601).tell(*LOST, at=602)
    assert (cell.wait_until(1029).status(), cell.packets) == ("waking", [])
    assert cell.wait_until(1030).packets == [1]


def test_a_wake_that_waited_for_the_end_of_an_order_has_its_whole_time_after_it():
    cell = guards_say(idle(deadlines={"command": 300, "network": 120})).tell(visit(), at=601)
    cell = order_given(cell.wait_until(900)).tell(*LOST, at=901)
    assert cell.wait_until(1020).status() == "waking"
    assert cell.wait_until(1021).status() == "failed"


def test_guards_may_take_as_long_as_a_login_is_given():
    cell = healthy(sleepy_server(deadlines={"login": 100}), client1=on_demand()).tell(visit())
    [question] = [one for one in cell.wait_until(600).hear() if isinstance(one, AskGuards)]
    assert question.within_s == 120
    assert asked(cell.wait_until(729)) == 0
    assert asked(cell.wait_until(730)) == 1


def test_the_first_packet_leaves_at_once_when_silence_is_seen():
    cell = ordered().tell(visit(), at=601).tell(ping(), at=616)
    cell.hear()
    cell.tell(*LOST, at=617.5)
    assert cell.packets == [1]


def test_a_server_that_wakes_faster_than_a_packet_is_sent_did_not_come_back_by_itself():
    cell = guards_say(idle()).tell(visit(), at=601).tell(*LOST, at=602)
    order_given(cell).tell(*UP, at=603)
    assert cell.news(CameBack) == []
    assert cell.cell.power.strikes == 0


def test_news_of_a_waking_that_was_seen_already_changes_nothing():
    cell = asleep().tell(visit(), at=5000).tell(*UP, at=5030).tell(Announced(News.WOKE_UP), at=5031)
    assert cell.ready()


def test_the_end_of_a_sleep_told_before_the_order_was_answered_counts():
    cell = guards_say(idle()).tell(Announced(News.WOKE_UP), at=603).tell(ping(), at=604)
    order_given(cell)
    assert [event.ending for event in cell.news(SleepEnded)] == [Ending.SILENT]


def test_strikes_are_forgotten_after_a_sleep_that_lasted():
    cell = order_given(guards_say(idle()), "no route").tell(*UP, at=601).wait_until(901)
    assert cell.cell.power.strikes == 1
    order_given(guards_say(cell)).tell(*LOST, at=902).tell(visit(), at=2000).tell(*UP, at=2030)
    assert (cell.cell.power.strikes, cell.cell.power.trouble) == (0, None)


def test_one_lost_look_is_no_silence():
    cell = ordered().tell(ping(ok=False), ping(ok=False), at=602)
    assert cell.status() == "stopping"


def test_a_server_that_was_not_looked_at_is_not_said_to_sleep():
    cell = order_given(guards_say(idle()), "Permission denied")
    assert cell.cell.verdict.code == "server_unseen"
    assert Dialogue(sleepy_server(), {"client1": on_demand()}).tell(Ticked()).cell.verdict.code == (
        "server_unseen"
    )


def test_a_failure_of_before_is_no_reason_once_the_server_sleeps():
    cell = idle().tell(*[app(ok=False)] * 6, at=600).tell(visit()).wait_until(700)
    assert cell.status() == "failed"
    cell.tell(Announced(News.GOING_TO_SLEEP)).tell(*LOST, at=701).hear()
    assert (cell.status(), cell.why()) == ("asleep", "asleep")
    assert cell.wait_until(1000).packets == []


# ---- whose answers count -----------------------------------------------------------------------


def by_docker(url: str) -> Dialogue:
    """A server that answers pings, with Docker at this URL, told to sleep, two looks lost."""
    way = {"url": url, "allow_plain": True} if url.startswith("tcp") else {"url": url}
    cell = Dialogue(sleepy_server(docker=way), {"client1": on_demand()}).tell(
        ping(), docker(), app(), visit()
    )
    return order_given(guards_say(cell.wait_until(600))).tell(*LOST[:2], at=602)


def test_an_answer_of_its_docker_starts_the_count_anew():
    cell = by_docker(FAR["url"]).tell(docker(), ping(ok=False))
    assert cell.status() == "stopping"


def test_an_answer_of_a_docker_on_the_gateway_does_not():
    cell = by_docker("unix:///run/docker.sock").tell(docker(), ping(ok=False))
    assert cell.status() == "asleep"


def test_an_answer_of_a_project_behind_the_gateway_does_not():
    spec = on_demand().model_copy(update={"health": domain_spec().health})
    cell = Dialogue(sleepy_server(), {"client1": spec}).tell(ping(), app(), visit())
    order_given(guards_say(cell.wait_until(600))).tell(*LOST[:2], app(), ping(ok=False), at=602)
    assert cell.status() == "asleep"


def test_a_docker_that_stops_first_is_no_silence_where_ping_answers():
    cell = by_docker(FAR["url"]).tell(*[docker(ok=False)] * 9)
    assert cell.status() == "stopping"


def test_where_ping_is_filtered_a_lost_one_is_nothing():
    assert unpinged().tell(*LOST, *LOST, *LOST, at=602).status() == "stopping"


def test_where_ping_is_filtered_one_that_comes_through_is_an_answer():
    cell = unpinged().tell(*[docker(ok=False)] * 5, ping(), docker(ok=False), at=602)
    assert cell.status() == "stopping"
