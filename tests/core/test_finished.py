"""Which containers are done, and stay untouched: a tool that is run again may destroy data."""

from dataclasses import replace

import pytest

from core.dialogue import (
    EPOCH,
    Dialogue,
    app,
    container,
    docker,
    domain_spec,
    listed,
    needs,
    order,
    ping,
    started,
    unlisted,
    waking,
)
from core.test_project import DONE, judged, why
from hall.core.facts import Container, ContainerStopped, Fact, Ticked
from hall.core.stopping import to_stop

WEB = container(restarts=True)
STOPPED_WEB = container(state="exited", exit_code=0, restarts=True)


def ended(name: str = "tool", **parts: object) -> Container:
    """A container that ended with 0, and that no restart policy would bring back."""
    return container(name, "exited", exit_code=0, **parts)


def seen(*containers: Container) -> Dialogue:
    """A server that is up, with these containers and a project that does not answer."""
    return Dialogue().tell(ping(), docker(), listed(*containers), app(ok=False))


# ---- what is done --------------------------------------------------------------------------------


def test_a_tool_that_ended_well_is_neither_started_nor_waited_for():
    verdict = judged(WEB, ended())
    assert why(verdict) == "+All containers run; tool did its work and ended"
    assert judged(STOPPED_WEB, ended()).start == ("web",)


def test_what_ended_well_after_hall_started_it_has_done_its_work():
    verdict = judged(WEB, ended(), started=frozenset({"tool"}), ran=frozenset({"tool"}))
    assert verdict.sight.ok


def test_a_tool_that_failed_is_started_again():
    assert judged(WEB, container("tool", "exited", exit_code=1)).start == ("tool",)


def test_tools_that_only_need_each_other_are_done():
    seed = ended("seed", needs=needs("tool"))
    assert judged(STOPPED_WEB, seed, ended(needs=needs("seed"))).start == ("web",)


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
    metrics = container("metrics", awaited=False)
    assert judged(ended("web"), metrics).start == ("web",)


@pytest.mark.parametrize("condition", ["service_started", "service_healthy"])
def test_what_another_needs_before_its_start_is_started(condition: str):
    web = container(state="exited", exit_code=137, needs=needs("db", condition))
    assert judged(web, ended("db")).start == ("db",)


def test_what_another_needs_healthy_must_run_as_long_as_that_one_does():
    web = container(needs=needs("db", "service_healthy"))
    assert judged(web, ended("db")).start == ("db",)
    verdict = judged(web, ended("db"), started=frozenset({"db"}))
    assert why(verdict) == "!Docker answers, but container db exited: exit 0"


def test_what_was_merely_to_be_started_first_is_not_run_again_beside_a_running_project():
    assert judged(container(needs=needs("init")), ended("init")).sight.ok


def test_what_was_merely_to_be_started_first_may_have_ended_when_the_project_starts():
    web = container(state="created", needs=needs("init"))
    assert judged(web, ended("init")).start == ("init",)
    assert judged(web, ended("init"), started=frozenset({"init"})).start == ("web",)


# ---- what was stopped ----------------------------------------------------------------------------


def test_what_somebody_stopped_is_started_again():
    cell = seen(WEB, container("db"))
    cell.tell(listed(WEB, ended("db")), ContainerStopped("client1", "db", by_order=True), order())
    assert cell.starts == [("db",)]


def test_what_was_stopped_while_nobody_looked_is_started_once_it_is_seen():
    cell = Dialogue().tell(ping(), docker(), ContainerStopped("client1", "db", by_order=True))
    cell.tell(listed(WEB, ended("db")), order())
    assert cell.starts == [("db",)]


def test_what_ended_before_halls_eyes_is_done():
    cell = seen(WEB, container("tool")).tell(listed(WEB, ended()), order())
    assert cell.starts == []
    assert cell.check("containers") == ("ok", "containers_done")


def test_what_ran_when_its_server_went_is_started_again():
    cell = seen(WEB, container("db"), ended())
    cell.tell(*[ping(ok=False)] * 3).tell(ping(), docker(), order())
    cell.tell(listed(STOPPED_WEB, ended("db"), ended()))
    assert cell.starts == [("db", "web")]


