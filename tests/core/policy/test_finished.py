"""Which containers are done, and stay untouched: a tool that is run again may destroy data."""

from dataclasses import replace

import pytest

from hall.core.model.container import Container
from hall.core.model.facts import ContainerStopped, Fact, Ticked
from tests.core import scenes as s
from tests.core.projects import judged, why

WEB = s.container(restarts=True)
STOPPED_WEB = s.container(state="exited", exit_code=0, restarts=True)


def ended(name: str = "tool", **parts: object) -> Container:
    """A container that ended with 0, and that no restart policy would bring back."""
    return s.container(name, "exited", exit_code=0, **parts)


def seen(*containers: Container) -> s.Dialogue:
    """A server that is up, with these containers and a project that does not answer."""
    return s.unknown().tell(s.ping(), s.docker(), s.listed(*containers), s.app(ok=False))


# ---- what is done --------------------------------------------------------------------------------


def test_a_tool_that_ended_well_is_neither_started_nor_waited_for():
    verdict = judged(WEB, ended())
    assert why(verdict) == "+All containers run; tool did its work and ended"
    assert judged(STOPPED_WEB, ended()).start == ("web",)


def test_what_ended_well_after_hall_started_it_has_done_its_work():
    verdict = judged(WEB, ended(), started=frozenset({"tool"}), ran=frozenset({"tool"}))
    assert verdict.result.ok


def test_a_tool_that_failed_is_started_again():
    assert judged(WEB, s.container("tool", "exited", exit_code=1)).start == ("tool",)


def test_tools_that_only_need_each_other_are_done():
    seed = ended("seed", depends_on=s.needs("tool"))
    assert judged(STOPPED_WEB, seed, ended(depends_on=s.needs("seed"))).start == ("web",)


def test_a_project_of_which_all_came_to_an_end_has_nothing_to_start_and_says_so():
    verdict = judged(ended(), ended("seed"))
    assert verdict.start == ()
    assert why(verdict) == "!Docker answers, but every container of project client1 ended by itself"


# ---- what is not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["restarts", "publishes"])
def test_what_would_be_brought_back_or_has_ports_is_a_service(sign: str):
    assert judged(WEB, ended("db", **{sign: True})).start == ("db",)


def test_the_only_container_of_a_project_is_what_visitors_come_for():
    assert judged(ended("web")).start == ("web",)
    verdict = judged(ended("web"), started=frozenset({"web"}))
    assert why(verdict) == "!Docker answers, but container web exited: exit 0"


def test_the_only_container_that_is_waited_for_is_what_visitors_come_for():
    metrics = s.container("metrics", awaited=False)
    assert judged(ended("web"), metrics).start == ("web",)


def test_a_tool_that_is_left_when_the_others_are_removed_is_not_run_again():
    cell = seen(WEB, ended()).tell(s.listed(ended()), s.order())
    cell.expect()
    assert cell.why() == "containers_ended"


@pytest.mark.parametrize("condition", ["service_started", "service_healthy"])
def test_what_another_needs_before_its_start_is_started(condition: str):
    web = s.container(state="exited", exit_code=137, depends_on=s.needs("db", condition))
    assert judged(web, ended("db")).start == ("db",)


def test_what_another_needs_healthy_must_run_as_long_as_that_one_does():
    web = s.container(depends_on=s.needs("db", "service_healthy"))
    assert judged(web, ended("db")).start == ("db",)
    verdict = judged(web, ended("db"), started=frozenset({"db"}))
    assert why(verdict) == "!Docker answers, but container db exited: exit 0"


def test_what_was_merely_to_be_started_first_is_not_run_again_beside_a_running_project():
    assert judged(s.container(depends_on=s.needs("init")), ended("init")).result.ok


def test_what_was_merely_to_be_started_first_may_have_ended_when_the_project_starts():
    web = s.container(state="created", depends_on=s.needs("init"))
    assert judged(web, ended("init")).start == ("init",)
    assert judged(web, ended("init"), started=frozenset({"init"})).start == ("web",)


# ---- what was stopped ----------------------------------------------------------------------------


def test_what_somebody_stopped_is_started_again():
    cell = seen(WEB, s.container("db"))
    cell.tell(
        s.listed(WEB, ended("db")), ContainerStopped("client1", "db", by_order=True), s.order()
    )
    cell.expect(s.start("db"))


def test_what_hall_started_and_somebody_stopped_later_is_not_done():
    web, db = s.container("web", "exited", exit_code=137), ended("db")
    cell = s.waking(client1=s.domain_spec(health=None)).tell(s.ping(), s.docker())
    cell.tell(s.listed(web, db), ContainerStopped("client1", "db", by_order=True))
    cell.tell(s.started("web", "db"), s.listed(s.container(), s.container("db")))
    assert cell.ready()
    cell.tell(ContainerStopped("client1", "db", by_order=True), s.listed(s.container(), db))
    assert (cell.ready(), cell.why()) == (False, "container_stopped")


