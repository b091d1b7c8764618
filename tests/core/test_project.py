"""What a project's containers add up to."""

import pytest

from core.dialogue import container, needs
from hall.core.facts import SHARED, Container
from hall.core.project import ProjectVerdict, judge_project

DONE = "service_completed_successfully"


def judged(*containers: Container, **known: object) -> ProjectVerdict:
    """The verdict on project client1."""
    return judge_project(containers, project="client1", **known)  # type: ignore[arg-type]


def why(verdict: ProjectVerdict) -> str:
    """Its sentence, with a leading + when it is well and ! when it is in trouble."""
    sign = "+" if verdict.sight.ok else "!" if verdict.trouble else ""
    return sign + str(verdict.sight.detail)


def test_a_running_project_is_well():
    assert why(judged(container(), container("db", health="healthy"))) == "+All containers run"


def test_a_project_without_containers_may_get_some():
    assert why(judged()) == "Docker answers, but project client1 has no container"


def test_a_missing_container_may_be_made():
    verdict = judged(container(), container("db", "missing"))
    assert why(verdict) == "Docker answers, but container db does not exist"
    assert verdict.start == ()


def test_a_dead_container_is_in_trouble():
    verdict = judged(container(state="dead"))
    assert why(verdict) == "!Docker answers, but container web is dead and must be removed"
    assert verdict.start == ()


def test_what_may_be_swarms_is_told_as_such():
    verdict = judged(container("shop", "swarm"))
    assert "shop is no container: Docker is in Swarm mode" in why(verdict)
    assert verdict.start == ()


def test_what_is_unwell_is_told_before_what_merely_waits():
    verdict = judged(container("a", "exited"), container("b", health="unhealthy", health_exit=7))
    assert why(verdict) == "Docker answers, but container b is unhealthy: exit 7"
    assert verdict.start == ("a",)


def test_an_exit_code_that_is_not_known_is_not_zero():
    verdict = judged(container(health="unhealthy"))
    assert why(verdict) == "Docker answers, but container web is unhealthy: exit ?"


def test_a_restarting_container_is_waited_for():
    verdict = judged(container(state="restarting", exit_code=1))
    assert why(verdict) == "Container web keeps restarting: exit 1"
    assert verdict.start == ()


def test_a_paused_container_is_to_be_set_going():
    verdict = judged(container(state="paused"))
    assert why(verdict) == "Container web is paused"
    assert verdict.start == ("web",)


def test_a_stopped_container_is_to_be_started():
    verdict = judged(container(state="exited", exit_code=0))
    assert why(verdict) == "Container web is stopped"
    assert verdict.start == ("web",)


def test_a_container_that_was_only_created_is_to_be_started():
    assert judged(container(state="created")).start == ("web",)


def test_a_container_that_exited_after_its_start_is_in_trouble():
    verdict = judged(container(state="exited", exit_code=3), started=frozenset({"web"}))
    assert why(verdict) == "!Docker answers, but container web exited: exit 3"
    assert verdict.start == ()


def test_containers_are_started_by_name_when_none_needs_another():
    assert judged(container("b", "exited"), container("a", "exited")).start == ("a", "b")


# ---- needs ---------------------------------------------------------------------------------------


def test_a_container_waits_for_the_service_that_it_needs():
    web = container(state="exited", needs=needs("db"))
    verdict = judged(web, container("db", "exited"))
    assert verdict.start == ("db",)
    assert why(judged(web, container("db", "begun"))) == "Container db is being started"


def test_a_container_starts_when_the_service_that_it_needs_runs():
    web = container(state="exited", needs=needs("db"))
    assert judged(web, container("db", health="starting")).start == ("web",)


def test_a_container_may_need_a_healthy_service():
    web = container(state="exited", needs=needs("db", "service_healthy"))
    assert judged(web, container("db", health="starting")).start == ()
    assert judged(web, container("db", health="healthy")).start == ("web",)


def test_a_service_without_a_healthcheck_is_healthy_when_it_runs():
    web = container(state="exited", needs=needs("db", "service_healthy"))
    assert judged(web, container("db")).start == ("web",)


def test_a_container_may_need_another_to_have_ended_well():
    web = container(state="created", needs=needs("migrate", DONE))
    assert judged(web, container("migrate")).start == ()
    assert judged(web, container("migrate", "exited", exit_code=0)).start == ("web",)


def test_a_container_starts_after_the_one_whose_network_it_shares():
    deluge = container("deluge", "exited", needs=needs("gluetun", SHARED))
    verdict = judged(deluge, container("gluetun", "exited", service="vpn"))
    assert verdict.start == ("gluetun",)
    assert judged(deluge, container("gluetun", service="vpn")).start == ("deluge",)


def test_a_container_whose_network_another_shares_is_not_done_while_that_one_runs():
    deluge = container("deluge", needs=needs("gluetun", SHARED))
    assert judged(deluge, container("gluetun", "exited", exit_code=0)).start == ("gluetun",)


