"""What a project's containers add up to."""

import pytest

from hall.core.model.container import SHARED
from tests.core import scenes as s
from tests.core.projects import judged, why


def test_a_running_project_is_well():
    assert why(judged(s.container(), s.container("db", health="healthy"))) == "+All containers run"


def test_a_project_without_containers_may_get_some():
    assert why(judged()) == "Docker answers, but project client1 has no container"


def test_a_missing_container_may_be_made():
    verdict = judged(s.container(), s.container("db", "missing"))
    assert why(verdict) == "Docker answers, but container db does not exist"
    assert verdict.start == ()


def test_a_dead_container_is_in_trouble():
    verdict = judged(s.container(state="dead"))
    assert why(verdict) == "!Docker answers, but container web is dead and must be removed"
    assert verdict.start == ()


@pytest.mark.parametrize(
    ("found", "troubled"),
    [
        ((s.container(state="exited", exit_code=1),), False),
        ((s.container(health="starting"),), False),
        ((s.container(health="unhealthy"),), True),
        ((s.container(state="missing"),), True),
        ((s.container(state="swarm"),), True),
        ((s.container(state="dead"),), True),
        ((), True),
    ],
)
def test_what_may_not_come_right_by_waiting_is_said_to_be_troubled(found, troubled):
    assert judged(*found).result.troubled is troubled


def test_what_may_be_swarms_is_told_as_such():
    verdict = judged(s.container("shop", "swarm"))
    assert "shop is no container: Docker is in Swarm mode" in why(verdict)
    assert verdict.start == ()


def test_what_is_unwell_is_told_before_what_merely_waits():
    verdict = judged(
        s.container("a", "exited"), s.container("b", health="unhealthy", health_exit=7)
    )
    assert why(verdict) == "Docker answers, but container b is unhealthy: exit 7"
    assert verdict.start == ("a",)


def test_an_exit_code_that_is_not_known_is_not_zero():
    verdict = judged(s.container(health="unhealthy"))
    assert why(verdict) == "Docker answers, but container web is unhealthy: exit ?"


def test_a_restarting_container_is_waited_for():
    verdict = judged(s.container(state="restarting", exit_code=1))
    assert why(verdict) == "Container web keeps restarting: exit 1"
    assert verdict.start == ()


def test_a_paused_container_is_to_be_set_going():
    verdict = judged(s.container(state="paused"))
    assert why(verdict) == "Container web is paused"
    assert verdict.start == ("web",)


def test_a_stopped_container_is_to_be_started():
    verdict = judged(s.container(state="exited", exit_code=0))
    assert why(verdict) == "Container web is stopped"
    assert verdict.start == ("web",)


def test_a_container_that_was_only_created_is_to_be_started():
    assert judged(s.container(state="created")).start == ("web",)


def test_a_container_that_exited_after_its_start_is_in_trouble():
    verdict = judged(s.container(state="exited", exit_code=3), started=frozenset({"web"}))
    assert why(verdict) == "!Docker answers, but container web exited: exit 3"
    assert verdict.start == ()


def test_containers_are_started_by_name_when_none_needs_another():
    assert judged(s.container("b", "exited"), s.container("a", "exited")).start == ("a", "b")


# ---- needs ---------------------------------------------------------------------------------------


def test_a_container_waits_for_the_service_that_it_needs():
    web = s.container(state="exited", depends_on=s.needs("db"))
    verdict = judged(web, s.container("db", "exited"))
    assert verdict.start == ("db",)
    assert why(judged(web, s.container("db", "begun"))) == "Container db is being started"


def test_a_container_starts_when_the_service_that_it_needs_runs():
    web = s.container(state="exited", depends_on=s.needs("db"))
    assert judged(web, s.container("db", health="starting")).start == ("web",)


def test_a_container_may_need_a_healthy_service():
    web = s.container(state="exited", depends_on=s.needs("db", "service_healthy"))
    assert judged(web, s.container("db", health="starting")).start == ()
    assert judged(web, s.container("db", health="healthy")).start == ("web",)


def test_a_service_without_a_healthcheck_is_healthy_when_it_runs():
    web = s.container(state="exited", depends_on=s.needs("db", "service_healthy"))
    assert judged(web, s.container("db")).start == ("web",)


def test_a_container_may_need_another_to_have_ended_well():
    web = s.container(state="created", depends_on=s.needs("migrate", s.COMPLETED))
    assert judged(web, s.container("migrate")).start == ()
    assert judged(web, s.container("migrate", "exited", exit_code=0)).start == ("web",)


def test_a_container_starts_after_the_one_whose_network_it_shares():
    deluge = s.container("deluge", "exited", depends_on=s.needs("gluetun", SHARED))
    verdict = judged(deluge, s.container("gluetun", "exited", service="vpn"))
    assert verdict.start == ("gluetun",)
    assert judged(deluge, s.container("gluetun", service="vpn")).start == ("deluge",)


def test_a_container_whose_network_another_shares_is_not_done_while_that_one_runs():
    deluge = s.container("deluge", depends_on=s.needs("gluetun", SHARED))
    assert judged(deluge, s.container("gluetun", "exited", exit_code=0)).start == ("gluetun",)


def test_every_replica_of_a_service_counts():
    web = s.container(state="exited", depends_on=s.needs("db", "service_healthy"))
    twins = (
        s.container("db", health="healthy"),
        s.container("db2", service="db", health="starting"),
    )
    assert judged(web, *twins).start == ()