@pytest.mark.parametrize(
    "blind", [[unlisted()], [docker(ok=False)] * 6, [ping(ok=False)] * 3], ids=str
)
def test_a_tool_that_ended_while_nobody_could_look_is_done(blind: list[Fact]):
    web = container(restarts=True, began_at=EPOCH - 3600)
    cell = seen(web, container("tool", began_at=EPOCH)).tell(*blind).tell(ping(), docker())
    cell.tell(listed(web, ended(began_at=EPOCH, ended_at=EPOCH + 20)), order())
    assert cell.starts == []


def test_what_somebody_stopped_is_started_though_its_server_went_meanwhile():
    web = container(restarts=True, began_at=EPOCH - 3600)
    db = ended("db", began_at=EPOCH, ended_at=EPOCH + 20)
    cell = seen(web, container("db", began_at=EPOCH))
    cell.tell(ContainerStopped("client1", "db", by_order=True), listed(web, db))
    cell.tell(*[ping(ok=False)] * 3).tell(ping(), docker(), listed(web, db), order())
    assert cell.starts == [("db",)]


def test_what_was_stopped_and_has_run_to_its_end_since_is_done():
    stopped = ended(ended_at=EPOCH)
    cell = seen(WEB).tell(ContainerStopped("client1", "tool", by_order=True), listed(WEB, stopped))
    cell.tell(listed(WEB, replace(stopped, ended_at=EPOCH + 9)), order())
    assert cell.starts == []


def test_what_could_not_be_read_for_a_moment_has_not_ended_again():
    db = ended("db", ended_at=EPOCH)
    cell = seen(WEB).tell(ContainerStopped("client1", "db", by_order=True), listed(WEB, db))
    cell.tell(listed(WEB, container("db", "unread", unread="State")), listed(WEB, db), order())
    assert cell.starts == [("db",)]


def test_a_container_that_was_made_anew_is_not_the_one_that_ran():
    cell = seen(WEB, container("tool")).tell(*[ping(ok=False)] * 3).tell(ping(), docker())
    cell.tell(listed(WEB), listed(WEB, ended()), order())
    assert cell.starts == []


def test_a_migration_is_run_once_and_a_second_wake_leaves_it_alone():
    web = container(state="created", needs=needs("migrate", DONE), restarts=True)
    cell = seen(web, container("migrate", "created")).tell(order())
    assert cell.starts == [("migrate",)]
    cell.tell(started("migrate"), listed(web, container("migrate")), listed(web, ended("migrate")))
    assert cell.starts == [("web",)]
    done = listed(container(needs=needs("migrate", DONE)), ended("migrate"))
    cell.tell(started("web"), done, app()).tell(*[ping(ok=False)] * 3)
    cell.tell(order()).tell(ping(), docker(), done)
    assert cell.starts == []


def test_a_migration_that_was_killed_is_run_again():
    web = container(state="created", needs=needs("migrate", DONE), restarts=True)
    killed = container("migrate", "exited", exit_code=137)
    assert seen(web, killed).tell(order()).starts == [("migrate",)]


# ---- what the owner says -------------------------------------------------------------------------


def test_what_the_owner_leaves_out_is_neither_started_nor_stopped():
    project = {"compose": "client1", "leave_out": ["seed", "tool-1"]}
    cell = Dialogue(domains={"client1": domain_spec(project=project)})
    tools = (container("seed-1", "exited", service="seed"), container("tool-1", "exited"))
    cell.tell(ping(), docker(), listed(STOPPED_WEB, *tools), order())
    assert cell.starts == [("web",)]
    cell.tell(listed(WEB, container("seed-1", service="seed"), container("tool-1")))
    assert to_stop(cell.domain()) == ("web",)


def test_what_nobody_waits_for_is_started_although_all_else_is_ready():
    cell = waking().tell(ping(), docker())
    cell.tell(listed(WEB, container("metrics", "exited", exit_code=1, awaited=False)))
    assert cell.starts == [("metrics",)]
    assert cell.tell(app()).ready()
    cell.tell(started("metrics", error="no such image"), Ticked(), at=60)
    assert cell.starts == []