def test_every_replica_of_a_service_counts():
    web = container(state="exited", needs=needs("db", "service_healthy"))
    twins = (container("db", health="healthy"), container("db2", service="db", health="starting"))
    assert judged(web, *twins).start == ()


def test_a_service_that_nobody_knows_is_not_waited_for():
    assert judged(container(state="exited", needs=needs("cache"))).start == ("web",)


def test_containers_that_need_each_other_are_never_started():
    verdict = judged(
        container("a", "exited", needs=needs("b")), container("b", "exited", needs=needs("a"))
    )
    assert (verdict.start, why(verdict)) == ((), "Container a waits for b")


# ---- one-shots -----------------------------------------------------------------------------------


def test_a_one_shot_that_others_wait_for_may_have_ended_well():
    web = container(needs=needs("migrate", DONE))
    verdict = judged(web, container("migrate", "exited", exit_code=0))
    assert (why(verdict), verdict.start) == ("+All containers run", ())


def test_a_one_shot_that_hall_started_may_have_ended_well():
    web = container(needs=needs("migrate", DONE))
    migrate = container("migrate", "exited", exit_code=0)
    assert judged(web, migrate, started=frozenset({"migrate"})).sight.ok


def test_a_one_shot_that_failed_before_is_started_again():
    web = container(state="created", needs=needs("migrate", DONE))
    assert judged(web, container("migrate", "exited", exit_code=1)).start == ("migrate",)


def test_a_one_shot_that_fails_after_its_start_is_in_trouble():
    web = container(state="created", needs=needs("migrate", DONE))
    migrate = container("migrate", "exited", exit_code=1)
    verdict = judged(web, migrate, started=frozenset({"migrate"}))
    assert why(verdict) == "!Docker answers, but container migrate exited: exit 1"


def test_a_one_shot_counts_as_done_only_for_those_that_wait_for_it():
    web = container(needs=needs("migrate", DONE))
    strangers = (
        container("migrate", "exited", exit_code=0),
        container("db", "exited", exit_code=0, restarts=True),
    )
    assert why(judged(web, *strangers)) == "Container db is stopped"


def test_a_container_that_others_merely_follow_is_no_one_shot():
    web = container(state="exited", exit_code=137, needs=needs("db"))
    verdict = judged(web, container("db", "exited", exit_code=0))
    assert why(verdict) == "Container db is stopped"


# ---- HEALTHCHECKs ------------------------------------------------------------------------------


def test_a_healthcheck_that_has_not_run_is_waited_for_where_nothing_else_tells():
    verdict = judged(container(health="starting"))
    assert why(verdict) == "Container web runs, its HEALTHCHECK has not passed yet"


def test_where_the_project_is_asked_its_healthcheck_is_told_and_not_waited_for():
    verdict = judged(container(health="starting"), app_decides=True)
    assert why(verdict) == "+All containers run; a HEALTHCHECK has not passed yet"
    verdict = judged(container(health="unhealthy"), container("b"), app_decides=True)
    assert why(verdict) == "+All containers run; a HEALTHCHECK does not pass"


def test_only_healthchecks_that_have_passed_prove_a_project():
    states = [container(health="starting"), container(health="unhealthy"), container()]
    proven = [judged(one, container("db"), app_decides=True).proven for one in states]
    assert proven == [False, False, True]


def test_an_answering_project_does_not_outrank_a_stopped_container():
    verdict = judged(container(health="starting"), container("db", "exited"), app_decides=True)
    assert why(verdict) == "Container db is stopped"


def test_a_container_that_docker_still_lists_as_created_is_being_started():
    verdict = judged(container(state="created"), started=frozenset({"web"}))
    assert why(verdict) == "Container web is being started"


# ---- left out, not waited for, not read ----------------------------------------------------------


def test_a_container_that_is_left_out_is_as_if_it_were_not_there():
    web = container(state="exited", needs=needs("db"))
    verdict = judged(web, container("db", "exited", ignored=True))
    assert verdict.start == ("web",)
    assert judged(container(), container("db", health="unhealthy", ignored=True)).sight.ok


def test_a_project_of_which_everything_is_left_out_has_nothing_to_wait_for():
    assert (
        why(judged(container(state="exited", ignored=True))) == "+All its containers are left out"
    )


def test_a_container_that_is_not_waited_for_is_started_all_the_same():
    verdict = judged(container(), container("metrics", "exited", exit_code=1, awaited=False))
    assert (why(verdict), verdict.start) == ("+All containers run", ("metrics",))


@pytest.mark.parametrize(
    "state", [{"health": "unhealthy"}, {"state": "restarting"}, {"state": "dead"}]
)
def test_a_container_that_is_not_waited_for_keeps_nobody_back(state: dict[str, str]):
    assert judged(container(), container("metrics", **state, awaited=False)).sight.ok
    assert judged(container("metrics", **state, awaited=False)).sight.ok


def test_what_cannot_be_read_of_one_container_is_named_and_the_others_are_started():
    verdict = judged(container("db", "unread", unread="State.Status"), container(state="exited"))
    assert why(verdict) == "What Docker says of container db cannot be read: State.Status"
    assert verdict.start == ("web",)
