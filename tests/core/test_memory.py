"""What a new start of Hall knows of a server's sleeping, of use, and of an admin's orders."""

from typing import Any

from core.dialogue import (
    EPOCH,
    LOST,
    Dialogue,
    app,
    container,
    docker,
    listed,
    ping,
    visit,
)
from core.resting import (
    asked,
    hold,
    on_demand,
    sleeps,
    sleepy_server,
    verdict,
    with_project,
)
from core.test_policy import ALWAYS, DOCKER
from hall.core.activity import Activity, Sign
from hall.core.events import CameBack, HoldNoted, PowerNoted
from hall.core.facts import Called, Held
from hall.core.ports import Memory
from hall.core.reasons import because
from hall.core.recalling import remember
from hall.core.rest import Power, Sleep

UP = (ping(), app())
STAYED = because("sleep_stayed", seconds=60)
USED = {"client1": Activity(at=EPOCH - 300, sign=Sign.TRAFFIC), "gone": Activity(at=EPOCH)}


def started(**memory: Any) -> Dialogue:  # noqa: ANN401 - the fields of Memory
    """A Hall that starts with this memory of its server."""
    cell = Dialogue(sleepy_server(), {"client1": on_demand()})
    cell.cell = remember(cell.cell, Memory(**memory), EPOCH)
    return cell


def noted(kind: str, domain: str | None, until: float | None = None, at: float = 0) -> HoldNoted:
    """An order as the record has it."""
    end = None if until is None else EPOCH + until
    return HoldNoted(server="main", domain=domain, kind=kind, until=end, at=EPOCH + at)


def test_the_last_use_counts_after_a_restart():
    cell = started(activity=USED, power=Power(up_since=EPOCH - 4000)).tell(*UP)
    assert verdict(cell) == "client1: Its containers had traffic 5 min ago, kept for 5 min more"
    assert asked(cell.wait_until(299)) == 0
    assert asked(cell.wait_until(300)) == 1


def test_a_server_is_watched_for_the_least_time_before_it_may_sleep():
    cell = started(power=Power(up_since=EPOCH - 9000)).tell(*UP)
    assert verdict(cell) == "Nobody needs it, but it is up for 0 s only: 5 min more"


def test_a_server_that_is_not_up_any_more_counts_from_when_it_is():
    cell = started(power=Power(up_since=EPOCH - 9000)).tell(*LOST).tell(*UP, at=100)
    assert cell.cell.power.up_since == EPOCH + 100


def test_strikes_are_remembered():
    trouble = because("sleep_stayed", seconds=60)
    power = Power(up_since=EPOCH - 9000, strikes=3, after=EPOCH + 900, trouble=trouble)
    cell = started(power=power).tell(*UP).wait_until(301)
    assert verdict(cell).startswith("Nobody needs it. It was told to sleep, and still answers")


def test_holds_stand_and_expire_after_a_restart():
    holds = (noted("asleep", None, 500), noted("awake", "client1", 900), noted("asleep", "x", 9))
    cell = started(holds=holds)
    assert (cell.cell.hold, cell.domain().hold) == (hold("asleep", 500), hold("awake", 900))
    cell.tell(*UP).wait_until(901)
    assert (cell.cell.hold, cell.domain().hold) == (None, None)


def test_wake_now_and_sleep_now_still_count():
    assert started(holds=(noted("called", "client1", at=-5),)).domain().called_at == EPOCH - 5
    cell = started(holds=(noted("dismissed", "client1"),)).tell(*UP)
    assert asked(cell) == 1


def test_a_server_called_of_late_is_woken_on():
    cell = started(holds=(noted("called", None, at=-30),)).tell(ping(ok=False))
    assert cell.packets == [1]
    assert started(holds=(noted("called", None, at=-3000),)).cell.rouse is None