def test_what_was_stopped_while_nobody_looked_is_started_once_it_is_seen():
    cell = s.unknown().tell(s.ping(), s.docker(), ContainerStopped("client1", "db", by_order=True))
    cell.tell(s.listed(WEB, ended("db")), s.order()).expect(s.start("db"))


def test_what_ended_before_halls_eyes_is_done():
    cell = seen(WEB, s.container("tool")).tell(s.listed(WEB, ended()), s.order())
    cell.expect()
    assert cell.check("containers") == ("ok", "containers_done")


def test_what_ran_when_its_server_went_is_started_again():
    cell = seen(WEB, s.container("db"), ended())
    cell.tell(*s.NETWORK_SILENT).tell(s.ping(), s.docker(), s.order())
    cell.tell(s.listed(STOPPED_WEB, ended("db"), ended())).expect(s.start("db", "web"))


@pytest.mark.parametrize("blind", [[s.unlisted()], s.DOCKER_FAILS, s.NETWORK_SILENT], ids=str)
def test_a_tool_that_ended_while_nobody_could_look_is_done(blind: list[Fact]):
    web = s.container(restarts=True, began_at=s.instant(-3600))
    cell = seen(web, s.container("tool", began_at=s.EPOCH)).tell(*blind).tell(s.ping(), s.docker())
    cell.tell(s.listed(web, ended(began_at=s.EPOCH, ended_at=s.instant(20))), s.order()).expect()


def test_what_somebody_stopped_is_started_though_its_server_went_meanwhile():
    web = s.container(restarts=True, began_at=s.instant(-3600))
    db = ended("db", began_at=s.EPOCH, ended_at=s.instant(20))
    cell = seen(web, s.container("db", began_at=s.EPOCH))
    cell.tell(ContainerStopped("client1", "db", by_order=True), s.listed(web, db))
    cell.tell(*s.NETWORK_SILENT).tell(s.ping(), s.docker(), s.listed(web, db), s.order())
    cell.expect(s.start("db"))


def test_what_was_stopped_and_has_run_to_its_end_since_is_done():
    stopped = ended(ended_at=s.EPOCH)
    cell = seen(WEB)
    cell.tell(ContainerStopped("client1", "tool", by_order=True), s.listed(WEB, stopped))
    cell.tell(s.listed(WEB, replace(stopped, ended_at=s.instant(9))), s.order()).expect()


def test_what_could_not_be_read_for_a_moment_has_not_ended_again():
    db = ended("db", ended_at=s.EPOCH)
    cell = seen(WEB).tell(ContainerStopped("client1", "db", by_order=True), s.listed(WEB, db))
    cell.tell(
        s.listed(WEB, s.container("db", "unread", unread="State")), s.listed(WEB, db), s.order()
    )
    cell.expect(s.start("db"))


def test_a_container_that_was_made_anew_is_not_the_one_that_ran():
    cell = seen(WEB, s.container("tool")).tell(*s.NETWORK_SILENT).tell(s.ping(), s.docker())
    cell.tell(s.listed(WEB), s.listed(WEB, ended()), s.order()).expect()


def test_a_migration_is_run_once_and_a_second_wake_leaves_it_alone():
    web = s.container(state="created", depends_on=s.needs("migrate", s.COMPLETED), restarts=True)
    cell = seen(web, s.container("migrate", "created")).tell(s.order())
    cell.expect(s.start("migrate"))
    cell.tell(
        s.started("migrate"), s.listed(web, s.container("migrate")), s.listed(web, ended("migrate"))
    )
    cell.expect(s.start("web"))
    done = s.listed(s.container(depends_on=s.needs("migrate", s.COMPLETED)), ended("migrate"))
    cell.tell(s.started("web"), done, s.app()).tell(*s.NETWORK_SILENT)
    cell.tell(s.order()).tell(s.ping(), s.docker(), done).expect()


def test_a_migration_that_was_killed_is_run_again():
    web = s.container(state="created", depends_on=s.needs("migrate", s.COMPLETED), restarts=True)
    killed = s.container("migrate", "exited", exit_code=137)
    seen(web, killed).tell(s.order()).expect(s.start("migrate"))


# ---- what the owner says -------------------------------------------------------------------------


def test_what_the_owner_leaves_out_is_neither_started_nor_stopped():
    project = {"compose": "client1", "leave_out": ["seed", "tool-1"]}
    cell = s.unknown(client1=s.domain_spec(project=project))
    tools = (s.container("seed-1", "exited", service="seed"), s.container("tool-1", "exited"))
    cell.tell(s.ping(), s.docker(), s.listed(STOPPED_WEB, *tools), s.order()).expect(s.start("web"))
    cell.tell(s.listed(WEB, s.container("seed-1", service="seed"), s.container("tool-1")))
    assert cell.would_stop() == ("web",)


def test_what_nobody_waits_for_is_started_although_all_else_is_ready():
    cell = s.waking().tell(s.ping(), s.docker())
    cell.tell(s.listed(WEB, s.container("metrics", "exited", exit_code=1, awaited=False)))
    cell.expect(s.PACKET, s.start("metrics"))
    assert cell.tell(s.app()).ready()
    cell.tell(s.started("metrics", error="no such image"), Ticked(), at=60).expect()
