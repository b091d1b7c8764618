"""Looks that Hall could not make, by a fault of its own: they tell nothing, and lead to nothing."""

from hall.core.model.check import CheckName, ProbeResult
from hall.core.model.events import SleepEnded, SleepOrdered
from hall.core.model.facts import ContainersUnseen, Probed
from hall.core.model.power import Ending
from hall.core.model.reason import because
from hall.core.policy.health import UNSEEN_S
from tests.core import scenes as s

WHY = because("look_failed", why="Too many open files")
SAYS = "The check failed to run: Too many open files"
KEPT = s.domain_spec(policy={"type": "always_on"})


def unmade(link: str = "network") -> Probed:
    """A look for which there was no descriptor."""
    domain = "client1" if link == "app" else None
    return Probed(CheckName(link), ProbeResult(ok=False, detail=WHY, ours=True), domain)


def blind(cell: s.Dialogue, *links: str, after: float = 0) -> s.Dialogue:
    """Ten seconds after ten seconds, for longer than what was seen stands."""
    looks = [unmade(link) for link in links or ("network", "docker", "app")]
    return cell.sway(looks, every=10, times=int(UNSEEN_S / 10) + 1, after=after)


def test_for_a_while_what_was_seen_last_stands():
    cell = s.healthy().tell(*[unmade("network"), unmade("docker"), unmade("app")] * 9, at=29)
    assert (cell.status(), cell.ready()) == ("healthy", True)


def test_then_a_server_is_unknown_and_not_asleep():
    cell = blind(s.healthy())
    assert (cell.status(), cell.says(), cell.ready()) == ("unknown", SAYS, False)
    assert cell.server_status == "unknown"


def test_a_server_that_was_asleep_is_unknown_as_well():
    assert (blind(s.asleep()).status(), blind(s.asleep()).says()) == ("unknown", SAYS)


def test_a_server_that_was_never_looked_at_says_at_once_why():
    assert s.unknown().tell(unmade()).says() == SAYS


def test_a_look_that_is_made_again_counts_at_once():
    assert blind(s.healthy()).tell(*s.ALL_ANSWER, at=50).status() == "healthy"
    assert blind(s.healthy()).tell(s.ping(ok=False), at=50).status() == "asleep"


def test_a_project_that_hall_cannot_ask_is_unknown_and_its_server_is_not():
    cell = s.healthy().tell(s.ping(), at=35).tell(unmade("app"), at=36)
    assert (cell.status(), cell.says()) == ("unknown", SAYS)
    assert cell.check("network") == ("ok", "ping_ok")


def test_a_docker_that_hall_cannot_ask_leaves_an_answering_project_ready():
    cell = s.healthy().tell(s.ping(), at=35).tell(unmade("docker"), s.app(), at=36)
    assert (cell.check("docker")[0], cell.ready()) == ("pending", True)
    assert cell.says().endswith(SAYS)


def test_a_docker_that_missed_no_look_holds_for_a_while():
    cell = s.healthy().tell(unmade("docker"), at=5)
    assert (cell.check("docker"), cell.check("containers")[0]) == (("ok", "docker_ok"), "ok")


def test_containers_that_could_not_be_listed_are_not_failing():
    cell = s.healthy().tell(ContainersUnseen("client1", WHY, ours=True), at=5)
    assert cell.status() == "healthy"
    cell.tell(ContainersUnseen("client1", WHY, ours=True), at=35)
    assert (cell.check("containers")[0], str(cell.says()).endswith(SAYS)) == ("pending", True)


def test_what_waits_for_the_server_or_is_not_configured_goes_on_as_it_was():
    cell = s.asleep(s.server_spec(docker=None)).tell(unmade("app"), unmade("docker"))
    assert cell.check("app") == ("pending", "waits_for_server")
    assert (
        s.healthy(s.server_spec(docker=None)).tell(unmade("docker")).check("docker")[0] == "skipped"
    )


def test_what_is_listed_is_not_probed():
    assert s.healthy().tell(unmade("containers"), at=99).check("containers")[0] == "ok"


def test_no_wake_order_follows_for_a_server_that_is_to_be_always_on():
    cell = blind(s.healthy(client1=KEPT)).wait_until(4000)
    cell.expect()
    assert cell.status() == "unknown"


def test_no_sleep_order_follows():
    cell = blind(s.up()).wait_until(4000)
    cell.expect()


def test_a_wake_fails_by_what_kept_hall_from_looking():
    cell = s.waking().sway([unmade()], every=10, times=13)
    assert (cell.status(), cell.says()) == ("failed", SAYS)
    assert cell.check("network") == ("pending", "look_failed")


def test_a_visitor_is_told_that_hall_cannot_look():
    cell = s.waking().tell(unmade(), at=5)
    assert (cell.status(), cell.says()) == ("waking", SAYS)
    assert cell.tell(s.order(), s.ping(ok=False), at=6).why() == "wake_sent"


def test_a_sleep_that_nobody_could_look_at_is_neither_silence_nor_staying_up():
    cell = s.told_to_sleep().tell(s.ping(), at=601).sway([unmade()], every=10, times=7, after=600)
    [end] = [event for event in cell.events if isinstance(event, SleepEnded)]
    assert (end.ending, end.reason.code) == (Ending.UNSEEN, "sleep_unseen")
    assert (cell.status(), cell.failed_sleeps) == ("unknown", 0)


def test_a_look_that_is_made_while_it_goes_to_sleep_tells_again():
    cell = s.told_to_sleep().tell(unmade(), unmade("app"), at=601).tell(*s.SERVER_SILENT, at=602)
    assert cell.status() == "asleep"
    assert len(cell.news(SleepOrdered)) == 1