def test_a_sleep_order_that_was_out_is_not_sent_again():
    cell = started(sleep=Sleep(id="s1", ordered_at=EPOCH - 5))
    assert cell.status() == "stopping"
    assert sleeps(cell.tell(*LOST)) == 0
    assert cell.status() == "asleep"


def test_a_sleep_order_of_long_ago_says_nothing():
    cell = started(sleep=Sleep(id="s1", ordered_at=EPOCH - 5000))
    assert cell.status() == "unknown"


def test_what_must_be_remembered_is_announced():
    cell = Dialogue(sleepy_server(), {"client1": on_demand()}).tell(*UP, at=3)
    assert [event.power.up_since for event in cell.news(PowerNoted)] == [EPOCH + 3]
    cell.tell(visit(), at=10).tell(Held(hold("asleep", 60)), Called("client1"))
    assert cell.cell.hold is None


def test_what_is_wanted_is_known_before_anything_was_told():
    cell = started(holds=(noted("asleep", "client1", 500),))
    assert cell.domain().shut is not None
    assert cell.why() == "held"


def test_containers_that_hall_stopped_are_at_rest_after_a_restart():
    assert started(holds=(noted("rested", "client1", at=-50),)).domain().rested_at == EPOCH - 50


def test_a_record_from_the_future_keeps_nothing_awake():
    ahead = EPOCH + 9_000_000
    cell = started(
        activity={"client1": Activity(at=ahead)},
        power=Power(up_since=ahead, after=ahead, strikes=2, trouble=STAYED),
    ).tell(*UP)
    assert cell.domain().activity.at == EPOCH
    assert cell.cell.power.after == EPOCH + 600
    assert cell.cell.power.up_since == EPOCH


def test_an_order_from_the_future_was_given_now_at_the_latest():
    for kind in ("called", "dismissed", "rested"):
        domain = started(holds=(noted(kind, "client1", at=500),)).domain()
        assert getattr(domain, f"{kind}_at") == EPOCH


def test_orders_from_the_future_are_not_carried_out():
    assert started(sleep=Sleep(id="s1", ordered_at=EPOCH + 500)).cell.sleep is None
    assert started(holds=(noted("called", None, at=500),)).cell.rouse is None


def test_what_the_server_is_wanted_for_is_known_before_anything_was_told():
    cell = started(holds=(noted("awake", None, 500),))
    assert verdict(cell) == "Held awake by an admin for 8 min more"


def test_a_server_up_before_the_restart_is_up_since_then():
    assert started(power=Power(up_since=EPOCH - 4000)).tell(*UP).cell.power.up_since == EPOCH - 4000


def test_a_server_that_hall_was_waking_before_the_restart_did_not_come_back_by_itself():
    wake = Dialogue(sleepy_server(), {"client1": on_demand()}).tell(ping(ok=False), visit()).wake()
    cell = Dialogue(sleepy_server(), {"client1": on_demand()}).restart(running=wake)
    cell.cell = remember(cell.cell, Memory(power=Power(slept_at=EPOCH - 40)), EPOCH)
    assert cell.tell(*UP, at=1).news(CameBack) == []


def test_containers_at_rest_of_a_domain_that_is_always_on_now_may_run():
    always = with_project().model_copy(update={"policy": ALWAYS.policy})
    cell = Dialogue(sleepy_server(docker=DOCKER), {"client1": always})
    cell.cell = remember(cell.cell, Memory(holds=(noted("rested", "client1"),)), EPOCH)
    cell.tell(ping(), docker(), listed(container()), app())
    assert (cell.status(), cell.domain().rested_at) == ("healthy", None)


def test_a_sleep_that_the_record_has_in_the_future_began_now_at_the_latest():
    ahead = EPOCH + 9_000_000
    cell = started(power=Power(slept_at=ahead, down_since=ahead), activity=USED).tell(*UP, at=5)
    words = [str(event.reason) for event in cell.news(CameBack)]
    assert words == ["It came back after 5 s, without a wake order of Hall's"]
    assert cell.domain().activity.slept_s == 5