def test_a_service_that_nobody_knows_is_not_waited_for():
    assert judged(s.container(state="exited", depends_on=s.needs("cache"))).start == ("web",)


def test_containers_that_need_each_other_are_never_started():
    verdict = judged(
        s.container("a", "exited", depends_on=s.needs("b")),
        s.container("b", "exited", depends_on=s.needs("a")),
    )
    assert (verdict.start, why(verdict)) == ((), "Container a waits for b")


# ---- one-shots -----------------------------------------------------------------------------------


def test_a_one_shot_that_others_wait_for_may_have_ended_well():
    web = s.container(depends_on=s.needs("migrate", s.COMPLETED))
    verdict = judged(web, s.container("migrate", "exited", exit_code=0))
    assert (why(verdict), verdict.start) == ("+All containers run", ())


def test_a_one_shot_that_hall_started_may_have_ended_well():
    web = s.container(depends_on=s.needs("migrate", s.COMPLETED))
    migrate = s.container("migrate", "exited", exit_code=0)
    assert judged(web, migrate, started=frozenset({"migrate"})).result.ok


def test_a_one_shot_that_failed_before_is_started_again():
    web = s.container(state="created", depends_on=s.needs("migrate", s.COMPLETED))
    assert judged(web, s.container("migrate", "exited", exit_code=1)).start == ("migrate",)


def test_a_one_shot_that_fails_after_its_start_is_in_trouble():
    web = s.container(state="created", depends_on=s.needs("migrate", s.COMPLETED))
    migrate = s.container("migrate", "exited", exit_code=1)
    verdict = judged(web, migrate, started=frozenset({"migrate"}))
    assert why(verdict) == "!Docker answers, but container migrate exited: exit 1"


def test_a_one_shot_counts_as_done_only_for_those_that_wait_for_it():
    web = s.container(depends_on=s.needs("migrate", s.COMPLETED))
    strangers = (
        s.container("migrate", "exited", exit_code=0),
        s.container("db", "exited", exit_code=0, restarts=True),
    )
    assert why(judged(web, *strangers)) == "Container db is stopped"


def test_a_container_that_others_merely_follow_is_no_one_shot():
    web = s.container(state="exited", exit_code=137, depends_on=s.needs("db"))
    verdict = judged(web, s.container("db", "exited", exit_code=0))
    assert why(verdict) == "Container db is stopped"


# ---- HEALTHCHECKs ------------------------------------------------------------------------------


def test_a_healthcheck_that_has_not_run_is_waited_for_where_nothing_else_tells():
    verdict = judged(s.container(health="starting"))
    assert why(verdict) == "Container web runs, its HEALTHCHECK has not passed yet"


def test_where_the_project_is_asked_its_healthcheck_is_told_and_not_waited_for():
    verdict = judged(s.container(health="starting"), app_decides=True)
    assert why(verdict) == "+All containers run; a HEALTHCHECK has not passed yet"
    verdict = judged(s.container(health="unhealthy"), s.container("b"), app_decides=True)
    assert why(verdict) == "+All containers run; a HEALTHCHECK does not pass"


def test_only_healthchecks_that_have_passed_prove_a_project():
    states = [s.container(health="starting"), s.container(health="unhealthy"), s.container()]
    proven = [judged(one, s.container("db"), app_decides=True).proven for one in states]
    assert proven == [False, False, True]


def test_an_answering_project_does_not_outrank_a_stopped_container():
    verdict = judged(s.container(health="starting"), s.container("db", "exited"), app_decides=True)
    assert why(verdict) == "Container db is stopped"


def test_a_container_that_docker_still_lists_as_created_is_being_started():
    verdict = judged(s.container(state="created"), started=frozenset({"web"}))
    assert why(verdict) == "Container web is being started"


# ---- left out, not waited for, not read ----------------------------------------------------------


def test_a_container_that_is_left_out_is_as_if_it_were_not_there():
    web = s.container(state="exited", depends_on=s.needs("db"))
    verdict = judged(web, s.container("db", "exited", ignored=True))
    assert verdict.start == ("web",)
    assert judged(s.container(), s.container("db", health="unhealthy", ignored=True)).result.ok


def test_a_project_of_which_everything_is_left_out_has_nothing_to_wait_for():
    assert (
        why(judged(s.container(state="exited", ignored=True))) == "+All its containers are left out"
    )


def test_a_container_that_is_not_waited_for_is_started_all_the_same():
    verdict = judged(s.container(), s.container("metrics", "exited", exit_code=1, awaited=False))
    assert (why(verdict), verdict.start) == ("+All containers run", ("metrics",))


@pytest.mark.parametrize(
    "state", [{"health": "unhealthy"}, {"state": "restarting"}, {"state": "dead"}]
)
def test_a_container_that_is_not_waited_for_keeps_nobody_back(state: dict[str, str]):
    assert judged(s.container(), s.container("metrics", **state, awaited=False)).result.ok
    assert judged(s.container("metrics", **state, awaited=False)).result.ok


def test_what_cannot_be_read_of_one_container_is_named_and_the_others_are_started():
    verdict = judged(
        s.container("db", "unread", unread="State.Status"), s.container(state="exited")
    )
    assert why(verdict) == "What Docker says of container db cannot be read: State.Status"
    assert verdict.start == ("web",)
